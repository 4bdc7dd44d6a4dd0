import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { SubwordVectors } from '../../src/core/subword-vectors.js';
import { buildSubwordTable, nGramBuckets, type SubwordOptions } from '../../src/core/subwords.js';
import { rowOf, type TrainedVectors, type TrainingSummary } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { detectFormat, readVectors } from '../../src/formats/detect.js';
import { fasttextBinary } from '../../src/sinks/fasttext-file.js';
import { loadVectors } from '../../src/vectors/load.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { training } from '../sinks/support.js';
import { fileIn, padded, plain, readAs, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const file = fileIn(folder);
const readFasttextBinary = readAs('fasttext');
const SUMMARY: TrainingSummary = {
  ...{ engine: 'reference', model: 'skipgram', loss: 'negative', epochs: 7, seed: 1 },
  ...{ words: 10, seconds: 1, lossByEpoch: [1], threads: 1 },
};

/** Two words of two numbers each, and their output rows; the second word is the more frequent. */
function model(summary: Partial<TrainingSummary> = {}): TrainedVectors {
  const vocabulary = new Vocabulary({ words: ['ab', 'é'], counts: [3, 4] });
  return {
    vocabulary,
    input: padded([
      [1, 2],
      [3, 4],
    ]),
    output: padded(
      summary.loss === 'hierarchical'
        ? [[5, 6]]
        : [
            [5, 6],
            [7, 8],
          ],
    ),
    summary: { ...SUMMARY, ...summary },
    settings: { negative: 9, window: 6, subsample: 0.25 },
  };
}

/** The same with n-grams: bucket b of those used starts with the number b, all others with 100 + b. */
function withNGrams(options: SubwordOptions): TrainedVectors {
  const plainModel = model();
  const table = buildSubwordTable(plainModel.vocabulary.words, options);
  const rows = padded([[1, 2], [3, 4], ...[...table.usedBuckets].map((bucket) => [bucket, 0])]);
  const subwords = new SubwordVectors(table, rows, (bucket, row) => row.set([100 + bucket, 0]));
  return { ...plainModel, input: subwords.composed(), subwords };
}

async function written(vectors: TrainedVectors, name = 'model.bin'): Promise<Buffer> {
  const path = join(folder, name);
  await run(compose(training(vectors), fasttextBinary(path)));
  return readFileSync(path);
}

/** The bytes of numbers and text, as the layout has them. */
function bytes(...parts: readonly (string | readonly ['i' | 'l' | 'd' | 'f', ...number[]])[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      if (typeof part === 'string') return [Buffer.from(part)];
      const [kind, ...numbers] = part;
      return numbers.map((value) => {
        const buffer = Buffer.alloc(kind === 'l' || kind === 'd' ? 8 : 4);
        if (kind === 'i') buffer.writeInt32LE(value);
        else if (kind === 'l') buffer.writeBigInt64LE(BigInt(value));
        else if (kind === 'd') buffer.writeDoubleLE(value);
        else buffer.writeFloatLE(value);
        return buffer;
      });
    }),
  );
}

const HEAD = ['i', 793712314, 12, 2, 6, 7, 3, 9, 1, 2, 2, 0, 0, 0, 100] as const;
const DICTIONARY = [['i', 2, 2, 0], ['l', 7, -1], 'é\0', ['l', 4], '\0ab\0', ['l', 3], '\0'] as const;

describe("fastText's binary", () => {
  test('has magic, args, words by count, input rows and output rows', async () => {
    const expected = bytes(
      HEAD,
      ['d', 0.25],
      ...DICTIONARY,
      ...(['\0', ['l', 2, 2], ['f', 3, 4, 1, 2]] as const),
      ...(['\0', ['l', 2, 2], ['f', 7, 8, 5, 6]] as const),
    );
    assert.deepEqual(await written(model()), expected);
  });

  test('has rows of hierarchical softmax by inner node, of the opposite sign, and one more', async () => {
    const content = await written(model({ loss: 'hierarchical', model: 'cbow' }));
    assert.equal(content.readInt32LE(8 + 4 * 6), 1);
    assert.equal(content.readInt32LE(8 + 4 * 7), 1);
    assert.deepEqual(content.subarray(-17 - 16), bytes('\0', ['l', 2, 2], ['f', -5, -6, 0, 0]));
  });

  test('has a row for each bucket, used or not, and reads as it was written', async () => {
    const options = { minn: 2, maxn: 3, buckets: 50 };
    const vectors = withNGrams(options);
    const content = await written(vectors);
    const input = content.length - 17 - 16 - 4 * 2 * 50;
    const used = new Set(['ab', 'é'].flatMap((word) => nGramBuckets(word, options)));
    assert.ok(used.size > 0 && used.size < 50);
    for (let bucket = 0; bucket < 50; bucket++) {
      assert.equal(content.readFloatLE(input + 8 * bucket), used.has(bucket) ? bucket : 100 + bucket);
    }
    assert.equal(await detectFormat(join(folder, 'model.bin')), 'fasttext');
    const read = await readVectors(join(folder, 'model.bin'));
    assert.deepEqual(plain(read), { é: [...rowOf(vectors.input, 1)], ab: [...rowOf(vectors.input, 0)] });
    for (const word of ['abé', 'unseen', '日本']) {
      assert.deepEqual(read.vectorOf!(word), vectors.subwords!.ofNGrams(word), word);
    }
  });

  test('composes words that are not there for those who look them up', async () => {
    const vectors = withNGrams({ minn: 2, maxn: 3, buckets: 50 });
    await written(vectors);
    for (const used of [await loadVectors(join(folder, 'model.bin')), Vectors.of(vectors)]) {
      assert.ok(used.has('ab') && used.has('abc'));
      assert.deepEqual(used.get('abc'), vectors.subwords!.ofNGrams('abc'));
      assert.deepEqual(used.nearest('abc'), used.nearestTo(used.get('abc')));
      assert.equal(used.nearest('abc').length, 2);
      assert.equal(used.nearest('ab').length, 1);
      assert.ok(!used.has('</s>'));
      assert.throws(() => used.get('</s>'), { kind: 'data' });
    }
  });

  test('a row that is asked for when the file has gone, or is another, is an error', async () => {
    await written(withNGrams({ minn: 2, maxn: 3, buckets: 50 }), 'gone.bin');
    const path = join(folder, 'gone.bin');
    const { vectorOf } = await readFasttextBinary(path);
    writeFileSync(path, 'something else');
    assert.throws(() => vectorOf!('unseen'), { kind: 'inputOutput', message: /not the file any more/ });
    rmSync(path);
    assert.throws(() => vectorOf!('unseen'), {
      kind: 'inputOutput',
      message: /gone\.bin: no vector can be read/,
    });
  });

  test('a model that fastText does not have is refused', async () => {
    await assert.rejects(written(model({ model: 'nplm' })), { kind: 'usage', message: /binary has no nplm/ });
  });
});

describe('a broken model is refused, with the byte', () => {
  const matrices = ['\0', ['l', 2, 2], ['f', 3, 4, 1, 2], '\0', ['l', 2, 2], ['f', 7, 8, 5, 6]] as const;
  const whole = bytes(HEAD, ['d', 0.25], ...DICTIONARY, ...matrices);
  const dictionary = 4 * 14 + 8;
  const input = dictionary + 28 + 3 + 9 + 3 + 9;

  async function problemOf(content: Buffer): Promise<string> {
    const path = file(content);
    try {
      await readFasttextBinary(path);
    } catch (error) {
      assert.equal((error as { kind: string }).kind, 'data');
      return (error as Error).message.replace(path, 'FILE');
    }
    throw new Error('it was read');
  }
  const changed = (at: number, value: number) => {
    const content = Buffer.from(whole);
    content[at] = value;
    return content;
  };

  test('whole, it is read', async () => {
    assert.deepEqual(plain(await readFasttextBinary(file(whole))), { é: [3, 4], ab: [1, 2] });
  });

  test('cut short anywhere', async () => {
    for (let length = 0; length < whole.length; length++) {
      assert.match(await problemOf(whole.subarray(0, length)), /the file ends within/, `${length}`);
    }
  });

  for (const [what, content, message] of [
    ['another magic', changed(0, 1), /FILE \(byte 0\): this is no fastText model/],
    ['another version', changed(4, 13), /byte 4\): fastText's version 13/],
    ['no dimensions', changed(8, 0), /byte 8\): fastText's dim cannot be 0/],
    [
      'more words than entries',
      changed(dictionary + 4, 3),
      /3 words and 0 labels in 2 entries is impossible/,
    ],
    [
      'a label among words',
      changed(dictionary + 28 + 3 + 8, 1),
      /entry 1 of the dictionary should be a word/,
    ],
    ['a pruned dictionary', changed(dictionary + 27, 0), /this model is quantised/],
    ['a quantised matrix', changed(input, 1), /quantised.*\n.*fasttext quantize/],
    [
      'other rows',
      changed(input + 1, 3),
      /its input matrix has 3 rows of 2 numbers; 2 rows of 2 are expected/,
    ],
    ['other columns', changed(input + 9, 3), /its input matrix has 2 rows of 3 numbers/],
    ['more after its end', Buffer.concat([whole, Buffer.alloc(1)]), /goes on after its last row/],
  ] as const) {
    test(what, async () => assert.match(await problemOf(content), message));
  }
});
