import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { ReadingNotes } from '../../src/formats/reading-notes.js';
import { textRowBlocks } from '../../src/formats/text-row-blocks.js';
import { textRowBatches } from '../../src/formats/text-rows.js';
import { VectorFile } from '../../src/formats/vector-file.js';
import type { ListedVectors } from '../../src/formats/word-vectors.js';
import { type Addon, availableAddon, nativeAddon, nativeUnavailable } from '../../src/native/addon.js';
import { roomForRows } from '../../src/native/row-text.js';
import { bytesOf, DIFFICULT_WORDS, padded, temporaryFolder } from './support.js';

const skip = nativeUnavailable() ?? false;

/** Numbers as rows of ten, whose words are the row's number. */
function rowsOf(values: Float32Array): ListedVectors {
  const rows = Math.ceil(values.length / 10);
  const data = new Float32Array(rows * 10);
  data.set(values);
  return {
    words: Array.from({ length: rows }, (_, row) => `${row}`),
    matrix: { data, rows, dimensions: 10, stride: 10 },
  };
}

/** Float32 from bit patterns. */
function fromBits(bits: Iterable<number>): Float32Array {
  return new Float32Array(Uint32Array.from(bits).buffer);
}

async function assertSameText(vectors: ListedVectors): Promise<void> {
  const native = (await bytesOf(textRowBlocks([vectors], '', nativeAddon()))).toString();
  const plain = (await bytesOf(textRowBlocks([vectors], '', null))).toString();
  if (native === plain) return;
  const [ours, expected] = [native.split('\n'), plain.split('\n')];
  const row = expected.findIndex((line, index) => line !== ours[index]);
  assert.equal(ours[row], expected[row]);
}

describe('rows of text from the addon equal those from JavaScript, byte for byte', { skip }, () => {
  test('for random bit patterns, NaN, infinities and subnormals among them', async () => {
    const random = new Random(1);
    await assertSameText(rowsOf(fromBits(Array.from({ length: 100_000 }, () => random.next()))));
  });

  test('for every exponent and sign, with mantissas at both ends and between', async () => {
    const bits = [];
    for (let high = 0; high < 512; high++) {
      for (const low of [0, 1, 2, 3, 0x2aaaaa, 0x400000, 0x555555, 0x7ffffe, 0x7fffff])
        bits.push(high * 2 ** 23 + low);
    }
    await assertSameText(rowsOf(fromBits(bits)));
  });

  test('for the floats next to every power of ten', async () => {
    const bits = [];
    for (let power = -45; power <= 38; power++) {
      const [nearest] = new Uint32Array(Float32Array.of(10 ** power).buffer);
      for (let step = Math.max(-40, -nearest!); step <= 40; step++) bits.push(nearest! + step);
    }
    await assertSameText(rowsOf(fromBits(bits)));
  });

  test('for halves and quarters, where ties are common', async () => {
    const random = new Random(2);
    const values = Float32Array.from(
      { length: 50_000 },
      () => random.below(2 ** 24) * 0.5 ** random.below(13) * (random.below(2) ? 1 : -1),
    );
    await assertSameText(rowsOf(values));
  });

  test('with difficult words, padded rows, several parts and several blocks', async () => {
    const words = Array.from(
      { length: 30_000 },
      (_, row) => `${DIFFICULT_WORDS[row % DIFFICULT_WORDS.length]}${row}`,
    );
    const vectors = { words, matrix: padded(words.map((_, row) => [row / 7, -row, 1e-20 * row])) };
    const parts = [vectors, { words: ['last'], matrix: padded([[1, 2, 3]]) }];
    const native = await bytesOf(textRowBlocks(parts, '30001 3\n', nativeAddon()));
    assert.ok(native.equals(await bytesOf(textRowBlocks(parts, '30001 3\n', null))));
    assert.ok(native.length > 1 << 20);
    assert.equal(native.toString('utf8', 0, 20), '30001 3\nthe0 0 -0 0\n');
    assert.ok(native.toString().endsWith('\nlast 1 2 3\n'));
  });

  test('of no rows, and of a row longer than a block', async () => {
    await assertSameText({ words: [], matrix: padded([]) });
    const long = new Float32Array(200_000).fill(-1.23456e-5);
    const matrix = { data: long, rows: 1, dimensions: long.length, stride: long.length };
    await assertSameText({ words: ['long'], matrix });
  });
});

describe('the addon writes rows', { skip }, () => {
  const call = {
    words: Buffer.from('ab'),
    wordEnds: Uint32Array.of(1, 2),
    data: Float32Array.of(1, 2),
    dimensions: 1,
    stride: 1,
    into: new Uint8Array(roomForRows(2, 2, 1)),
  };

  test('and leaves bytes behind its room alone', async () => {
    const into = new Uint8Array(roomForRows(2, 2, 1) + 5).fill(35);
    const values = Float32Array.of(-1.23456e-5, -1.23456e-5);
    assert.equal(await nativeAddon().writeRows({ ...call, data: values, into }), 2 * 15);
    assert.equal(Buffer.from(into).toString('latin1', 38), '#####');
  });

  const wrong: [string, object, RegExp][] = [
    ['a word that ends after the words', { wordEnds: Uint32Array.of(1, 3) }, /wordEnds/],
    ['a word that ends before it starts', { wordEnds: Uint32Array.of(2, 1) }, /wordEnds/],
    ['more rows than numbers', { data: Float32Array.of(1) }, /data must be as long as/],
    ['a stride below the dimensions', { dimensions: 2 }, /stride/],
    ['too little room', { into: new Uint8Array(roomForRows(2, 2, 1) - 1) }, /into must be as long as/],
  ];
  for (const [what, change, message] of wrong) {
    test(`refuses ${what}`, () => {
      assert.throws(() => nativeAddon().writeRows({ ...call, ...change }), { name: 'RangeError', message });
    });
  }
});

describe('rows of text that the addon reads equal those that JavaScript reads, bit for bit', { skip }, () => {
  const path = join(temporaryFolder(), 'rows.txt');

  /** Words and numbers of a text, up to an error, and its message. */
  async function rowsOfText(file: VectorFile, dimensions: number, addon: Addon | null) {
    const words: string[] = [];
    const numbers: number[] = [];
    try {
      const shape = { path, dimensions, headerLines: 0 };
      for await (const batch of textRowBatches(file.bytes({}), shape, new ReadingNotes(), addon)) {
        words.push(...batch.words);
        for (const value of batch.matrix.data) numbers.push(value);
      }
    } catch (error) {
      return { words, numbers, message: (error as Error).message };
    }
    return { words, numbers };
  }

  /** Reads a text both ways; each gives words and numbers, or the message of its error. */
  async function assertSameRows(
    text: string | Buffer,
    dimensions: number,
  ): Promise<{ words: string[]; numbers: number[]; message?: string }> {
    writeFileSync(path, text);
    const file = await VectorFile.open(path);
    try {
      const [ours, expected] = [
        await rowsOfText(file, dimensions, nativeAddon()),
        await rowsOfText(file, dimensions, null),
      ];
      assert.deepEqual(ours, expected);
      return expected;
    } finally {
      await file.close();
    }
  }

  test('for random numbers in many spellings', async () => {
    const random = new Random(3);
    const spelled = (): string => {
      const value = (random.unit() - 0.5) * 10 ** (random.below(20) - 10);
      switch (random.below(6)) {
        case 0:
          return value.toExponential(random.below(18));
        case 1:
          return value.toFixed(random.below(20));
        case 2:
          return `${Math.fround(value)}`;
        case 3:
          return value.toPrecision(1 + random.below(20)).replace('e', 'E');
        case 4:
          return value.toFixed(6);
        default:
          return `+${Math.abs(value).toPrecision(6)}`;
      }
    };
    const lines = Array.from(
      { length: 20_000 },
      (_, row) => `w${row} ${spelled()} ${spelled()} ${spelled()}\n`,
    );
    const { words } = await assertSameRows(lines.join(''), 3);
    assert.equal(words.length, lines.length);
  });

  test('where a decimal lies near the middle between two float64, with 16 to 19 digits', async () => {
    const random = new Random(4);
    const lines = Array.from({ length: 5_000 }, (_, row) => {
      const bits = BigInt(random.next()) * 2n ** 20n + 2n ** 52n + BigInt(random.below(2 ** 20));
      // Half-way between two float64 of 53 bits, cut off after some digits.
      const half = `${2n * bits + 1n}`;
      return `w${row} ${half.slice(0, 16 + (row % 4))} ${half.slice(0, 3)}.${half.slice(3)} 0.${half}\n`;
    });
    await assertSameRows(lines.join(''), 3);
  });

  const texts: Record<string, string | Buffer> = {
    'odd numbers between plain ones': 'a 1 2\nb nan inf\nc 1e39 -1e-50\nd 1e300 3\ne -0 +0\nf .5 5.\n',
    'words with spaces between plain ones': 'a 1 2\nb c 3 4\n5 6 7 8\nd 1 2\n',
    'empty lines, tabs, spaces at ends and CRLF': 'a 1 2\r\n\r\n\nb\t3\t4 \t\nc 5  6\n d 1 2\n  7 8\n',
    'words that are not UTF-8': Buffer.from('61ff20312032 0ac32033 20340a'.replaceAll(' ', ''), 'hex'),
    'no last line break': 'a 1 2\nb 3 4',
    'a missing number': 'a 1 2\nb 3\n',
    'a number too many': 'a 1 2\nb 1 2 3\n',
    'what is no number': 'a 1 2\nb 1 2x\n',
    'half a number': 'a 1 2\nb 1 -\n',
    'half an exponent': 'a 1 2\nb 1 2e+\n',
    'two points': 'a 1 2\nb 1 1.2.3\n',
    nothing: '',
  };
  for (const [what, text] of Object.entries(texts)) {
    test(`for ${what}`, async () => {
      await assertSameRows(text, 2);
    });
  }
});

test('the addon is there if and only if nothing speaks against it', () => {
  assert.equal(availableAddon() === null, nativeUnavailable() !== undefined);
});
