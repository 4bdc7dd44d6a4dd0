import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../src/compression/decompress.js';
import { Expansion } from '../../src/compression/expansion.js';
import { openContext } from '../../src/core/run.js';
import { contentsOf } from '../../src/sources/contents.js';
import { sourceOptions } from '../../src/sources/options.js';
import { SourceReport } from '../../src/sources/source-report.js';
import { tar, zip } from '../sources/archives/make.js';
import { failsWith, filter, has, inChunks } from '../sources/helpers.js';

async function* chunks(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(bytes);
}

async function lengthOf(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

test('an input may become a multiple of its size, and some bytes in any case', async () => {
  const expansion = new Expansion(10, 'Allow more.', 1000);
  assert.equal(await lengthOf(expansion.limit(chunks(10, 100), 'a')), 1000);
  await assert.rejects(
    lengthOf(expansion.limit(chunks(1, 1), 'a')),
    failsWith('data', /^a: 0 bytes unpack to 1,001/),
  );
  expansion.read(200);
  assert.equal(await lengthOf(expansion.limit(chunks(9, 111), 'a')), 999);
  await assert.rejects(
    lengthOf(expansion.limit(chunks(1, 1), 'b')),
    failsWith(
      'data',
      /^b: 200 bytes unpack to 2,001 and more, over 10 times as many: stopped/,
      /\n {2}Allow more\.$/,
    ),
  );
});

for (const [program, ...args] of [
  ['gzip', '-c'],
  ['zstd', '-c'],
  ['bzip2', '-c'],
  ['xz', '-c'],
]) {
  test(`what ${program} makes of nothing but zeros stops where it is too much`, async (t) => {
    if (!has(program!)) return t.skip(`${program} is not installed`);
    const bomb = inChunks(filter(program!, args, Buffer.alloc(20_000_000)), 1000);
    const expansion = new Expansion(500, 'Allow more.', 1_000_000);
    await assert.rejects(
      lengthOf(expansion.limit(decompress(bomb, 'bomb'), 'bomb')),
      failsWith('data', /^bomb: 0 bytes unpack to [\d,]+ and more/),
    );
  });
}

test('bombs in bombs stop: everything that is unpacked counts', async () => {
  const part = gzipSync(Buffer.alloc(40 * 1024 * 1024), { level: 9 });
  const eight = Array.from({ length: 8 }, (_, index) => ({ name: `${index}.gz`, content: part }));
  for (const bomb of [
    gzipSync(Buffer.concat(Array<Buffer>(8).fill(part))),
    gzipSync(await tar(...eight)),
    zip(...eight),
  ]) {
    const { context, close } = openContext();
    const input = { name: 'bomb', chunks: inChunks(bomb, 65_536) };
    const unpacked = async (): Promise<void> => {
      for await (const { chunks } of contentsOf(input, {}, context, new SourceReport(context)))
        await lengthOf(chunks);
    };
    await assert.rejects(
      unpacked,
      failsWith('data', /^bomb.*: [\d,]+ bytes unpack to 26\d,\d+,\d+ and more, over 500 times as many/),
    );
    await close();
  }
});

test('logs that repeat themselves 200 times over are no bomb', async (t) => {
  if (!has('zstd')) return t.skip('zstd is not installed');
  let state = 1;
  const code = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 29 === 0 ? state >>> 28 : 0;
  };
  const lines = Array.from(
    { length: 200_000 },
    () => `2026-11-24 INFO heartbeat of the service received, status ${code()}\n`,
  );
  const log = lines.join('');
  const packed = filter('zstd', ['-c', '-12'], log);
  assert.ok(log.length > 200 * packed.length, `${log.length / packed.length} times`);
  const expansion = new Expansion(sourceOptions.shape.maxExpansion.parse(undefined), 'Allow more.', 0);
  expansion.read(packed.length);
  const plain = expansion.limit(decompress(inChunks(packed, 1000), 'log'), 'log');
  assert.equal(await lengthOf(plain), log.length);
});
