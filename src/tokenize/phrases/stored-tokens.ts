import { open } from 'node:fs/promises';
import type { TokenBlock } from '../../core/blocks.js';
import { WordmillError } from '../../core/errors.js';
import { readFully } from '../../core/whole-io.js';
import { bytesOf } from '../../formats/packed-rows.js';
import { BufferedFile } from '../buffered-file.js';

/** Blocks of tokens in a scratch file, for text that comes once and is needed twice. In the machine's byte order. */
export class StoredTokens {
  readonly #file: BufferedFile;

  private constructor(file: BufferedFile) {
    this.#file = file;
  }

  /** How much has been written. */
  get size(): number {
    return this.#file.bytes;
  }

  static async create(path: string): Promise<StoredTokens> {
    return new StoredTokens(await BufferedFile.create(path));
  }

  async write({ bytes, tokenEnds, sentenceEnds }: TokenBlock): Promise<void> {
    const lengths = Uint32Array.of(bytes.length, tokenEnds.length, sentenceEnds.length);
    for (const array of [lengths, bytes, tokenEnds, sentenceEnds]) await this.#file.write(bytesOf(array));
  }

  async finish(): Promise<void> {
    await this.#file.finish();
  }

  /** Closes without writing what is left; for `finally`. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  /** The blocks, as they were written. */
  async *blocks(): AsyncGenerator<TokenBlock> {
    const file = await open(this.#file.path, 'r');
    const fill = async <T extends Uint8Array | Uint32Array>(array: T): Promise<T> => {
      if ((await readFully(file, bytesOf(array))) === array.byteLength) return array;
      throw new WordmillError('inputOutput', 'this intermediate file ends too early', {
        place: { file: this.#file.path },
      });
    };
    try {
      for (let left = this.#file.bytes; left > 0; ) {
        const [bytes, tokens, sentences] = await fill(new Uint32Array(3));
        left -= 12 + bytes! + 4 * (tokens! + sentences!);
        yield {
          bytes: await fill(new Uint8Array(bytes!)),
          tokenEnds: await fill(new Uint32Array(tokens!)),
          sentenceEnds: await fill(new Uint32Array(sentences!)),
        };
      }
    } finally {
      await file.close();
    }
  }
}
