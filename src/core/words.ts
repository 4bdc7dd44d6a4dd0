/** The words of vectors, by row. They may be decoded only when they are asked for. */
export interface Words extends Iterable<string> {
  readonly length: number;
  /** @throws RangeError for a row that is not there. */
  at(row: number): string;
  /** The row of a word, the first where it occurs more than once; undefined for a word that is not there. */
  rowOf(word: string): number | undefined;
}

/** Words from an array, which must not change any more; what is `Words` already stays as it is. */
export function wordsFrom(words: Words | readonly string[]): Words {
  return 'rowOf' in words ? words : new WordArray(words);
}

class WordArray implements Words {
  readonly #words: readonly string[];
  #rows: Map<string, number> | undefined;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get length(): number {
    return this.#words.length;
  }

  at(row: number): string {
    const word = this.#words[row];
    if (word === undefined) throw new RangeError(`there is no row ${row} among ${this.length}`);
    return word;
  }

  rowOf(word: string): number | undefined {
    this.#rows ??= firstRows(this.#words);
    return this.#rows.get(word);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#words.values();
  }
}

function firstRows(words: readonly string[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, word] of words.entries()) {
    if (!rows.has(word)) rows.set(word, row);
  }
  return rows;
}
