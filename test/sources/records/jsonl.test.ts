import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openContext } from '../../../src/core/run.js';
import type { SourceOptions } from '../../../src/sources/options.js';
import { parseFieldPath, textsAt } from '../../../src/sources/records/field-path.js';
import { textBlocks } from '../../../src/sources/text-blocks.js';
import { failsWith, inChunks, type Outcome, read, readWithOrigins } from '../helpers.js';

const SIZES = { blockBytes: 16, longestUnit: 40 };

async function everyChunking(
  content: string,
  expected: readonly string[],
  options: Partial<SourceOptions> = {},
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  for (const chunk of [1, 2, 3, 5, 1000]) {
    const inputs = [{ name: 'a.jsonl', chunks: inChunks(Buffer.from(content), chunk) }];
    outcome = await readWithOrigins((_input, context) =>
      textBlocks(inputs, options, context, { sizes: SIZES }),
    );
    assert.deepEqual(outcome.text.split('\n').slice(0, -1), expected, `chunks of ${chunk}`);
  }
  return outcome!;
}

async function failing(content: string, options: Partial<SourceOptions>, ...patterns: RegExp[]) {
  const inputs = [{ name: 'a.jsonl', chunks: inChunks(Buffer.from(content), 3) }];
  await assert.rejects(
    read((_input, context) => textBlocks(inputs, options, context)),
    failsWith('data', ...patterns),
  );
}

test('the field text of each line, or the fields that are chosen, in their order', async () => {
  const lines = '{"text":"a b","title":"T","body":{"text":"x"},"n":7}\n{"text":"c","body":{}}\n';
  await everyChunking(lines, ['a b', 'c']);
  await everyChunking(lines, ['T a b', 'c'], { fields: ['title', 'text'] });
  await everyChunking(lines, ['x a b', 'c'], { fields: 'body.text, text' });
  await everyChunking(lines, ['7 a b', 'c'], { fields: ['n', 'text'] });
});

test('a byte order mark, CRLF, blank lines, and no line end at the end', async () => {
  const { places } = await everyChunking('\ufeff{"text":"a"}\r\n\r\n \n{"text":"b"}\n{"text":"\\u00e9"}', [
    'a',
    'b',
    'é',
  ]);
  assert.deepEqual(places, ['a.jsonl:1', 'a.jsonl:4', 'a.jsonl:5']);
});

test('line breaks in a field: one unit, or lines, or paragraphs', async () => {
  const line = '{"text":"one\\r\\ntwo\\n\\n \\nthree\\n","more":"four"}\n';
  await everyChunking(line, ['one two three ']);
  const fields = ['text', 'more'];
  await everyChunking(line, ['one', 'two', 'three', 'four'], { fields, unit: 'lines' });
  await everyChunking(line, ['one two', 'three ', 'four'], { fields, unit: 'paragraphs' });
});

test('a NUL becomes a space, and half a surrogate pair U+FFFD', async () => {
  const { counts } = await everyChunking('{"text":"a\\u0000b \\ud800 c"}\n', ['a b \ufffd c']);
  assert.equal(counts.nulBytes, 1);
});

test('bad records are handed on with their block, and not kept in memory', async () => {
  for (const [name, content] of [
    ['a.jsonl', `[]\n${'{"text":"a"}\n'.repeat(20)}`],
    ['a.csv', `text,n\nbad\n${'a,1\n'.repeat(20)}`],
  ] as const) {
    const opened = openContext();
    let handedOn = 0;
    const add = async (records: readonly unknown[]) => {
      handedOn += records.length;
    };
    try {
      const context = { ...opened.context, rejected: { add } };
      const inputs = [{ name, chunks: inChunks(Buffer.from(content), 8) }];
      for await (const _ of textBlocks(inputs, {}, context, { sizes: SIZES })) break;
      assert.equal(handedOn, 1, name);
    } finally {
      await opened.close();
    }
  }
});

test('bad lines are counted and set aside with their reasons', async () => {
  const content = [
    '{"text":"a"}',
    '{"text":"a"',
    '["text"]',
    'null',
    '{"text":["a"]}',
    '{"text":null}',
    '{"title":"b"}',
    '{"text":"c"}',
  ].join('\n');
  const { counts, dropped, rejected, warnings } = await everyChunking(content, ['a', 'c']);
  assert.equal(counts.records, 8);
  assert.deepEqual(dropped, {
    'not JSON': 1,
    'not a JSON object': 2,
    'with a field that is no text': 1,
    'without text': 1,
    'without the fields': 1,
  });
  assert.deepEqual(
    rejected.map(({ line, text }) => [line, text]),
    content.split('\n').flatMap((text, index) => (/"[ac]"}$/.test(text) ? [] : [[index + 1, text]])),
  );
  assert.equal(rejected.at(-1)!.reason, "without the fields: its keys are 'title'");
  assert.match(warnings[0]!, /^a\.jsonl:2: a record not JSON: /);
});

test('strict: the first bad line is an error; one without text is none', async () => {
  await everyChunking('{"text":""}\n{"text":"a"}', ['a'], { strictRecords: true });
  await failing('{"text":"a"}\n{', { strictRecords: true }, /^a\.jsonl:2: a record not JSON: /);
});

test('fields that no record has are an error that names what there is', async () => {
  await failing(
    '{"id":1,"body":"a"}\n',
    { fields: 'boddy' },
    /^a\.jsonl:1: no record has the field 'boddy'/,
    /mean 'body'/,
  );
  await failing('{"id":1,"body":"a"}\n', {}, /no record has the field 'text'/, /has 'id', 'body'/);
  await failing('{"a":[{"b":"x"}]}\n', { fields: 'a[].c' }, /no record has the field 'a\[\]\.c'/);
  await everyChunking('{"a":[]}\n', [], { fields: 'a[].c' });
});

test('texts that are too long are cut at white space', async () => {
  const { counts } = await everyChunking(`{"text":"${'word '.repeat(12)}"}\n`, [
    'word word word word word word word word',
    'word word word word ',
  ]);
  assert.equal(counts.cuts, 1);
});

test('a line of more than 16 MiB is set aside, and reading goes on after it', async () => {
  async function* lines(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"text":"a"}\n{"text":"');
    for (let i = 0; i < 17; i++) yield Buffer.alloc(1 << 20, 'x');
    yield Buffer.from('"}\n{"text":"b"}\n');
  }
  const { text, dropped, rejected } = await readWithOrigins((_input, context) =>
    textBlocks([{ name: 'a.jsonl', chunks: lines() }], {}, context),
  );
  assert.equal(text, 'a\nb\n');
  assert.deepEqual(dropped, { 'longer than 16,777,216 bytes': 1 });
  assert.deepEqual([rejected[0]!.line, rejected[0]!.text.slice(0, 12)], [2, '{"text":"xxx']);
});

describe('paths', () => {
  const value = {
    title: 'T',
    body: { text: 'B' },
    'a.b': 'dotted',
    list: ['x', 'y'],
    deep: [{ p: [{ t: '1' }, { t: 2 }] }, {}, { p: [] }],
    flag: true,
  };

  const cases: [string, string, string[]][] = [
    ['title', 'found', ['T']],
    ['body.text', 'found', ['B']],
    ['["a.b"]', 'found', ['dotted']],
    ['["body"].text', 'found', ['B']],
    ['list[]', 'found', ['x', 'y']],
    ['list[1]', 'found', ['y']],
    ['deep[].p[].t', 'found', ['1', '2']],
    ['list', 'other', []],
    ['flag', 'other', []],
    ['list[2]', 'missing', []],
    ['body.0', 'missing', []],
    ['toString', 'missing', []],
    ['title[]', 'missing', []],
  ];

  for (const [path, end, texts] of cases) {
    test(path, () => {
      const out: string[] = [];
      assert.equal(textsAt(value, parseFieldPath(path)!, out), end);
      assert.deepEqual(out, texts);
    });
  }

  test('what is no path', () => {
    for (const text of ['', '.a', 'a.', 'a..b', 'a[', 'a[x]', 'a]b', '[]a', 'a[-1]']) {
      assert.equal(parseFieldPath(text), undefined, text);
    }
  });
});
