import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TextBlock } from '../../src/core/blocks.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type Source } from '../../src/core/stage.js';
import { lineFormatOf, lineStartFrom } from '../../src/sources/file-parts.js';
import { files } from '../../src/sources/files.js';
import type { GivenSourceOptions } from '../../src/sources/options.js';
import { type FilePart, fileParts } from '../../src/sources/parts.js';

async function read(source: Source<TextBlock>) {
  const { context, close } = openContext();
  try {
    const blocks: Uint8Array[] = [];
    for await (const { bytes } of source(nothing(), context)) blocks.push(bytes);
    return { text: Buffer.concat(blocks), ...context.report };
  } finally {
    await close();
  }
}

describe('parts of files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordmill-parts-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  /** The parts of a file between places that are given, each moved to where the next line begins. */
  async function partsAt(path: string, size: number, places: readonly number[]): Promise<FilePart[]> {
    const starts = new Set([0]);
    for (const place of places) starts.add(await lineStartFrom(path, place, size));
    const inside = [...starts].filter((start) => start < size).sort((a, b) => a - b);
    return inside.map((start, index) => ({ path, start, end: inside[index + 1] ?? size, whole: false }));
  }

  async function sameAsWhole(
    path: string,
    size: number,
    places: readonly number[],
    options: GivenSourceOptions,
  ) {
    const parts = await partsAt(path, size, places);
    const whole = await read(files(path, options));
    const joined = { counts: {} as Record<string, number>, text: [] as Buffer[] };
    for (const part of parts) {
      const { text, stages } = await read(fileParts([part], options));
      joined.text.push(text);
      for (const [name, count] of Object.entries(stages.source?.counts ?? {}))
        joined.counts[name] = (joined.counts[name] ?? 0) + count;
    }
    assert.ok(Buffer.concat(joined.text).equals(whole.text));
    assert.deepEqual(joined.counts, whole.stages.source!.counts);
    const together = await read(fileParts(parts, options));
    assert.ok(together.text.equals(whole.text));
    assert.deepEqual(together.stages, whole.stages);
    return parts.length;
  }

  test('give what the whole file gives, cut anywhere: every byte of a small file', async () => {
    const content = Buffer.concat([
      Buffer.from('\ufeffone\r\n\ufefftwo\n\n\r\nthr'),
      Buffer.of(0xff, 0xe2, 0x82, 0x0a, 0xc3, 0x0a, 0x00, 0x0a),
      Buffer.from('€ five\rsix\r\r\nseven'),
    ]);
    const path = await write('small', content);
    for (let place = 0; place <= content.length; place++)
      await sameAsWhole(path, content.length, [place, (place * 7) % content.length], {});
    const every = Array.from(content.keys());
    assert.ok((await sameAsWhole(path, content.length, every, {})) >= 8);
  });

  test('cut lines of more than a megabyte where the whole file has them cut', async () => {
    const long = 'words of a line without an end '.repeat(80_000);
    const content = Buffer.from(`short\n${long}\nshort\n${'x'.repeat(1_500_000)}\r\n${long}`);
    const path = await write('long', content);
    const places = [3, 10, 1_000_000, 2_480_000, 2_481_000, 3_000_000, 3_990_000];
    assert.ok((await sameAsWhole(path, content.length, places, {})) >= 4);
  });

  test('of JSON lines, also where no record of a part has the field', async () => {
    const records = [
      ...Array.from({ length: 30 }, (_, index) => JSON.stringify({ title: `no text ${index}` })),
      ...Array.from({ length: 30 }, (_, index) => JSON.stringify({ text: `a text\n${index}` })),
      'no JSON',
    ];
    const content = Buffer.from(records.join('\n'));
    const path = await write('records.jsonl', content);
    assert.equal(await sameAsWhole(path, content.length, [200, 500, 900, 1_200], {}), 5);
    await sameAsWhole(path, content.length, [200, 500, 900, 1_200], { unit: 'lines' });
  });

  test('are plain text, whatever their first bytes look like', async () => {
    const content = Buffer.concat([
      Buffer.from('plain\n'),
      gzipSync('not to be unpacked').subarray(0, 9),
      Buffer.from('\n%PDF-1.4\n<mediawiki xml:lang="en">\nPK\x03\x04\n'),
    ]);
    const path = await write('looks', content);
    await sameAsWhole(path, content.length, Array.from(content.keys()), {});
  });

  test('whole files among them may be compressed', async () => {
    const [plain, packed] = [await write('a', 'one\ntwo\n'), await write('b.gz', gzipSync('three\n'))];
    const { text, stages } = await read(
      fileParts([
        { path: plain, start: 4, end: 8, whole: false },
        { path: packed, start: 0, end: 26, whole: true },
      ]),
    );
    assert.equal(text.toString(), 'two\nthree\n');
    assert.equal(stages.source!.counts.files, 1);
  });

  test('messages name a part by its first byte, and its lines from there', async () => {
    const path = await write('bad', Buffer.from('good\ngood\ngood\nb\xffd\n', 'latin1'));
    const part = { path, start: 10, end: 19, whole: false };
    const { warnings } = await read(fileParts([part]));
    assert.match(warnings[0]!, /bad \(from byte 10\) \(byte 16\): not UTF-8/);
    await assert.rejects(read(fileParts([part], { strictUtf8: true })), {
      kind: 'data',
      message: /bad \(from byte 10\):2 \(byte 16\): this is not UTF-8/,
    });
  });

  test('a part that is not there, or does not begin with a line, is an error', async () => {
    const path = await write('changed', 'one\ntwo\n');
    const part = (start: number, end: number) => read(fileParts([{ path, start, end, whole: false }]));
    await assert.rejects(part(4, 12), { kind: 'inputOutput', message: /ends 4 bytes before the part of it/ });
    await assert.rejects(part(3, 8), { kind: 'data', message: /does not begin with a line/ });
  });

  test('only files of lines can be cut', async () => {
    const cases: readonly (readonly [string, string | Uint8Array, GivenSourceOptions, string | undefined])[] =
      [
        ['t.txt', 'text\n', {}, 'text'],
        ['t', '', {}, 'text'],
        ['t.jsonl', '{}\n', {}, 'jsonl'],
        ['t.csv', 'text\n', {}, undefined],
        ['t.csv', 'text\n', { format: 'text' }, 'text'],
        ['t.txt', '{}\n', { format: 'jsonl' }, 'jsonl'],
        ['t.txt', 'text\n', { unit: 'paragraphs' }, undefined],
        ['t', '<mediawiki x="y">\n', {}, undefined],
        ['t', '%PDF-1.4\n', {}, undefined],
        ['t', gzipSync('text\n'), {}, undefined],
      ];
    for (const [name, content, options, expected] of cases) {
      assert.equal(await lineFormatOf(await write(name, content), options as object), expected, name);
    }
    const columns = lineFormatOf(await write('t', 'text\n'), { columns: 'a' });
    await assert.rejects(columns, { kind: 'usage', message: /source\.columns is given/ });
  });
});
