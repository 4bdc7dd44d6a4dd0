import { readConll } from '../../../src/formats/conll.js';
import { readPhrases } from '../../../src/formats/phrases.js';
import { readVocabularyFile } from '../../../src/formats/vocabulary.js';
import { readAnalogies } from '../../../src/vectors/evaluate/analogies.js';
import { readWordPairs } from '../../../src/vectors/evaluate/word-pairs.js';
import { readCategories, readWordList } from '../../../src/vectors/map/word-lists.js';
import type { FuzzTarget } from '../target.js';

/** Small files of words beside texts and vectors. */
export const wordFiles: readonly FuzzTarget[] = [
  ofText(
    'vocabulary',
    ['the 1061396\nof 593677\nna\u00efve 12\n<UNK> 7\n', '\ufeffa 1\r\nb 1\r\n\r\nc 0'],
    readVocabularyFile,
  ),
  ofText(
    'phrases',
    [
      '# wordmill phrases\n# separator\t_\n# connectors\tof\tthe\n# scoring\tnpmi\n1\t57\t0.84\tnew\tyork\n2\t23\t0.9\tnew_york\ttimes\n',
    ],
    readPhrases,
  ),
  ofText(
    'conll',
    [
      '-DOCSTART- O\n\nEU B-ORG\nrejects O\nGerman B-MISC\n\nPeter\tB-PER\nBlackburn\tI-PER\n',
      'a x O\nb y I-LOC\n',
    ],
    async (file) => {
      for await (const sentence of readConll(file))
        if (sentence.tokens.length === 0) throw new Error('no tokens');
    },
  ),
  ofText(
    'word-pairs',
    ['# comment\ntiger\tcat\t7.35\nplane\tcar\t5.77\n', 'old new 1.58\nsmart intelligent 9.2\n'],
    readWordPairs,
  ),
  ofText(
    'analogies',
    [': capitals\nAthens Greece Baghdad Iraq\n: family\nboy girl brother sister\n'],
    readAnalogies,
  ),
  ofText('word-list', ['one\ntwo\nthree\n', '\ufeffna\u00efve\r\n\u{1f600}\r\n'], readWordList),
  ofText('categories', ['cat\tanimal\ndog\tanimal\nred\tcolour\n'], readCategories),
];

function ofText(
  name: string,
  seeds: readonly string[],
  read: (file: string) => Promise<unknown>,
): FuzzTarget {
  return {
    name,
    seeds: async () => seeds.map((seed) => Buffer.from(seed)),
    async read(_bytes, file) {
      await read(file);
    },
  };
}
