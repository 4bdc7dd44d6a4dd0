import type { IdBlock, WindowBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import { type DrawOptions, resolveDraws } from './draw-options.js';
import { groupStage } from './group-stage.js';
import { trainingGroups } from './groups.js';
import { WindowBuffer } from './window-buffer.js';

/**
 * CBOW windows (Mikolov et al. 2013): each word, and the contexts that predict it, drawn as `docs/sampling.md` says.
 * Subsamples too, where a vocabulary is given. A word alone in its sentence has no window.
 *
 * @throws `usage` if an option is out of range.
 */
export function cbowWindows(options: Omit<DrawOptions, 'targets'> = {}): Stage<IdBlock, WindowBlock> {
  const { epoch, sampler } = resolveDraws(options);
  return groupStage({
    name: 'windows',
    epoch,
    sampler,
    groupsOf: (sentence) => trainingGroups(sentence),
    buffer: () => new WindowBuffer(),
  });
}
