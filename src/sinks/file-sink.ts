import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Stage, StageContext } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { openOutput, STANDARD_OUTPUT } from './output.js';

/** A piece of an output, and how many rows are written once it is, where that is to be shown. */
export interface OutputBlock {
  readonly bytes: Uint8Array;
  readonly rowsDone?: number;
  /** Where it goes over bytes that were written before; not on standard output. */
  readonly position?: number;
}

/** What a sink writes of the one item that flows through it. */
export interface FileContent<T> {
  /** The sink's name in reports. */
  readonly name: string;
  /** Throws where a vocabulary has words that the format cannot carry; called before training. */
  check?(vocabulary: Vocabulary): void;
  /** How many bytes the content takes, at least. */
  bytes?(item: T): number;
  /** How many rows the content has, but for a header. */
  rows(item: T): number;
  /** The whole content, piece by piece. */
  blocks(item: T, context: StageContext): Iterable<OutputBlock> | AsyncIterable<OutputBlock>;
}

/**
 * A stage that writes the one item that comes to a file, and passes it on, so that several sinks can follow each
 * other. The file is opened before the input is pulled and gets its final name when the whole run has succeeded; `-`
 * is standard output.
 *
 * @throws WordmillError from the stage: `cannotCreate` before any input is read, `inputOutput` while writing, `data`
 * for what the format cannot carry, and the abort error when the run is stopped.
 */
export function fileSink<T>(path: string, content: FileContent<T>): Stage<T, T> {
  return async function* sink(input, context) {
    const output = await openOutput(path, context);
    if (content.check) context.onVocabulary((vocabulary) => content.check!(vocabulary));
    let written = false;
    for await (const item of input) {
      if (written) {
        throw new WordmillError('internal', 'a second item came to an output that holds one', {
          place: { file: path },
        });
      }
      const rows = content.rows(item);
      if (content.bytes && path !== STANDARD_OUTPUT) {
        await context.requireSpace(path, content.bytes(item), 'output');
      }
      for await (const { bytes, rowsDone, position } of content.blocks(item, context)) {
        throwIfAborted(context.signal);
        if (position === undefined) await output.write(bytes);
        else await output.writeAt(bytes, position);
        if (rowsDone !== undefined) {
          context.report.progress({ phase: 'write', done: rowsDone, total: rows, unit: 'rows' });
        }
      }
      context.report.count(content.name, 'rows', rows);
      await output.finish();
      written = true;
      yield item;
    }
    if (!written) throw new WordmillError('data', 'nothing came to this output', { place: { file: path } });
  };
}
