import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readVectors } from '../../../src/formats/detect.js';
import {
  VECTOR_WRITERS,
  type VectorWriter,
  type WritableFormat,
} from '../../../src/formats/vector-writers.js';
import { convertVectors } from '../../../src/vectors/convert/convert.js';
import { DIFFICULT_WORDS, plain, temporaryFolder } from '../../formats/support.js';

const folder = temporaryFolder();
/** A list of words (.npy) cannot carry one that begins with a byte order mark. */
const WORDS = [...DIFFICULT_WORDS.filter((word) => !word.includes('\ufeff')), '<UNK>'];
/** Numbers that text of six digits and float16 keep. */
const ROWS = WORDS.map((_, row) => [row, -(row + 1) / 8, 0.5]);
const EXPECTED = Object.fromEntries(WORDS.map((word, row) => [word, ROWS[row]]));
const source = join(folder, 'source.vec');
writeFileSync(
  source,
  `${WORDS.length} 3\n${WORDS.map((word, row) => `${word} ${ROWS[row]!.join(' ')}\n`).join('')}`,
);

describe('every format can be converted to every other', () => {
  const formats = Object.keys(VECTOR_WRITERS) as WritableFormat[];
  for (const from of formats) {
    test(`from ${from}`, async () => {
      const first = join(folder, `${from}.first`);
      await convertVectors(source, first, { to: from });
      for (const to of formats) {
        const second = join(folder, `${from}.${to}`);
        const { rows, ...names } = await convertVectors(first, second, { to });
        assert.deepEqual([rows, names.from, names.to], [WORDS.length, from, to]);
        assert.deepEqual(plain(await readVectors(second)), EXPECTED, `${from} to ${to}`);
      }
    });
  }

  for (const [to, { dtypes }] of Object.entries(VECTOR_WRITERS as Record<string, VectorWriter>)) {
    if (!dtypes.includes('f16')) continue;
    test(`${to} with numbers of float16, and back`, async () => {
      const [half, back] = [join(folder, `${to}.half`), join(folder, `${to}.back`)];
      await convertVectors(source, half, { to: to as WritableFormat, dtype: 'f16' });
      await convertVectors(half, back, { to: 'word2vec' });
      assert.deepEqual(plain(await readVectors(back)), EXPECTED);
    });
  }
});
