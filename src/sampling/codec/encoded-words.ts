import { WordmillError } from '../../core/errors.js';

const encoder = new TextEncoder();

/** Words by id: a whole vocabulary, or one that still grows (`encodeGrowing`), with the words that have come so far. */
export type WordsById = readonly string[] | { readonly size: number; wordOf(id: number): string };

/** How a format writes words. */
export interface CellStyle {
  /** What no word may have in it. With it no word may be empty either. */
  readonly refused?: RegExp;
  /** How errors name the format. */
  readonly format?: string;
  /** Words as cells, such as quoted ones; by default they are written as they are. */
  readonly cellsOf?: (words: readonly string[]) => Promise<readonly string[]>;
}

/** Words (or cells made of them) as UTF-8, one after the other, to be copied by id. */
export class EncodedWords {
  /** How many words there are. */
  size = 0;
  bytes = new Uint8Array(0);
  /** Word `id` ends before `bytes[ends[id]]`. */
  ends = new Uint32Array(0);
  readonly #words: WordsById;
  readonly #style: CellStyle;

  constructor(words: WordsById, style: CellStyle = {}) {
    this.#words = words;
    this.#style = style;
  }

  /**
   * Takes in the words that have come since the last call; called before each block is written.
   *
   * @throws `data` as `refuseWords` does.
   */
  async catchUp(): Promise<void> {
    const words = wordsFrom(this.#words, this.size);
    if (words.length === 0) return;
    refuse(words, this.#style);
    const cells = (await this.#style.cellsOf?.(words)) ?? words;
    const fresh = encoder.encode(cells.join(''));
    let end = this.ends[this.size - 1] ?? 0;
    this.bytes = withRoom(this.bytes, end, fresh.length);
    this.bytes.set(fresh, end);
    this.ends = withRoom(this.ends, this.size, cells.length);
    for (const cell of cells) {
      end += Buffer.byteLength(cell);
      this.ends[this.size++] = end;
    }
  }
}

/** Throws `data` that names the first of the words known by now which a format cannot carry. */
export function refuseWords(words: WordsById, style: CellStyle): void {
  refuse(wordsFrom(words, 0), style);
}

function refuse(words: readonly string[], { refused, format }: CellStyle): void {
  if (!refused) return;
  const word = words.find((candidate) => candidate === '' || refused.test(candidate));
  if (word === undefined) return;
  throw new WordmillError('data', `${format} cannot carry the word ${JSON.stringify(word)}`, {
    hint: 'Write another format (text, csv, binary), or tokenize so that words have no such characters.',
  });
}

/** The words from an id on. */
function wordsFrom(words: WordsById, first: number): readonly string[] {
  if (!('wordOf' in words)) return first === 0 ? words : words.slice(first);
  return Array.from({ length: words.size - first }, (_, index) => words.wordOf(first + index));
}

/** The array, or a larger one that begins with the same `used` entries, with room for so many more. */
function withRoom<Column extends Uint8Array | Uint32Array>(
  column: Column,
  used: number,
  more: number,
): Column {
  if (used + more <= column.length) return column;
  const larger = new (column.constructor as new (length: number) => Column)(
    used === 0 ? more : 2 * (used + more),
  );
  larger.set(column.subarray(0, used));
  return larger;
}
