import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../src/compression/decompress.js';
import { files } from '../../src/sources/files.js';
import { text } from '../../src/sources/text.js';
import { failsWith, filter, has, inChunks, read } from '../sources/helpers.js';

const FIXTURES = [
  'two-members.gz',
  'two-frames-and-a-skippable.zst',
  'two-streams.bz2',
  'two-streams-and-padding.xz',
];
const LINES = 'one two\nthree four\nfive six\nseven\n';

const fixture = (name: string): Buffer => readFileSync(new URL(`../data/${name}`, import.meta.url));
const decoded = async (bytes: Uint8Array, chunk = 65_536): Promise<string> =>
  (await read(text(inChunks(bytes, chunk), {}, 'corpus'))).text;

for (const name of FIXTURES) {
  test(`${name}: concatenated parts are one text, wherever the chunks end`, async () => {
    for (const chunk of [1, 2, 7, 1000]) assert.equal(await decoded(fixture(name), chunk), LINES);
  });

  test(`${name}: cut off anywhere but between its parts is an error, never a shorter text`, async () => {
    const whole = fixture(name);
    let betweenParts = 0;
    for (let length = 2; length < whole.length; length++) {
      const outcome = await decoded(whole.subarray(0, length)).catch((error: unknown) => error);
      if (outcome === 'one two\nthree four\n') betweenParts++;
      // Of "BZ" and "BZh" nobody can say that they are no text.
      else if (name.endsWith('bz2') && length < 4) assert.equal(outcome, length === 2 ? 'BZ\n' : 'BZh\n');
      // Padding that is cut off is not told from padding that is wrong.
      else
        failsWith(
          'data',
          /^corpus \(byte \d+\): the \w+ data (ends before it is whole|.* or the padding is wrong)/,
        )(outcome);
    }
    // After the first part, and where a part that holds no text (a skippable frame, padding) follows, after that.
    assert.ok(betweenParts >= 1 && betweenParts <= 3, String(betweenParts));
  });

  test(`${name}: a flipped bit anywhere in its second half is an error or changes nothing`, async () => {
    const whole = fixture(name);
    let found = 0;
    for (let at = whole.length >> 1; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      const outcome = await decoded(damaged).catch((error: unknown) => error);
      if (outcome === LINES) continue;
      failsWith('data', /^corpus \(byte \d+\): /, /-t` tests it|-d`/)(outcome);
      found++;
    }
    assert.ok(found > whole.length / 4, `${found} found`);
  });

  test(`${name}: other bytes after its end are an error`, async () => {
    const followed = Buffer.concat([fixture(name), Buffer.from('something else')]);
    for (const chunk of [5, 1000]) {
      await assert.rejects(decoded(followed, chunk), failsWith('data', /^corpus \(byte \d+\): /));
    }
  });
}

test('the error of a cut-off file says which compression, where, and how to test it', async () => {
  const cut = fixture('two-members.gz').subarray(0, 60);
  await assert.rejects(
    decoded(cut),
    failsWith(
      'data',
      /^corpus \(byte 60\): the gzip data ends before it is whole: the file is cut off\n/,
      /Copy or download the file again; `gzip -t` tests it\.$/,
    ),
  );
});

test('gzip: zeros after the end are padding, as gzip takes them; a member after them is an error', async () => {
  const member = gzipSync('text\n');
  const zeros = Buffer.alloc(700);
  for (const chunk of [1, 100, member.length, 1000]) {
    assert.equal(await decoded(Buffer.concat([member, member, zeros]), chunk), 'text\ntext\n');
    await assert.rejects(
      decoded(Buffer.concat([member, zeros, member]), chunk),
      failsWith('data', /something else follows the zeros/),
    );
  }
});

test('an empty compressed file is an empty text', async () => {
  assert.equal(await decoded(gzipSync('')), '');
  for (const program of ['zstd', 'bzip2', 'xz']) {
    if (has(program)) assert.equal(await decoded(filter(program, ['-c'], '')), '');
  }
});

for (const [program, ...args] of [
  ['gzip', '-c'],
  ['zstd', '-qc'],
  ['zstd', '-qc', '--no-check'],
  ['bzip2', '-c', '-1'],
  ['xz', '-c'],
  ['xz', '-c', '-C', 'crc32', '--block-size=100000'],
] as const) {
  test(`what ${program} ${args.join(' ')} writes of a larger text is read back`, async (t) => {
    if (!has(program)) return t.skip(`${program} is not installed`);
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join('');
    const bytes = filter(program, [...args], lines);
    assert.ok((await decoded(Buffer.concat([bytes, bytes]))) === lines + lines);
    await assert.rejects(decoded(bytes.subarray(0, -5)), failsWith('data', /cut off/));
  });
}

test('xz in xz, and xz files side by side, are decoded at the same time', async (t) => {
  if (!has('xz')) return t.skip('xz is not installed');
  // More than the decoder reads ahead, so that the outer one is in the midst when the inner one begins.
  const lines = Array.from({ length: 60_000 }, (_, index) =>
    createHash('md5').update(`${index}`).digest('hex'),
  );
  const plain = `${lines.join('\n')}\n`;
  const packed = filter('xz', ['-0c'], plain);
  assert.equal(await decoded(filter('xz', ['-0c'], packed)), plain);
  const [first, second] = [packed, packed].map((bytes) => decompress(inChunks(bytes, 65_536), 'x'));
  const both: Buffer[][] = [[], []];
  for (;;) {
    const steps = [await first!.next(), await second!.next()];
    if (steps.every(({ done }) => done)) break;
    for (const [index, { value }] of steps.entries()) both[index]!.push(value as Buffer);
  }
  for (const parts of both) assert.equal(Buffer.concat(parts).toString(), plain);
});

test('xz with a check that the decoder lacks is refused with a way out', async (t) => {
  if (!has('xz')) return t.skip('xz is not installed');
  await assert.rejects(
    decoded(filter('xz', ['-c', '-C', 'sha256'], 'text')),
    failsWith('data', /this xz data cannot be read here: .*CRC32 and CRC64/, /Unpack it first: `xz -d`/),
  );
});

test('zstd with a window beyond 128 MiB is refused with a way out', async () => {
  // Magic number, no options, a window of 2^31 bytes.
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0, 0, 0]);
  await assert.rejects(
    decoded(header),
    failsWith('data', /window of 2048 MiB/, /Unpack it first: `zstd -d`/),
  );
});

test('zstd made with a dictionary is refused with a way out', async () => {
  // Magic number, a dictionary id of one byte, a window of 1 KiB, dictionary 7, an empty last block.
  const dictionary = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 0x07, 0x01, 0, 0]);
  await assert.rejects(
    decoded(dictionary),
    failsWith('data', /it needs a dictionary/, /Unpack it first: `zstd -d`/),
  );
  const none = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 0x00, 0x01, 0, 0]);
  assert.equal(await decoded(none), '');
});

for (const [what, bytes, pattern] of [
  ['a 7z archive', Buffer.from('377abcaf271c0004', 'hex'), /a 7z archive/],
  ['a PDF document', Buffer.from('%PDF-1.7\n'), /a PDF document, not text\n.*Extract its text/],
  ['a PNG image', Buffer.from('89504e470d0a1a0a0000', 'hex'), /a PNG image/],
  ['a compressed PDF document', gzipSync('%PDF-1.7\n'), /the gzip data holds a PDF document, not text/],
] as const) {
  test(`${what} is refused, with what to do`, async () => {
    await assert.rejects(decoded(bytes, 100), failsWith('data', /^corpus: /, pattern));
  });
}

test('a file compressed several times is unpacked several times, but not without end', async () => {
  let bytes = gzipSync('text\n');
  for (let times = 2; times <= 8; times++) {
    bytes = gzipSync(bytes);
    assert.equal(await decoded(bytes, 100), 'text\n');
  }
  await assert.rejects(decoded(gzipSync(bytes)), failsWith('data', /packed more than 8 times/));
});

test('text that only looks like a signature is text', async () => {
  for (const line of [
    'PK\n',
    'a'.repeat(600),
    'BZh91 is a name\n',
    'BZ',
    '7z',
    'P*M',
    '%PDF',
    'ustar '.repeat(100),
  ]) {
    assert.equal(await decoded(Buffer.from(line)), line.endsWith('\n') ? line : `${line}\n`);
  }
});

test('an error of the input itself is passed on as it is, not taken for damage', async () => {
  const lost = new Error('connection lost');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield fixture('two-members.gz').subarray(0, 30);
    throw lost;
  }
  await assert.rejects(read(text(failing())), (error) => error === lost);
});

test('the shared corpus decodes to its 93 MB', async (t) => {
  const path = new URL('../../../shared/data/enwiki-a.txt.zst', import.meta.url).pathname;
  if (!existsSync(path)) return t.skip('../shared/data is not here');
  const { blocks, counts } = await read(files(path));
  const hash = createHash('md5');
  let lines = 0;
  for (const block of blocks) {
    hash.update(block);
    for (let at = block.indexOf(10); at !== -1; at = block.indexOf(10, at + 1)) lines++;
  }
  assert.deepEqual(counts, { bytes: 25_851_022, textBytes: 93_213_417, files: 1 });
  assert.equal(lines, 324_480);
  assert.equal(hash.digest('hex'), '7333d9b409875c3f46841ec4ff93434f');
});
