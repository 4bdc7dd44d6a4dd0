import type { TrainingCorpus } from '../core/corpus.js';
import type { Stage } from '../core/stage.js';
import { STANDARD_OUTPUT } from '../sinks/output.js';
import { outputSize, type SinkName } from '../sinks/output-size.js';
import { exactly } from './estimate/range.js';
import { byDisk } from './estimate/refuse.js';
import type { ResolvedDefinition } from './schema.js';

/**
 * A stage before training, which takes longest: by then the words are known, and with them what outputs take at least. All
 * of a disk's together, since those of before stay until the end.
 *
 * @throws WordmillError from the stage: `inputOutput` where a disk has no room for them.
 */
export function roomForOutputs({
  sinks,
  train: { dimensions },
}: ResolvedDefinition): Stage<TrainingCorpus, TrainingCorpus> {
  return async function* lookingForRoom(input, context) {
    for await (const corpus of input) {
      const { size: words } = corpus.vocabulary;
      const needs = sinks
        .map((sink) => Object.entries(sink)[0] as [SinkName, string])
        .filter(([, path]) => path !== STANDARD_OUTPUT)
        .map(([name, path]) => ({
          ...{ what: name, folder: path },
          bytes: exactly(outputSize(name, { words, dimensions }).least),
        }));
      for (const { folder: path, bytes } of await byDisk(needs, async () => undefined)) {
        await context.requireSpace(path, bytes.low, 'output');
      }
      yield corpus;
    }
  };
}
