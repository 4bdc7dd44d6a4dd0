import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBlock, type PairBlock, sentencesOf, type TokenPairBlock } from '../../../src/core/blocks.js';
import { WordmillError } from '../../../src/core/errors.js';
import { pairsToBinary, pairsToTokens, readBinaryPairs } from '../../../src/sampling/codec/pair-binary.js';
import { pairsToCsv } from '../../../src/sampling/codec/pair-csv.js';
import { pairsToText } from '../../../src/sampling/codec/pair-text.js';
import { readPairs } from '../../../src/sampling/codec/read-pairs.js';
import { skipGramPairs } from '../../../src/sampling/skip-gram.js';
import { collect, collectWithReport } from '../../support/collect.js';

const words = ['orange', 'juice', 'ice cream', 'çay', 'a,"b"'];
const block: PairBlock = {
  contexts: Uint32Array.of(0, 1, 3, 2),
  targets: Uint32Array.of(1, 0, 2, 4),
  offsets: Int32Array.of(1, -1, -12, 0),
};
const weighted: PairBlock = { ...block, weights: Float32Array.of(1, 0.5, 2, 0) };

const text = async (...args: Parameters<typeof collect<PairBlock, Uint8Array>>) =>
  Buffer.concat(await collect(...args)).toString();

/** Reads pairs from one string, cut into blocks of this many bytes. */
async function read(
  input: string,
  { format = 'text', size = Number.POSITIVE_INFINITY }: { format?: 'text' | 'csv'; size?: number } = {},
): Promise<(string | number)[][]> {
  return rows(await collect(readPairs({ format }), cut(input, size)));
}

function cut(input: string | Uint8Array, size: number): { bytes: Uint8Array }[] {
  const bytes = Buffer.from(input as string);
  const blocks = [{ bytes: new Uint8Array(0) }];
  for (let start = 0; start < bytes.length; start += size) {
    blocks.push({ bytes: bytes.subarray(start, start + size) });
  }
  return blocks;
}

const rows = (blocks: TokenPairBlock[]): (string | number)[][] =>
  blocks.flatMap((pairs) =>
    [...sentencesOf(pairs)].map((pair, i) => (pairs.weights ? [...pair, pairs.weights[i]!] : pair)),
  );

test('as text: context, target and the offset with its sign, between tabs', async () => {
  assert.equal(
    await text(pairsToText(words), [block, block]),
    'orange\tjuice\t+1\njuice\torange\t-1\nçay\tice cream\t-12\nice cream\ta,"b"\t+0\n'.repeat(2),
  );
});

test('as CSV: a header, plain offsets, and quotes where they are needed', async () => {
  assert.equal(
    await text(pairsToCsv(words), [block]),
    'context,target,offset\norange,juice,1\njuice,orange,-1\nçay,ice cream,-12\nice cream,"a,""b""",0\n',
  );
});

test('as CSV without a pair: the header', async () => {
  assert.equal(await text(pairsToCsv(words), []), 'context,target,offset\n');
});

test('as binary: uint32 context, uint32 target, int32 offset, little-endian', async () => {
  const [bytes] = await collect(pairsToBinary(), [block]);
  assert.equal(
    Buffer.from(bytes!).toString('hex'),
    [
      '000000000100000001000000',
      '0100000000000000ffffffff',
      '0300000002000000f4ffffff',
      '020000000400000000000000',
    ].join(''),
  );
});

test('weights are a fourth column of text and CSV; binary refuses them', async () => {
  assert.equal(
    await text(pairsToText(words), [weighted]),
    'orange\tjuice\t+1\t1\njuice\torange\t-1\t0.5\nçay\tice cream\t-12\t2\nice cream\ta,"b"\t+0\t0\n',
  );
  assert.match(
    await text(pairsToCsv(words), [weighted]),
    /^context,target,offset,weight\norange,juice,1,1\njuice,orange,-1,0.5\n/,
  );
  await assert.rejects(collect(pairsToBinary(), [weighted]), /binary pairs cannot carry weights/);
  assert.match(await text(pairsToText(words), [weighted, block]), /juice\torange\t-1\t1\n/);
  await assert.rejects(collect(pairsToText(words), [block, weighted]), /those before them had none/);
});

test('what is written reads back: text and CSV, with and without weights, cut anywhere', async () => {
  const plain = [
    ['orange', 'juice'],
    ['juice', 'orange'],
    ['çay', 'ice cream'],
    ['ice cream', 'a,"b"'],
  ];
  const heavy = plain.map((pair, i) => [...pair, weighted.weights![i]!]);
  for (const [format, write] of [
    ['text', pairsToText],
    ['csv', pairsToCsv],
  ] as const) {
    for (const size of [1, 2, 3, 5, 7, 1000]) {
      assert.deepEqual(await read(await text(write(words), [block]), { format, size }), plain);
      assert.deepEqual(await read(await text(write(words), [weighted]), { format, size }), heavy);
    }
  }
});

test('binary reads back, cut anywhere, and becomes words by the vocabulary', async () => {
  const bytes = Buffer.concat(await collect(pairsToBinary(), [block]));
  for (const size of [1, 5, 12, 13, 100]) {
    const chunks = cut(bytes, size).map((chunk) => chunk.bytes);
    const pairs = await collect(readBinaryPairs(5), chunks);
    const joined = (key: 'contexts' | 'targets' | 'offsets') => pairs.flatMap((part) => [...part[key]]);
    assert.deepEqual(joined('contexts'), [...block.contexts]);
    assert.deepEqual(joined('targets'), [...block.targets]);
    assert.deepEqual(joined('offsets'), [...block.offsets]);
  }
  const tokens = await collect(pairsToTokens(words), await collect(readBinaryPairs(5), [bytes]));
  assert.deepEqual(rows(tokens), await read(await text(pairsToText(words), [block])));
});

test('skip-gram pairs of a corpus go through text and come back', async () => {
  const ids = Array.from({ length: 500 }, (_, i) => (i * i) % 4);
  const pairs = await collect(skipGramPairs(), [idBlock([ids])]);
  const expected = pairs.flatMap(({ contexts, targets }) =>
    Array.from(contexts, (context, i) => [words[context]!, words[targets[i]!]!]),
  );
  assert.deepEqual(await read(await text(pairsToText(words), pairs), { size: 100 }), expected);
});

test('text without tabs is split at runs of spaces; with a tab, at tabs only', async () => {
  assert.deepEqual(await read('user1 item7\n  user2   item9 \n'), [
    ['user1', 'item7'],
    ['user2', 'item9'],
  ]);
  assert.deepEqual(await read('New York\tBig Apple\nRome\tcity\n'), [
    ['New York', 'Big Apple'],
    ['Rome', 'city'],
  ]);
});

test('a third column without a sign is a weight, one with a sign an offset', async () => {
  assert.deepEqual(await read('a b 2\nc d 0.5\ne f 1e2\n'), [
    ['a', 'b', 2],
    ['c', 'd', 0.5],
    ['e', 'f', 100],
  ]);
  assert.deepEqual(await read('a b +2\nc d -1\n'), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  assert.deepEqual(await read('a b +2 0.5\n'), [['a', 'b', 0.5]]);
});

test('a header names the columns, in any order, in text and CSV', async () => {
  assert.deepEqual(await read('target\tuser\tcontext\tweight\njuice\tu1\torange\t3\n'), [
    ['orange', 'juice', 3],
  ]);
  assert.deepEqual(await read('context\ttarget\toffset\norange\tjuice\t1\n'), [['orange', 'juice']]);
  assert.deepEqual(
    await read('\uFEFFweight,context,target\r\n2,orange,"juice, fresh"\r\n', { format: 'csv' }),
    [['orange', 'juice, fresh', 2]],
  );
});

test('CRLF, blank lines and a missing last line end are taken as they come; blank lines are counted', async () => {
  for (const [format, input] of [
    ['text', 'a\tb\r\n\r\nc\td\n\ne\tf'],
    ['csv', 'context,target\r\na,b\r\n\r\nc,d\n\ne,f'],
  ] as const) {
    for (const size of [1, 3, 1000]) {
      const { batches, report } = await collectWithReport(readPairs({ format }), cut(input, size));
      assert.deepEqual(rows(batches), [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ]);
      assert.deepEqual(report.stages.readPairs, { counts: { pairs: 3 }, dropped: { 'blank line': 2 } });
    }
  }
});

test('an empty input has no pairs', async () => {
  assert.deepEqual(await read(''), []);
  assert.deepEqual(await read('', { format: 'csv' }), []);
});

const bad: [why: string, format: 'text' | 'csv', input: string, line: number, message: RegExp][] = [
  ['one column', 'text', 'a b\norange\n', 2, /expected 2 columns, but found 1, no target/],
  ['one column in the first line', 'text', 'orange\n', 1, /expected 2, 3 or 4 columns, but found 1/],
  ['five columns', 'text', 'a b c d e\n', 1, /expected 2, 3 or 4 columns, but found 5/],
  ['a weight missing', 'text', 'a b 1\n\nc d\n', 3, /expected 3 columns, but found 2/],
  ['a weight that is none', 'text', 'a b 1\nc d much\n', 2, /expected a weight.*found "much"/],
  ['a negative weight', 'text', 'a b 1\nc d -0.5\n', 2, /expected a weight.*found "-0.5"/],
  ['an infinite weight', 'text', 'a b 1\nc d 1e99\n', 2, /expected a weight.*found "1e99"/],
  ['a weight among offsets', 'text', 'a b +1\nc d 1\n', 2, /expected an offset with its sign.*found "1"/],
  ['four columns without an offset', 'text', 'a b 1 2\n', 1, /expected an offset with its sign.*found "1"/],
  ['an empty context', 'text', 'a\tb\n\tc\n', 2, /the context is empty/],
  ['an empty target', 'text', 'a\tb\nc\t\n', 2, /the target is empty/],
  ['a long line', 'text', `a b\n${'x'.repeat(1 << 21)}`, 2, /longer than 1 MiB/],
  ['CSV without a header', 'csv', 'orange,juice\n', 1, /not a header with the columns context and target/],
  ['a CSV row too short', 'csv', 'context,target\na,b\n"x\ny",b\nc\n', 5, /expected 2 columns, but found 1/],
  ['a CSV target that is empty', 'csv', 'context,target\na,\n', 2, /the target is empty/],
  ['a CSV weight that is none', 'csv', 'context,target,weight\na,b,\n', 2, /expected a weight.*found ""/],
];

for (const [why, format, input, line, message] of bad) {
  test(`refused, with its line: ${why}`, async () => {
    await assert.rejects(
      collect(readPairs({ format, file: 'pairs.txt' }), cut(input, 1 << 19)),
      (error: unknown) => {
        assert.ok(error instanceof WordmillError, String(error));
        assert.equal(error.kind, 'data');
        assert.match(error.message, message);
        assert.deepEqual(error.place, { file: 'pairs.txt', line });
        return true;
      },
    );
  });
}

test('what is not CSV is refused, with a line that is not past it', async () => {
  for (const [input, problem] of [
    ['context,target\na,b\n"a,b\nc,d\n', /not CSV, here or in a later line: .*missing closing/],
    ['context,target\na,b\n"a"x,b\n', /not CSV, here or in a later line/],
  ] as const) {
    await assert.rejects(read(input, { format: 'csv' }), (error: unknown) => {
      assert.ok(error instanceof WordmillError && error.kind === 'data');
      assert.match(error.message, problem);
      assert.ok(error.place!.line! >= 1 && error.place!.line! <= 3);
      return true;
    });
  }
});

test('CSV of a megabyte in one block comes through whole', async () => {
  const input = `context,target\n${'orange,juice\n'.repeat(80_000)}`;
  assert.equal((await read(input, { format: 'csv' })).length, 80_000);
});

test('a CSV quote that stays open does not fill the memory', async () => {
  const blocks = [{ bytes: Buffer.from('context,target\n"') }];
  for (let i = 0; i < 3; i++) blocks.push({ bytes: Buffer.alloc(1 << 20, 'x') });
  await assert.rejects(collect(readPairs({ format: 'csv' }), blocks), /longer than 256 KiB/);
});

test('binary pairs: an id outside the vocabulary or a record cut short is refused, with its byte', async () => {
  const bytes = Buffer.concat(await collect(pairsToBinary(), [block]));
  const place = (byte: number) => (error: unknown) => {
    assert.ok(error instanceof WordmillError && error.kind === 'data');
    assert.deepEqual(error.place, { file: 'pairs.bin', byte });
    return true;
  };
  await assert.rejects(collect(readBinaryPairs(4, 'pairs.bin'), [bytes]), place(40));
  await assert.rejects(collect(readBinaryPairs(5, 'pairs.bin'), [bytes.subarray(0, 30)]), place(24));
});

test('a word that text cannot carry is refused before anything is read; CSV carries it', async () => {
  for (const word of ['a\tb', 'a\nb', 'a\rb', '']) {
    assert.throws(() => pairsToText(['x', word]), /cannot carry the word/);
  }
  const pair = { contexts: Uint32Array.of(1), targets: Uint32Array.of(0), offsets: Int32Array.of(2) };
  const csv = await text(pairsToCsv(['x', 'a\tb\n"c"']), [pair]);
  assert.equal(csv, 'context,target,offset\n"a\tb\n""c""",x,2\n');
  assert.deepEqual(await read(csv, { format: 'csv', size: 4 }), [['a\tb\n"c"', 'x']]);
});

/** A vocabulary that gets a word before each block. */
function growing(words: readonly string[]) {
  let size = 0;
  const wordOf = (id: number) => words[id]!;
  function* blocks(): Generator<PairBlock> {
    for (const id of words.keys()) {
      size++;
      const ids = Uint32Array.of(id);
      yield { contexts: ids, targets: ids, offsets: Int32Array.of(-1) };
    }
  }
  return {
    words: {
      get size() {
        return size;
      },
      wordOf,
    },
    blocks: blocks(),
  };
}

test('words may still come while pairs are written; one that text cannot carry is refused when it comes', async () => {
  const forText = growing(['a', 'long word', 'çay']);
  assert.equal(
    Buffer.concat(await collect(pairsToText(forText.words), forText.blocks)).toString(),
    'a\ta\t-1\nlong word\tlong word\t-1\nçay\tçay\t-1\n',
  );
  const forCsv = growing(['a', 'b,c', 'ç']);
  assert.equal(
    Buffer.concat(await collect(pairsToCsv(forCsv.words), forCsv.blocks)).toString(),
    'context,target,offset\na,a,-1\n"b,c","b,c",-1\nç,ç,-1\n',
  );
  const refused = growing(['a', 'b\tc']);
  await assert.rejects(
    collect(pairsToText(refused.words), refused.blocks),
    /a line of pairs cannot carry the word "b\\tc"/,
  );
});

test('an id without a word is an error', async () => {
  await assert.rejects(text(pairsToText(['x']), [block]), /id 1 is not in the vocabulary, which has 1 words/);
});
