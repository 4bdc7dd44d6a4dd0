import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeBytes, freeBytes, requireSpace } from '../../src/core/disk-space.js';

test('what fits is let through, what does not is refused with both sizes and what to do', async () => {
  const free = async () => 1_500;
  await requireSpace('/data/out.bin', 1_500, 'output', free);
  await assert.rejects(requireSpace('/data/out.bin', 2_000_000, 'output', free), {
    kind: 'inputOutput',
    message:
      '/data/out.bin: not enough space for this output: it needs 2.0 MB, and 1.5 kB are free\n  Free some space, or write to another disk.',
  });
});

test('of an intermediate file, which may be in either, both places are named', async () => {
  await assert.rejects(
    requireSpace('/runs/ID/spool/tokens', 2, 'intermediate file', async () => 1),
    { message: /TMPDIR for scratch files, --runs DIR for those in the folder of a run/ },
  );
});

test('where the system does not say how much is free nothing is refused', async () => {
  await requireSpace('/data/out.bin', 1e18, 'spool', async () => undefined);
});

test('the free space of a path that is not there yet is that of the folder where it would be', async () => {
  const here = await freeBytes('.');
  assert.ok(here! > 0);
  const missing = await freeBytes(join(process.cwd(), 'not', 'there', 'yet'));
  assert.ok(Math.abs(missing! - here!) < 1e9);
  assert.equal(await freeBytes('/proc/self'), undefined);
});

test('bytes are described in powers of 1,000', () => {
  assert.deepEqual([0, 999, 1_000, 2_345_678, 5e12].map(describeBytes), [
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '2.3 MB',
    '5.0 TB',
  ]);
});
