import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextBlock } from '../../src/core/blocks.js';
import type { Source } from '../../src/core/stage.js';
import type { SourceOptions } from '../../src/sources/options.js';
import { textBlocks } from '../../src/sources/text-blocks.js';
import type { BlockSizes } from '../../src/sources/unit-block.js';
import { failsWith, inChunks, type Outcome, read, readWithOrigins } from './helpers.js';

const SMALL: BlockSizes = { blockBytes: 16, longestUnit: 64 };

/** Files, given by their content, as a source with small blocks. */
function source(
  contents: readonly (string | Uint8Array)[],
  options: Partial<SourceOptions> = {},
  chunk = 1000,
  sizes?: BlockSizes,
): Source<TextBlock> {
  const inputs = contents.map((content, index) => ({
    name: `file${index + 1}`,
    chunks: inChunks(Buffer.from(content as string), chunk),
  }));
  return (_input, context) => textBlocks(inputs, options, context, sizes && { sizes });
}

/** Reads files in chunks of 1 to 5 bytes and of 1,000, expecting the same text; gives the last outcome. */
async function everyChunking(
  contents: readonly (string | Uint8Array)[],
  expected: string,
  options: Partial<SourceOptions> = {},
  sizes?: BlockSizes,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  for (const chunk of [1, 2, 3, 4, 5, 1000]) {
    outcome = await read(source(contents, options, chunk, sizes));
    assert.equal(outcome.text, expected);
  }
  return outcome!;
}

test('every line is ended by LF, whatever ended it in the file', async () => {
  await everyChunking(['a\nb\r\nc\rd\n\re\r\r\nf\r'], 'a\nb\nc\nd\n\ne\n\nf\n');
});

test('a last line without an end is kept, and files do not run into each other', async () => {
  await everyChunking(['one', 'two\n', '', 'three\r', 'four'], 'one\ntwo\nthree\nfour\n');
});

test('an empty file, and one of nothing but a byte order mark, give no line', async () => {
  const { blocks, counts } = await read(source(['', '\ufeff']));
  assert.deepEqual(blocks, []);
  assert.equal(counts.files, 2);
});

test('a byte order mark is dropped at the start of each file, and nowhere else', async () => {
  await everyChunking(['\ufeffa\n\ufeffb\n', '\ufeffc'], 'a\n\ufeffb\nc\n');
});

test('UTF-16 is refused, in either byte order, with the way to convert it', async () => {
  for (const bytes of [Buffer.from('\ufeffa\n', 'utf16le'), Buffer.from('feff0061000a', 'hex')]) {
    for (const chunk of [1, 1000]) {
      await assert.rejects(
        read(source(['fine\n', bytes], {}, chunk)),
        failsWith('data', /^file2: this is UTF-16/, /iconv -f UTF-16 -t UTF-8/),
      );
    }
  }
});

test('each maximal part of invalid UTF-8 becomes U+FFFD; they are counted, and the first is named once', async () => {
  // A lone continuation; a character cut short; a surrogate's three bytes; a lead at the end of the file.
  const bad = Buffer.concat([
    Buffer.from('abc\nd'),
    Buffer.from([0x80]),
    Buffer.from('e'),
    Buffer.from([0xe2, 0x82]),
    Buffer.from('f\ufffd\n'),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xf0, 0x9f]),
  ]);
  const expected = 'abc\nd\ufffde\ufffdf\ufffd\n\ufffd\ufffd\ufffd\ufffd\n';
  const { counts, warnings } = await everyChunking([bad], expected, {}, SMALL);
  assert.equal(counts.replacedSequences, 6);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^file1 \(byte 5\): not UTF-8; replaced by U\+FFFD/);
});

test('strict: invalid UTF-8 is an error with file, line and byte', async () => {
  const cases: [Uint8Array, number, number][] = [
    [Buffer.concat([Buffer.from('ab\r\ncd\re'), Buffer.from([0xff]), Buffer.from('f\n')]), 3, 8],
    [Buffer.concat([Buffer.from('ab\nc\u00e9'), Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from('x')]), 2, 6],
    [Buffer.concat([Buffer.from('\ufeffab\ncd'), Buffer.from([0xef, 0xbf])]), 2, 8],
    [Buffer.concat([Buffer.from('line\n'.repeat(20)), Buffer.from([0xc3])]), 21, 100],
    [Buffer.from([0xc0, 0x80]), 1, 0],
  ];
  for (const [bytes, line, byte] of cases) {
    for (const chunk of [1, 3, 1000]) {
      await assert.rejects(
        read(source([bytes], { strictUtf8: true }, chunk, SMALL)),
        failsWith('data', new RegExp(`^file1:${line} \\(byte ${byte}\\): this is not UTF-8`), /iconv/),
      );
    }
  }
});

test('strict: valid UTF-8 passes, U+FFFD included', async () => {
  await everyChunking(['na\u00efve \ufffd \u{1f600}\n'], 'na\u00efve \ufffd \u{1f600}\n', {
    strictUtf8: true,
  });
});

test('NUL bytes become spaces; they are counted, and the first is named once', async () => {
  const { counts, warnings } = await everyChunking(
    ['ab\n', 'c\r\n\r\nd\0e\0\0f\n'],
    'ab\nc\n\nd e  f\n',
    {},
    SMALL,
  );
  assert.equal(counts.nulBytes, 3);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^file2 \(byte 6\): a NUL byte/);
});

test('paragraphs: lines are joined by a space up to a blank line or the end of the file', async () => {
  await everyChunking(
    ['\n\na b\nc\r\nd\n \t\ne\n\n\n\nf\n', 'g\nh'],
    'a b c d\ne\nf\ng h\n',
    { unit: 'paragraphs' },
    SMALL,
  );
});

test('a line that is too long is cut at its last white space in reach, with one warning', async () => {
  const sizes = { blockBytes: 8, longestUnit: 10 };
  const { counts, warnings } = await everyChunking(
    ['short\naaaa bbbb cccc dddd\nexactly 10\nend'],
    'short\naaaa bbbb\ncccc dddd\nexactly 10\nend\n',
    {},
    sizes,
  );
  assert.equal(counts.cuts, 1);
  assert.match(warnings[0]!, /^file1 \(byte 6\): a line of more than 10 bytes; such lines are cut/);
});

test('a long line without white space is cut between characters', async () => {
  const sizes = { blockBytes: 8, longestUnit: 10 };
  await everyChunking(['\u20ac'.repeat(7)], '\u20ac\u20ac\u20ac\n\u20ac\u20ac\u20ac\n\u20ac\n', {}, sizes);
  await everyChunking(
    ['\u{1f600}'.repeat(5)],
    '\u{1f600}\u{1f600}\n\u{1f600}\u{1f600}\n\u{1f600}\n',
    {},
    sizes,
  );
});

test('a long line that ends with CRLF is measured without its end', async () => {
  const sizes = { blockBytes: 8, longestUnit: 10 };
  await everyChunking(['0123456789\r\nab\r\n0123456789\rcd'], '0123456789\nab\n0123456789\ncd\n', {}, sizes);
  await everyChunking(['0123456789a\r\nb'], '0123456789\na\nb\n', {}, sizes);
});

test('paragraphs that are too long end at the end of a line', async () => {
  const sizes = { blockBytes: 8, longestUnit: 10 };
  const { warnings } = await everyChunking(
    ['aaaa\nbbbb\ncccc\n\ndd\n'],
    'aaaa bbbb\ncccc\ndd\n',
    { unit: 'paragraphs' },
    sizes,
  );
  assert.match(warnings[0]!, /^file1: a paragraph of more than 10 bytes/);
});

test('an endless line stays in blocks of bounded size', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 64; i++) yield Buffer.alloc(100_000, 'x');
  }
  const { blocks } = await read((_input, context) =>
    textBlocks([{ name: 'endless', chunks: endless() }], {}, context),
  );
  assert.deepEqual(
    blocks.map((block) => block.length),
    [...Array(6).fill(2 ** 20 + 1), 6_400_000 - 6 * 2 ** 20 + 1],
  );
});

test('blocks are of moderate size, end at a line end, and many small files share one', async () => {
  const line = `${'word '.repeat(19)}end.\n`;
  const large = await read(source([line.repeat(30_000)], {}, 70_000));
  assert.equal(large.text, line.repeat(30_000));
  for (const block of large.blocks) {
    assert.equal(block.at(-1), 10);
    assert.ok(block.length <= 2 ** 20);
  }
  assert.ok(large.blocks.slice(0, -1).every((block) => block.length >= 2 ** 18));
  assert.equal((await read(source(Array(300).fill('small\n')))).blocks.length, 1);
});

test('blocks stay as they are while later ones are made', async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join('');
  const { blocks } = await read(source([lines], {}, 7, SMALL));
  assert.ok(blocks.length > 20);
  assert.equal(Buffer.concat(blocks).toString(), lines);
});

test('files, bytes and text bytes are counted', async () => {
  const { counts } = await read(source(['ab\r\n', 'c']));
  assert.deepEqual(counts, { files: 2, bytes: 5, textBytes: 5 });
});

test('each unit has the line that it starts on, where that is asked for', async () => {
  const contents = ['a\r\nb\rc\n\nd', 'one two three four five six\nlast\n'];
  const sizes = { blockBytes: 8, longestUnit: 12 };
  for (const chunk of [1, 2, 3, 1000]) {
    const lines = await readWithOrigins(source(contents, {}, chunk, sizes));
    assert.deepEqual(lines.text.split('\n'), [
      ...['a', 'b', 'c', '', 'd'],
      ...['one two', 'three four', 'five six', 'last', ''],
    ]);
    assert.deepEqual(lines.places, [
      ...['file1:1', 'file1:2', 'file1:3', 'file1:4', 'file1:5'],
      ...['file2:1', 'file2:1', 'file2:1', 'file2:2'],
    ]);
    const paragraphs = await readWithOrigins(source(contents, { unit: 'paragraphs' }, chunk, SMALL));
    assert.equal(paragraphs.text, 'a b c\nd\none two three four five six last\n');
    assert.deepEqual(paragraphs.places, ['file1:1', 'file1:5', 'file2:1']);
  }
});

test('text has no records', async () => {
  await assert.rejects(
    read(source(['a\n'], { unit: 'records' })),
    failsWith('usage', /^file1: source\.unit: text has no records/, /lines or paragraphs/),
  );
});

test('random texts in random chunks give what a plain reading of the whole gives', async () => {
  const random = generator(20);
  const alphabet = [
    'a',
    'b',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '\u00e9',
    '\u20ac',
    '\u{1f600}',
    '\ufeff',
    '\0',
    '\t',
  ];
  const broken = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xef, 0xbf], [0xed, 0xa0]].map((b) =>
    Buffer.from(b),
  );
  for (let round = 0; round < 600; round++) {
    const parts: Buffer[] = random(4) === 0 ? [Buffer.from('\ufeff')] : [];
    for (let i = random(60); i > 0; i--) {
      const invalid = random(12) === 0;
      parts.push(invalid ? broken[random(broken.length)]! : Buffer.from(alphabet[random(alphabet.length)]!));
    }
    const bytes = Buffer.concat(parts);
    const unit = random(2) === 0 ? 'lines' : 'paragraphs';
    const sizes = { blockBytes: 1 + random(20), longestUnit: 1000 };
    const { text, counts } = await read(source([bytes], { unit }, 1 + random(9), sizes));
    const expected = reference(bytes, unit);
    assert.equal(text, expected.text, `round ${round}: ${bytes.toString('hex')}`);
    assert.equal(counts.nulBytes ?? 0, expected.nulBytes);
    assert.equal(counts.replacedSequences ?? 0, expected.replaced);
  }
});

/** The same by plain string operations on the whole. */
function reference(bytes: Buffer, unit: string): { text: string; nulBytes: number; replaced: number } {
  const decodedText = new TextDecoder('utf-8').decode(bytes);
  const lines = decodedText.replaceAll('\0', ' ').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const units =
    unit === 'lines'
      ? lines
      : lines
          .map((line) => (/^[\t-\r ]*$/.test(line) ? '' : line))
          .join('\n')
          .split(/\n\n+/)
          .map((paragraph) => paragraph.replace(/^\n|\n$/g, '').replaceAll('\n', ' '))
          .filter((paragraph) => paragraph !== '');
  return {
    text: units.map((each) => `${each}\n`).join(''),
    nulBytes: decodedText.split('\0').length - 1,
    replaced: decodedText.split('\ufffd').length - 1,
  };
}

/** Whole numbers below n, the same in every run (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
