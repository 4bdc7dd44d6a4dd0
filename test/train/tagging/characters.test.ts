import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { CharacterVocabulary } from '../../../src/train/tagging/characters.js';

describe('the character vocabulary', () => {
  test('the most frequent characters first, equal ones by code point, after padding and unknown', () => {
    const vocabulary = CharacterVocabulary.build(['abba', 'b', '\u{1f600}\uff21z']);
    assert.deepEqual(vocabulary.characters, ['b', 'a', 'z', '\uff21', '\u{1f600}']);
    assert.equal(vocabulary.size, 7);
    assert.deepEqual(
      ['b', 'a', '\u{1f600}', 'q'].map((c) => vocabulary.idOf(c)),
      [2, 3, 6, 1],
    );
    assert.deepEqual(
      [0, 1, 2, 6, 7].map((id) => vocabulary.characterOf(id)),
      [undefined, undefined, 'b', '\u{1f600}', undefined],
    );
    assert.deepEqual(CharacterVocabulary.build(['aab'], 2).characters, ['a']);
  });

  test('tokens become padded rows', () => {
    const vocabulary = new CharacterVocabulary(['a', 'b']);
    const { ids, lengths, width, truncated } = vocabulary.encode(['ab', '', 'bxa']);
    assert.deepEqual([...ids], [2, 3, 0, 0, 0, 0, 3, 1, 2]);
    assert.deepEqual([...lengths], [2, 0, 3]);
    assert.deepEqual([width, truncated], [3, 0]);
  });

  test('no token, or only empty ones, still has rows of one', () => {
    const vocabulary = new CharacterVocabulary(['a']);
    assert.equal(vocabulary.encode([]).width, 1);
    assert.deepEqual(vocabulary.encode(['']), {
      ids: Int32Array.of(0),
      lengths: Int32Array.of(0),
      width: 1,
      truncated: 0,
    });
  });

  test('a token that is too long loses its middle, and is counted', () => {
    const vocabulary = new CharacterVocabulary([...'abcdefg']);
    const text = (token: string, longest: number) => {
      const { ids, lengths, truncated } = vocabulary.encode([token], longest);
      const characters = Array.from(ids.subarray(0, lengths[0]), (id) => vocabulary.characterOf(id)).join('');
      return `${characters} ${truncated}`;
    };
    assert.equal(text('abcdefg', 7), 'abcdefg 0');
    assert.equal(text('abcdefg', 6), 'abcefg 1');
    assert.equal(text('abcdefg', 5), 'abcfg 1');
    assert.equal(text('abcdefg', 2), 'ag 1');
    assert.equal(text('abcdefg', 1), 'a 1');
  });

  test('random tokens come back where they are short enough; a vocabulary from its characters is the same', () => {
    const random = new Random(41);
    const alphabet = ['a', 'Z', 'é', '漢', '\u{1f600}', '\u0301', ' ', '\ud800'];
    const tokens = Array.from({ length: 200 }, () =>
      Array.from({ length: random.below(9) }, () => alphabet[random.below(alphabet.length)]).join(''),
    );
    const built = CharacterVocabulary.build(tokens);
    const saved = JSON.parse(JSON.stringify(built.characters)) as string[];
    const vocabulary = new CharacterVocabulary(saved);
    const { ids, lengths, width } = vocabulary.encode(tokens, 9);
    for (const [row, token] of tokens.entries()) {
      const characters = ids.subarray(row * width, row * width + lengths[row]!);
      assert.equal(Array.from(characters, (id) => vocabulary.characterOf(id)).join(''), token);
    }
    assert.deepEqual(vocabulary.encode(tokens), built.encode(tokens));
  });

  test('characters that are none or come twice are refused', () => {
    assert.throws(() => new CharacterVocabulary(['a', 'bc']), {
      kind: 'data',
      message: /entry 2 .*"bc", is not/,
    });
    assert.throws(() => new CharacterVocabulary(['']), { kind: 'data' });
    assert.throws(() => new CharacterVocabulary(['a', 'a']), {
      kind: 'data',
      message: /comes a second time/,
    });
  });
});
