import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { files } from '../../../src/sources/files.js';
import { text } from '../../../src/sources/text.js';
import { failsWith, filter, folder, has, inChunks, type Outcome, read } from '../helpers.js';
import { type Entry, tar, zip } from './make.js';

const piped = (bytes: Uint8Array, chunk = 65_536, options = {}): Promise<Outcome> =>
  read(text(inChunks(bytes, chunk), options, 'corpus'));

const MEMBERS: Entry[] = [
  { name: 'docs/one.txt', content: 'one\n' },
  { name: 'docs/empty.txt' },
  { name: './two.txt.gz', content: gzipSync('two, and no line end') },
  { name: `docs/${'long/'.repeat(40)}three.txt`, content: `three ${'x'.repeat(700)}\n` },
];
const TEXT = `one\ntwo, and no line end\nthree ${'x'.repeat(700)}\n`;

for (const [what, pack] of [
  ['a tar archive', tar],
  ['a compressed tar archive', async (...entries: Entry[]) => gzipSync(await tar(...entries))],
  ['a zip archive', zip],
  [
    'a zip archive in a tar archive',
    async (...entries: Entry[]) => tar({ name: 'a.zip', content: zip(...entries) }),
  ],
  [
    'a tar archive in a zip archive',
    async (...entries: Entry[]) => zip({ name: 'a', content: await tar(...entries) }),
  ],
] as const) {
  test(`${what}: members are read in order, wherever chunks end, and decompressed`, async (t) => {
    const bytes = await pack(...MEMBERS);
    for (const chunk of [1, 511, 512, 513, 65_536]) {
      const { text, counts } = await piped(bytes, chunk);
      assert.equal(text, TEXT);
      assert.deepEqual(counts, { bytes: bytes.length, textBytes: TEXT.length - 1, members: 4, files: 1 });
    }
    const path = join(folder(t), 'archive');
    writeFileSync(path, bytes);
    const { text, progress, counts } = await read(files(path));
    assert.equal(text, TEXT);
    assert.equal(counts.bytes, bytes.length);
    assert.equal(progress.at(-1)?.done, bytes.length);
  });

  test(`${what}: cut off anywhere is an error, never a shorter text`, async () => {
    const bytes = await pack({ name: 'a', content: 'one\n' }, { name: 'b', content: 'two\n' });
    // Behind the last member a tar archive has two records of zeros, of which one is enough.
    const whole = what === 'a tar archive' ? bytes.length - 1024 : bytes.length - 1;
    for (let length = 512; length < whole; length += 37) {
      await assert.rejects(piped(bytes.subarray(0, length)), failsWith('data', /^corpus/));
    }
  });
}

test('directories, links, devices and hidden files are passed over and counted', async () => {
  const types = ['directory', 'link', 'symlink', 'character-device', 'block-device', 'fifo'] as const;
  const hidden = ['.a', 'b/.c/d', './.e'].map((name) => ({ name, content: 'hidden\n' }));
  const entries = [
    ...types.map((type) => ({ name: type, type })),
    ...hidden,
    { name: './a', content: 'a\n' },
  ];
  const { text, dropped } = await piped(await tar(...entries));
  assert.equal(text, 'a\n');
  assert.deepEqual(dropped, {
    'directory in an archive': 1,
    'link in an archive': 2,
    'device or pipe in an archive': 3,
    'hidden file in an archive': 3,
  });
  const modes = [0o040755, 0o120777, 0o020644].map((mode) => ({ name: 'x', content: 'no\n', mode }));
  const zipped = await piped(zip(...modes, { name: 'x/' }, ...hidden, { name: 'a', content: 'a\n' }));
  assert.equal(zipped.text, 'a\n');
  assert.deepEqual(zipped.dropped, {
    'directory in an archive': 2,
    'link in an archive': 1,
    'device or pipe in an archive': 1,
    'hidden file in an archive': 3,
  });
});

test('members that are no text are passed over, counted, and named once', async () => {
  const entries = [
    { name: 'a.pdf', content: '%PDF-1.7' },
    { name: 'b.txt', content: 'b\n' },
    { name: 'c.docx', content: zip({ name: '[Content_Types].xml', content: '<x/>' }) },
  ];
  for (const bytes of [await tar(...entries), zip(...entries)]) {
    const { text, dropped, warnings } = await piped(bytes);
    assert.equal(text, 'b\n');
    assert.deepEqual(dropped, { 'file that is no text in an archive': 2 });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^corpus: a\.pdf: this is a PDF document, not text; passed over/);
  }
});

test('messages name the member, without what a terminal might obey', async () => {
  const invalid = Buffer.from([0x61, 0xff]);
  for (const pack of [tar, zip]) {
    await assert.rejects(
      piped(await pack({ name: '../\u001b[2Jb\n.txt', content: invalid }), 1000, { strictUtf8: true }),
      failsWith('data', /^corpus: \.\.\/\ufffd\[2Jb\ufffd\.txt:1 \(byte 1\): this is not UTF-8/),
    );
  }
});

test('a damaged member is an error that names it', async () => {
  const packed = gzipSync('text').subarray(0, -3);
  await assert.rejects(
    piped(await tar({ name: 'a.gz', content: packed })),
    failsWith('data', /^corpus: a\.gz \(byte \d+\): the gzip data ends/),
  );
  const bytes = zip({ name: 'a', content: 'one' }, { name: 'b', content: 'four', method: 0 });
  const damaged = (from: string, to: string): Buffer => {
    const copy = Buffer.from(bytes);
    copy.write(to, copy.indexOf(from));
    return copy;
  };
  await assert.rejects(
    piped(damaged('four', 'fuor')),
    failsWith('data', /^corpus: b \(byte \d+\): the zip archive is damaged.*checksum/, /unzip -t/),
  );
  await assert.rejects(
    piped(damaged('PK\x05\x06', 'PK\x05\x07')),
    failsWith('data', /^corpus: the zip archive is/),
  );
});

test('a damaged header of a tar archive is an error that says where', async () => {
  const bytes = await tar({ name: 'a', content: 'one\n' }, { name: 'b', content: 'two\n' });
  bytes[1024 + 3] = 0x41;
  await assert.rejects(
    piped(bytes),
    failsWith('data', /^corpus \(byte 1024\): the tar archive is damaged here: this is no header/, /tar -tf/),
  );
});

test('a tar archive that ends inside a member is an error that names it', async () => {
  const bytes = await tar({ name: 'a', content: 'one\n' }, { name: 'b.txt', content: 'x\n'.repeat(600) });
  await assert.rejects(
    piped(bytes.subarray(0, 2000)),
    failsWith(
      'data',
      /^corpus: b\.txt \(byte 1536\): the tar archive ends before it is whole.* after 2,000 bytes/,
    ),
  );
});

test('zip archives that cannot be read say why, and what to do', async () => {
  for (const [entry, pattern] of [
    [{ flags: 1 }, /it is encrypted/],
    [{ method: 9, packed: Buffer.from('x') }, /its compression is Deflate64/],
    [{ method: 14, packed: Buffer.from('x') }, /its compression is LZMA/],
    [{ method: 60, packed: Buffer.from('x') }, /its compression is method 60/],
  ] as const) {
    await assert.rejects(
      piped(zip({ name: 'a', content: 'text', ...entry })),
      failsWith(
        'data',
        /^corpus: a \(byte 0\): this member .* cannot be read here/,
        pattern,
        /Unpack the archive/,
      ),
    );
  }
});

test('zip64 archives, and members compressed with bzip2, zstd and xz, are read', async (t) => {
  assert.equal((await piped(zip({ name: 'a', content: 'long\n', zip64: true }))).text, 'long\n');
  for (const [program, method] of [
    ['bzip2', 12],
    ['zstd', 93],
    ['xz', 95],
  ] as const) {
    if (!has(program)) t.diagnostic(`${program} is not installed`);
    else {
      const entry = { name: 'a', content: 'text\n', method, packed: filter(program, ['-c'], 'text\n') };
      assert.equal((await piped(zip(entry))).text, 'text\n');
      await assert.rejects(piped(zip({ ...entry, content: 'other' })), failsWith('data', /checksum/));
    }
  }
});

test('archives without a member give no text', async () => {
  assert.equal((await piped(zip())).text, '');
});

test('documents that are zip archives are refused', async () => {
  for (const [first, pattern] of [
    ['[Content_Types].xml', /an Office document/],
    ['mimetype', /an OpenDocument or EPUB file/],
    ['META-INF/MANIFEST.MF', /a Java archive/],
  ] as const) {
    await assert.rejects(
      piped(zip({ name: first, content: 'x' })),
      failsWith('data', pattern, /Extract its text/),
    );
  }
});

test('what GNU tar packs is read: long names, links, two archives one after the other', async (t) => {
  if (!has('tar')) return t.skip('tar is not installed');
  const root = folder(t);
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd', `${'n'.repeat(200)}.txt`), 'long name\n');
  writeFileSync(join(root, 'd', 'z.txt'), 'z\n');
  symlinkSync('z.txt', join(root, 'd', 'link'));
  for (const format of ['gnu', 'pax', 'v7', 'ustar']) {
    const members = format === 'v7' || format === 'ustar' ? ['d/z.txt', 'd/link'] : ['d'];
    const bytes = filter(
      'tar',
      ['--sort=name', `--format=${format}`, '-cf', '-', '-C', root, ...members],
      '',
    );
    const expected = members.length === 1 ? 'long name\nz\n' : 'z\n';
    assert.equal((await piped(bytes)).text, expected, format);
    assert.equal((await piped(Buffer.concat([bytes, bytes]))).text, expected + expected);
  }
});

test('what Python zips is read, from a pipe and from a file', async (t) => {
  if (!has('python3')) return t.skip('python3 is not installed');
  const path = join(folder(t), 'a.zip');
  const script = `import zipfile, sys
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('sp\u00e4t/a.txt', 'line\\n' * 50000)
    z.writestr('b.txt', 'b\\n', zipfile.ZIP_STORED)`;
  filter('python3', ['-c', script, path], '');
  const expected = `${'line\n'.repeat(50_000)}b\n`;
  assert.equal((await read(files(path))).text, expected);
  assert.equal((await piped(filter('cat', [path], ''), 1000)).text, expected);
});

test('nothing is left of what a piped archive was kept in, also when its reader stops early', async () => {
  const scratch = (): string[] => readdirSync(tmpdir()).filter((name) => name.includes('wordmill-scratch'));
  const before = scratch();
  const bytes = zip({ name: 'a', content: 'a\n'.repeat(600_000) }, { name: 'b', content: 'b' });
  await assert.rejects(
    read(text(inChunks(bytes.subarray(0, -1), 999))),
    failsWith('data', /the zip archive is damaged or cut off/),
  );
  assert.equal((await piped(bytes)).text.length, 1_200_002);
  assert.deepEqual(scratch(), before);
});
