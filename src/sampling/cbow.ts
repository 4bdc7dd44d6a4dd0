import type { IdBlock, WindowBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import { type DrawOptions, resolveDraws } from './draw-options.js';
import { trainingGroups } from './groups.js';
import { WindowBuffer } from './window-buffer.js';

/**
 * CBOW windows (Mikolov et al. 2013): each word, and the contexts that predict it, drawn as `docs/sampling.md` says.
 * Subsamples too, where a vocabulary is given. A word alone in its sentence has no window.
 *
 * @throws `usage` if an option is out of range.
 */
export function cbowWindows(options: Omit<DrawOptions, 'targets'> = {}): Stage<IdBlock, WindowBlock> {
  const draws = resolveDraws(options);
  return async function* (input, { signal, report }) {
    const sampler = draws.sampler();
    const windows = new WindowBuffer();
    for await (const block of input) {
      throwIfAborted(signal);
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        sampler.start(block.ids, start, end, draws.epoch, block.firstSentence + index);
        for (const group of trainingGroups(sampler)) {
          if (windows.isFull) {
            report.count('windows', 'windows', windows.length);
            yield windows.take();
            throwIfAborted(signal);
          }
          windows.begin(group.target);
          for (let i = 0; i < group.length; i++) windows.addContext(group.contexts[i]!);
        }
        start = end;
      }
      if (windows.length > 0) {
        report.count('windows', 'windows', windows.length);
        yield windows.take();
      }
    }
  };
}
