import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Vocabulary } from '../../src/core/vocabulary.js';
import {
  parseVocabulary,
  readVocabulary,
  type VocabularyFile,
  vocabularyFileCarries,
  vocabularyLines,
} from '../../src/formats/vocabulary.js';

const parse = (text: string | Uint8Array): Promise<VocabularyFile> =>
  parseVocabulary([Buffer.from(text)], 'words.txt');

const write = (vocabulary: Vocabulary): Buffer => Buffer.concat([...vocabularyLines(vocabulary)]);

async function temporaryFile(t: TestContext, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'words.txt');
  await writeFile(path, content);
  return path;
}

test('each line is a word, a space or tab, and its count, as word2vec.c and GloVe write them', async () => {
  assert.deepEqual(await parse('</s> 0\nthe 1061396\nété\t7\n'), {
    words: ['</s>', 'the', 'été'],
    counts: Float64Array.of(0, 1_061_396, 7),
    unknownCount: undefined,
  });
});

test('a word may hold spaces: the count is what stands after the last one', async () => {
  assert.deepEqual((await parse('. . . 12\nnew york\t3\na\u00a0b 2\n  1\n')).words, [
    '. . .',
    'new york',
    'a\u00a0b',
    ' ',
  ]);
});

test('the order of the file is kept, sorted or not', async () => {
  assert.deepEqual((await parse('b 1\na 5\nc 3\n')).words, ['b', 'a', 'c']);
});

test('a line for <UNK> or <unk>, wherever it stands, says how many tokens are unknown', async () => {
  for (const text of ['a 2\nb 1\n<UNK> 9\n', 'a 2\n<unk> 9\nb 1\n']) {
    assert.deepEqual(await parse(text), {
      words: ['a', 'b'],
      counts: Float64Array.of(2, 1),
      unknownCount: 9,
    });
  }
});

test('a last line without its newline, CRLF, empty lines and a byte order mark are read as meant', async () => {
  for (const text of ['a 2\nb 1', 'a 2\r\nb 1\r\n', '\ufeffa 2\nb 1\n', '\na 2\n\n\r\nb 1\n\n']) {
    assert.deepEqual((await parse(text)).words, ['a', 'b'], JSON.stringify(text));
    assert.deepEqual([...(await parse(text)).counts], [2, 1]);
  }
});

test('a file may be cut into chunks anywhere, inside a character too', async () => {
  const bytes = Buffer.from('\ufeffété 12\r\n\u{1f600}\t3\r\n<unk> 1');
  const whole = await parse(bytes);
  assert.deepEqual(whole.words, ['été', '\u{1f600}']);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const chunks = [bytes.subarray(0, cut), new Uint8Array(0), bytes.subarray(cut)];
    assert.deepEqual(await parseVocabulary(chunks, 'words.txt'), whole);
  }
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  assert.deepEqual(await parseVocabulary(single, 'words.txt'), whole);
});

test('what is no word and count is refused, with file and line', async () => {
  const cases: [string | Uint8Array, RegExp][] = [
    ['a 1\nword\n', /^words\.txt:2: no count after "word"\n/],
    ['a 1\nb x\n', /^words\.txt:2: "x" is not a count\n/],
    ['a 1\nb -3\n', /^words\.txt:2: "-3" is not a count\n/],
    ['a 1\nb 1.5\n', /^words\.txt:2: "1\.5" is not a count\n/],
    ['a 1\nb 1e3\n', /^words\.txt:2: "1e3" is not a count\n/],
    ['a 1\nb \n', /^words\.txt:2: "" is not a count\n/],
    ['a 9007199254740993\n', /^words\.txt:1: "9007199254740993" is not a count\n/],
    ['a 1\n 5\n', /^words\.txt:2: no word before the count\n/],
    ['a 1\n\nb 2\na 3\n', /^words\.txt:4: "a" comes a second time\n/],
    ['a 1\n<unk> 2\n<UNK> 3\n', /^words\.txt:3: "<UNK>" comes a second time\n/],
    [Uint8Array.of(0x61, 0x20, 0x31, 0x0a, 0xff, 0x20, 0x31, 0x0a), /^words\.txt:2: invalid UTF-8\n/],
    ['', /^words\.txt: there is no word in this vocabulary file\n/],
    ['<unk> 3\n', /^words\.txt: there is no word in this vocabulary file\n/],
  ];
  for (const [text, message] of cases) await assert.rejects(parse(text), { kind: 'data', message });
});

test('a file without line breaks is refused before it is all in memory', async () => {
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      given++;
      yield new Uint8Array(1 << 18).fill(0x61);
    }
  }
  await assert.rejects(parseVocabulary(endless(), 'words.txt'), {
    kind: 'data',
    message: /^words\.txt:1: a line of more than 1 MB/,
  });
  assert.equal(given, 5);
});

test('the bytes of a vocabulary file: <UNK> is the last line, with its count', () => {
  const some = { words: ['the', 'été'], counts: [3, 1], unknownCount: 4 };
  assert.equal(write(new Vocabulary({ ...some, unknown: 'token' })).toString(), 'the 3\nété 1\n<UNK> 4\n');
  assert.equal(write(new Vocabulary({ ...some, unknown: 'drop' })).toString(), 'the 3\nété 1\n<UNK> 4\n');
  assert.equal(write(new Vocabulary({ words: ['a'], counts: [1] })).toString(), 'a 1\n');
  assert.equal(
    write(new Vocabulary({ words: ['a'], counts: [1], unknown: 'token' })).toString(),
    'a 1\n<UNK> 0\n',
  );
});

test('what is written reads back the same, with either way of unknown words', async (t) => {
  const words = ['the', ' ', 'a b', ' c', 'd ', 'e\tf', '\u00a0', '\r', '5', '\u{1f600}', 'nul\u0000'];
  const counts = [2 ** 53 - 1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];
  for (const unknown of ['drop', 'token'] as const) {
    for (const unknownCount of [0, 12]) {
      const vocabulary = new Vocabulary({ words, counts, unknown, unknownCount });
      const path = await temporaryFile(t, write(vocabulary));
      assert.deepEqual(await readVocabulary(path, { unknown }), vocabulary);
    }
  }
});

test('a first word that begins with a byte order mark reads back with it', async (t) => {
  const vocabulary = new Vocabulary({ words: ['\ufeffthe', '\ufeff', 'of'], counts: [3, 2, 1] });
  assert.equal(write(vocabulary).toString(), '\ufeff\ufeffthe 3\n\ufeff 2\nof 1\n');
  const path = await temporaryFile(t, write(vocabulary));
  assert.deepEqual(await readVocabulary(path), vocabulary);
});

test('a large vocabulary is written in several blocks and reads back', async (t) => {
  const words = Array.from({ length: 100_000 }, (_, id) => `word-${id}`);
  const vocabulary = new Vocabulary({ words, counts: words.map((_, id) => 100_000 - id), unknownCount: 5 });
  assert.ok([...vocabularyLines(vocabulary)].length > 3);
  const path = await temporaryFile(t, write(vocabulary));
  assert.deepEqual(await readVocabulary(path), vocabulary);
});

test('a word that the format cannot carry is refused, never written broken', () => {
  const longest = 'x'.repeat((1 << 20) - 18);
  for (const word of ['new york', '<UNK>', '\u{1f600}', longest]) assert.ok(vocabularyFileCarries(word));
  for (const word of ['', 'a\nb', '<unk>', '\ud83d', `${longest}x`, 'é'.repeat(600_000)]) {
    assert.ok(!vocabularyFileCarries(word));
    assert.throws(() => write(new Vocabulary({ words: [word], counts: [1] })), {
      kind: 'data',
      message: /cannot carry/,
    });
  }
});

test('a file that is missing, or is a folder, is named', async () => {
  await assert.rejects(readVocabulary('/nowhere/words.txt'), {
    kind: 'noInput',
    message: '/nowhere/words.txt: there is no such vocabulary file',
  });
  await assert.rejects(readVocabulary(tmpdir()), { kind: 'inputOutput', message: /cannot read this/ });
});
