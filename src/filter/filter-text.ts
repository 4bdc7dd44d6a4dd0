import type { TextBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import { duplicateFilter } from './duplicates.js';
import { lengthFilter } from './length.js';
import { limitUnits } from './limit.js';
import type { FilterOptions } from './options.js';
import { patternFilter } from './pattern.js';
import { sampleUnits } from './sample.js';
import { scriptFilter } from './script.js';
import { shuffleUnits } from './shuffle.js';
import { skipUnits } from './skip.js';

/**
 * The filters that options ask for, as one stage, in the order in which they are applied: skip, sample, length, script,
 * match, exclude, unique, limit, shuffle. So the sample is drawn by numbers in the source, memory is spent on what other
 * filters leave only, and shuffling does not change which units there are. `rejected` is not looked at: see
 * `keepRejected`.
 *
 * @throws WordmillError `usage` as the single filters do
 */
export function filterText(options: FilterOptions): Stage<TextBlock, TextBlock> {
  const stages = filtersOf(options);
  return (input, context) => stages.reduce((flow, stage) => stage(flow, context), input);
}

function filtersOf(options: FilterOptions): Stage<TextBlock, TextBlock>[] {
  const { skip, sampleShare, script, scriptShare, match, exclude, limit, shuffleBuffer, drawSeed } = options;
  const { minCharacters, maxCharacters, minWords, maxWords } = options;
  const hasLengths = [minCharacters, maxCharacters, minWords, maxWords].some(
    (length) => length !== undefined,
  );
  const stages = [
    skip !== undefined && skipUnits(skip),
    sampleShare !== undefined && sampleUnits({ share: sampleShare, seed: drawSeed, firstUnit: skip }),
    hasLengths && lengthFilter(options),
    script !== undefined && scriptFilter({ script, share: scriptShare }),
    match !== undefined && patternFilter(match),
    exclude !== undefined && patternFilter(exclude, 'others'),
    options.unique === true && duplicateFilter(options.uniqueMemory),
    limit !== undefined && limitUnits(limit),
    shuffleBuffer !== undefined && shuffleUnits(shuffleBuffer, drawSeed),
  ];
  return stages.filter((stage) => stage !== false);
}
