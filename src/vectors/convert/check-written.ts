import { WordmillError } from '../../core/errors.js';
import { rowOf } from '../../core/vectors.js';
import type { VectorBatch } from '../../formats/vector-stream.js';
import type { Tolerance } from './target.js';

/**
 * Compares what was to be written with what is read back, row by row.
 *
 * @param path of the file, for messages
 * @throws WordmillError `internal` at the first row that is another, or missing, or too many.
 */
export async function checkWritten(
  wanted: AsyncIterable<VectorBatch>,
  written: AsyncIterable<VectorBatch>,
  tolerance: Tolerance,
  path: string,
): Promise<void> {
  const [ours, theirs] = [new Rows(wanted), new Rows(written)];
  try {
    for (let row = 1; ; ) {
      const [mine, other] = [await ours.left(), await theirs.left()];
      if (mine === 0 && other === 0) return;
      const count = Math.min(mine, other);
      if (count === 0) {
        throw differs(path, row, mine === 0 ? 'is not among what was converted' : 'is missing');
      }
      for (let i = 0; i < count; i++, row++) {
        if (ours.word !== theirs.word) {
          throw differs(path, row, `has the word ${shown(theirs.word)}, not ${shown(ours.word)}`);
        }
        if (!isClose(ours.values, theirs.values, tolerance)) {
          throw differs(path, row, `(${shown(ours.word)}) has other numbers`);
        }
        ours.pass();
        theirs.pass();
      }
    }
  } finally {
    await ours.close();
    await theirs.close();
  }
}

/** Takes rows from batches one by one. */
class Rows {
  readonly #batches: AsyncIterator<VectorBatch>;
  #batch: VectorBatch | undefined;
  #row = 0;

  constructor(batches: AsyncIterable<VectorBatch>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** How many rows are at hand; 0 at the end. */
  async left(): Promise<number> {
    while (!this.#batch || this.#row === this.#batch.words.length) {
      const next = await this.#batches.next();
      if (next.done) return 0;
      this.#batch = next.value;
      this.#row = 0;
    }
    return this.#batch.words.length - this.#row;
  }

  get word(): string {
    return this.#batch!.words[this.#row]!;
  }

  get values(): Float32Array {
    return rowOf(this.#batch!.matrix, this.#row);
  }

  pass(): void {
    this.#row++;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

function isClose(wanted: Float32Array, written: Float32Array, { relative, absolute }: Tolerance): boolean {
  if (wanted.length !== written.length) return false;
  for (let j = 0; j < wanted.length; j++) {
    const [a, b] = [wanted[j]!, written[j]!];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= Math.max(relative * Math.abs(a), absolute))) return false;
  }
  return true;
}

function shown(word: string): string {
  return JSON.stringify(word.slice(0, 80));
}

function differs(path: string, row: number, how: string): WordmillError {
  return new WordmillError('internal', `read back, row ${row} ${how}; nothing was written`, {
    place: { file: path },
    hint: 'Was the input changed meanwhile? If it was not, the disk or memory may be faulty.',
  });
}
