import { WordmillError } from '../../core/errors.js';

/** The id of what fills up tokens that are shorter than the longest. */
export const CHARACTER_PADDING = 0;
/** The id of every character that the vocabulary does not have. */
export const CHARACTER_UNKNOWN = 1;
const FIRST = 2;

/** Tokens as rows of character ids. */
export interface EncodedCharacters {
  /** tokens x width, row-major, padded at the end of each row. */
  readonly ids: Int32Array;
  /** How many characters each token has in its row. */
  readonly lengths: Int32Array;
  /** The length of the longest row, at least 1. */
  readonly width: number;
  /** How many tokens were longer than the limit and lost characters in their middle. */
  readonly truncated: number;
}

/** Characters (Unicode code points) and their ids: 0 is padding, 1 unknown, then the characters in their order. */
export class CharacterVocabulary {
  readonly #ids: ReadonlyMap<string, number>;

  /**
   * @param characters one code point each; what `build` made, or a saved model has
   * @throws WordmillError `data` for what is not one code point, or comes twice.
   */
  constructor(readonly characters: readonly string[]) {
    const ids = new Map<string, number>();
    for (const [index, character] of characters.entries()) {
      if ([...character].length !== 1 || ids.has(character)) {
        throw new WordmillError(
          'data',
          `entry ${index + 1} of the characters, ${JSON.stringify(character)}, ` +
            `${ids.has(character) ? 'comes a second time' : 'is not one character'}`,
        );
      }
      ids.set(character, index + FIRST);
    }
    this.#ids = ids;
  }

  /**
   * The characters of tokens that occur at least `minCount` times, the most frequent first, equal ones in the order of
   * their code points.
   */
  static build(tokens: Iterable<string>, minCount = 1): CharacterVocabulary {
    const counts = new Map<string, number>();
    for (const token of tokens) {
      for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const kept = [...counts].filter(([, count]) => count >= minCount);
    kept.sort(([a, countA], [b, countB]) => countB - countA || a.codePointAt(0)! - b.codePointAt(0)!);
    return new CharacterVocabulary(kept.map(([character]) => character));
  }

  /** How many ids there are, with padding and unknown: the rows of an embedding. */
  get size(): number {
    return this.characters.length + FIRST;
  }

  /** The id of a character, 1 where it is unknown. */
  idOf(character: string): number {
    return this.#ids.get(character) ?? CHARACTER_UNKNOWN;
  }

  /** The character of an id; undefined for padding and unknown. */
  characterOf(id: number): string | undefined {
    return this.characters[id - FIRST];
  }

  /**
   * Tokens as ids. Of a token longer than `longest` the first half and the last half of what fits are kept: names are
   * told by how they begin and end.
   *
   * @param longest in code points, at least 1
   */
  encode(tokens: readonly string[], longest = 32): EncodedCharacters {
    let width = 1;
    let truncated = 0;
    const kept = tokens.map((token) => {
      const characters = [...token];
      if (characters.length > longest) {
        truncated++;
        characters.splice(Math.ceil(longest / 2), characters.length - longest);
      }
      width = Math.max(width, characters.length);
      return characters;
    });
    const ids = new Int32Array(tokens.length * width);
    const lengths = Int32Array.from(kept, (characters) => characters.length);
    for (const [row, characters] of kept.entries()) {
      for (const [column, character] of characters.entries())
        ids[row * width + column] = this.idOf(character);
    }
    return { ids, lengths, width, truncated };
  }
}
