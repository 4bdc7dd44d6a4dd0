import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  projectorConfig,
  projectorLabel,
  projectorMetadata,
  projectorVectors,
} from '../../src/formats/projector.js';
import { bytesOf, padded } from './support.js';

const text = async (blocks: Parameters<typeof bytesOf>[0]) => (await bytesOf(blocks)).toString();

describe("files for TensorBoard's projector", () => {
  test('vectors are lines of numbers, a tab between them', async () => {
    const matrix = padded(
      [
        [1, -0.5],
        [1e-9, 3],
      ],
      4,
    );
    assert.equal(await text(projectorVectors(matrix)), '1\t-0.5\n1e-09\t3\n');
  });

  test('words alone have no header; with counts they have one', async () => {
    assert.equal(await text(projectorMetadata(['a', 'b c'])), 'a\nb c\n');
    assert.equal(
      await text(projectorMetadata(['a', 'é'], [3, 1e12])),
      'Word\tCount\na\t3\né\t1000000000000\n',
    );
  });

  test('labels have no tabs and line breaks, and are never lines that are left out as empty', async () => {
    const labels = ['a\tb', 'a\r\nb', '', ' ', '\u00a0\u3000', ' a', '\u2028'].map(projectorLabel);
    assert.deepEqual(labels, ['a▁b', 'a▁▁b', '▁', '▁', '▁▁', ' a', '▁']);
    const words = ['', '\n\n', ' '.repeat(9)];
    for (const counts of [undefined, [1, 2, 3]]) {
      const lines = (await text(projectorMetadata(words, counts))).trimEnd().split('\n');
      assert.equal(lines.length, words.length + (counts ? 1 : 0));
      assert.ok(lines.every((line) => line.trim() !== ''));
    }
  });

  test('the configuration names the two files', () => {
    assert.equal(
      projectorConfig(),
      'embeddings {\n  tensor_name: "embeddings"\n  tensor_path: "vectors.tsv"\n  metadata_path: "metadata.tsv"\n}\n',
    );
  });
});
