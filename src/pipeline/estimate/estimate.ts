import type { TokenBlock } from '../../core/blocks.js';
import { WordmillError } from '../../core/errors.js';
import { availableMemory, type MemoryLimit } from '../../core/memory-limits.js';
import { openContext } from '../../core/run.js';
import { nothing } from '../../core/stage.js';
import { CELL_BYTES } from '../../formats/cooccurrence.js';
import { chooseEngine } from '../../train/choose-engine.js';
import type { ResolvedTrainOptions } from '../../train/engine.js';
import { resolveTrainOptions } from '../../train/train.js';
import { trainingMemory } from '../../train/training-memory.js';
import { tokensOf } from '../inputs.js';
import type { ResolvedDefinition } from '../schema.js';
import { SampleWords } from './count-sample.js';
import { type DiskNeed, diskNeeds } from './disk-needs.js';
import { type CellGrowth, measureSpeeds } from './measure-speed.js';
import { around, exactly, mapped, type Range, sum } from './range.js';
import { sampleText } from './sample-text.js';

/** What a run will come to, as far as a sample of its text tells. */
export interface Estimate {
  /** What was looked at. */
  readonly sample: {
    readonly files: number;
    readonly ofFiles: number;
    readonly textBytes: number;
    readonly tokens: number;
  };
  /** The text, unpacked. */
  readonly textBytes: Range;
  readonly tokens: Range;
  /** Different words. */
  readonly types: Range;
  /** Those that are learned. */
  readonly vocabulary: Range;
  /** Cells of co-occurrences, for GloVe. */
  readonly cells?: Range;
  /** Bytes at the most that the run takes at a time. */
  readonly memory: Range;
  readonly availableMemory: MemoryLimit;
  readonly disk: readonly DiskNeed[];
  /** Seconds for reading the text, and for training, on this machine as busy as it is now. */
  readonly seconds: { readonly reading: Range; readonly training: Range };
}

/** How an estimate is made. */
export interface EstimateOptions {
  readonly signal?: AbortSignal;
  /** The folder that keeps runs, if they are kept. */
  readonly runs?: string | undefined;
}

/** What a process takes without vectors: the program, its buffers, and counting to begin with. */
const PROCESS = { low: 30e6, likely: 110e6, high: 250e6 };

/** Tables of cells up to this size are held in memory (src/train/native/train-cells.ts). */
const CELLS_IN_MEMORY = 4e9;

/**
 * Samples the text of a definition and works out what a run would come to; some seconds of work, in memory that does not
 * depend on the text (docs/estimating.md).
 *
 * @throws WordmillError `usage` for definitions whose text cannot be sampled: standard input, pairs, co-occurrences;
 * `data` where the sample has no words; as `files`, and as training does.
 */
export async function estimate(
  definition: ResolvedDefinition,
  { signal = new AbortController().signal, runs }: EstimateOptions = {},
): Promise<Estimate> {
  refuseWhatCannotBeSampled(definition);
  const { context, close } = openContext({ signal });
  try {
    const sample = await sampleText(definition.source, context);
    const began = performance.now();
    const blocks: TokenBlock[] = [];
    const text = async function* () {
      yield* sample.blocks;
    };
    const unsaved = forSample(definition);
    for await (const block of tokensOf(unsaved, undefined, text)(nothing(), context)) blocks.push(block);
    const splitting = (performance.now() - began) / 1_000;
    const found = new SampleWords(blocks);
    if (found.tokens === 0) {
      throw new WordmillError('data', 'there are no words in the sample of this text');
    }
    const tokens = mapped(sample.totalTextBytes, (bytes) => (bytes * found.tokens) / sample.textBytes);
    const whole = sample.totalTextBytes.low === sample.textBytes;
    const unlimited = whole ? tokens : { ...tokens, low: 0.97 * tokens.low, high: 1.03 * tokens.high };
    const allTokens = withinLimit(unlimited, blocks, definition.filter?.limit);
    const types = found.typesOf(allTokens);
    const vocabulary = vocabularyOf(found, allTokens, definition);
    const options = resolveTrainOptions(definition.train);
    const minCount = minCountFor(found, vocabulary.likely);
    const speeds = await measureSpeeds(blocks, definition, options, minCount, signal);
    const cells = speeds.cells && cellsOf(speeds.cells, allTokens);
    const matrices = matricesOf(definition, options, vocabulary);
    return {
      sample: {
        files: sample.sampledFiles,
        ofFiles: sample.files,
        textBytes: sample.textBytes,
        tokens: found.tokens,
      },
      textBytes: sample.totalTextBytes,
      tokens: allTokens,
      types,
      vocabulary,
      ...(cells && { cells }),
      memory: memoryOf(definition, matrices, types, found.wordBytes, cells),
      availableMemory: await availableMemory(),
      disk: diskNeeds(
        definition,
        {
          ...{ tokens: allTokens, types, words: vocabulary, wordBytes: found.wordBytes, matrices, cells },
          spoolBytesPerToken: speeds.spoolBytesPerToken,
        },
        runs,
      ),
      seconds: {
        reading: mapped(
          around(splitting / found.tokens + speeds.countSecondsPerToken, 0.5, 0.6),
          (perToken) => perToken * allTokens.likely,
        ),
        training: trainingSeconds(options, allTokens, cells, speeds),
      },
    };
  } finally {
    await close();
  }
}

function refuseWhatCannotBeSampled({ source }: ResolvedDefinition): void {
  if (source.files !== undefined) return;
  const what = source.stdin
    ? 'standard input'
    : source.pairs
      ? 'a source of pairs'
      : 'a file of co-occurrences';
  throw new WordmillError('usage', `${what} cannot be sampled`, {
    hint: 'Estimate with a definition whose text is in files.',
  });
}

/** The definition without files that reading its text would write, and without filters that go by places in the text. */
function forSample({ phrases, filter = {}, ...definition }: ResolvedDefinition): ResolvedDefinition {
  const { rejected: _rejected, skip: _skip, limit: _limit, shuffleBuffer: _buffer, ...byUnit } = filter;
  if (!phrases) return { ...definition, filter: byUnit };
  const { save: _save, ...joined } = phrases;
  return { ...definition, filter: byUnit, phrases: joined };
}

/** No more tokens than the units that a definition limits its text to have. */
function withinLimit(tokens: Range, blocks: readonly TokenBlock[], limit = Infinity): Range {
  const units = blocks.reduce((total, { sentenceEnds }) => total + sentenceEnds.length, 0);
  const sampled = blocks.reduce((total, { tokenEnds }) => total + tokenEnds.length, 0);
  return mapped(tokens, (count) => Math.min(count, (limit * sampled) / units));
}

/** The vocabulary by counts, or by what a file can have at most. */
function vocabularyOf(
  found: SampleWords,
  tokens: Range,
  { vocabulary: { minCount, maxSize = Infinity } }: ResolvedDefinition,
): Range {
  return mapped(found.wordsOf(tokens, minCount), (words) => Math.max(1, Math.min(words, maxSize)));
}

/** The `minCount` with which the sample has about as many words as are expected of the whole. */
function minCountFor(found: SampleWords, words: number): number {
  let minCount = 1;
  while (minCount < 50 && found.withCount(minCount + 1) >= words) minCount++;
  return minCount;
}

function cellsOf({ cells, ofHalf, tokens: sampled }: CellGrowth, tokens: Range): Range {
  // How the number of cells grows: slower than the text, faster than its words.
  const exponent = Math.min(1, Math.max(0.5, Math.log2(cells / Math.max(1, ofHalf))));
  const at = (count: number, power: number) => cells * (count / sampled) ** power;
  return {
    low: at(tokens.low, exponent - 0.12),
    likely: at(tokens.likely, exponent - 0.04),
    high: at(tokens.high, exponent + 0.02),
  };
}

function matricesOf(definition: ResolvedDefinition, options: ResolvedTrainOptions, words: Range): Range {
  const { engine } = chooseEngine(options);
  return mapped(words, (count) => trainingMemory(engine, Math.round(count), options, definition.sampling));
}

function memoryOf(
  { vocabulary, sampling }: ResolvedDefinition,
  matrices: Range,
  types: Range,
  wordBytes: number,
  cells: Range | undefined,
): Range {
  const counting = mapped(types, (count) => Math.min(vocabulary.memory * 1e6, count * (wordBytes + 25)));
  const table = cells ? mapped(cells, (count) => Math.min(CELLS_IN_MEMORY, CELL_BYTES * count)) : exactly(0);
  const countingCells = cells
    ? mapped(cells, (count) => Math.min((sampling.memory ?? 2_000) * 1e6, 1.5 * CELL_BYTES * count))
    : exactly(0);
  const training = sum(matrices, table);
  const largest = (key: keyof Range) => Math.max(counting[key], training[key], countingCells[key]);
  return sum(PROCESS, { low: largest('low'), likely: largest('likely'), high: largest('high') });
}

function trainingSeconds(
  { epochs }: ResolvedTrainOptions,
  tokens: Range,
  cells: Range | undefined,
  speeds: Awaited<ReturnType<typeof measureSpeeds>>,
): Range {
  const { trainedPerSecond } = speeds;
  // A larger vocabulary lies in slower memory than the sample's; a busy machine has moments of half its speed.
  const perUnit = { low: 0.7 / trainedPerSecond, likely: 1.1 / trainedPerSecond, high: 2 / trainedPerSecond };
  const scaled = (units: Range): Range => ({
    low: epochs * units.low * perUnit.low,
    likely: epochs * units.likely * perUnit.likely,
    high: epochs * units.high * perUnit.high,
  });
  if (!cells || !speeds.cells) return scaled(tokens);
  const counting = mapped(tokens, (count) => count * speeds.cells!.secondsPerToken);
  return sum(scaled(cells), { ...counting, high: 2 * counting.high });
}
