import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availableMemory } from '../../src/core/memory-limits.js';

const MACHINE = {
  '/proc/meminfo': 'MemTotal:       64 kB\nMemAvailable:   4096 kB\nSwapFree:       1024 kB\n',
};

const limitOf = (files: Record<string, string>) =>
  availableMemory(async (path) => ({ ...MACHINE, ...files })[path]);

test('the machine gives what is available and what can be swapped', async () => {
  assert.deepEqual(await limitOf({}), { bytes: 5120 * 1024, why: 'what the machine has available' });
});

test('a control group of version 2 gives its limit less what is used, but for cached files', async () => {
  const files = {
    '/proc/self/cgroup': '0::/pod/one\n',
    '/sys/fs/cgroup/pod/one/memory.max': 'max\n',
    '/sys/fs/cgroup/pod/memory.max': '1000000\n',
    '/sys/fs/cgroup/pod/memory.current': '700000\n',
    '/sys/fs/cgroup/pod/memory.stat': 'anon 5\ninactive_file 200000\nactive_file 7\n',
  };
  assert.deepEqual(await limitOf(files), { bytes: 500_000, why: "the container's limit (control group)" });
});

test('so does one of version 1, where the controller of memory is named', async () => {
  const files = {
    '/proc/self/cgroup': '5:cpu,cpuacct:/a\n4:memory:/b\n',
    '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '1\n',
    '/sys/fs/cgroup/memory/b/memory.limit_in_bytes': '900000\n',
    '/sys/fs/cgroup/memory/b/memory.usage_in_bytes': '100000\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  };
  assert.equal((await limitOf(files)).bytes, 800_000);
});

test('within a container the group may be mounted as the root', async () => {
  const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '300000\n' };
  assert.equal((await limitOf(files)).bytes, 300_000);
});

test('ulimit -v and -d give what is left of addresses and of data', async () => {
  const limits = (space: string, data: string) => ({
    '/proc/self/limits': `Limit  Soft Limit  Hard Limit  Units\nMax data size             ${data}            unlimited  bytes\nMax address space         ${space}            unlimited  bytes\n`,
    '/proc/self/status': 'VmSize:\t    1000 kB\nVmData:\t     100 kB\n',
  });
  assert.deepEqual(await limitOf(limits('2048000', 'unlimited')), { bytes: 1_024_000, why: 'ulimit -v' });
  assert.deepEqual(await limitOf(limits('unlimited', '204800')), { bytes: 102_400, why: 'ulimit -d' });
  assert.deepEqual((await limitOf(limits('unlimited', 'unlimited'))).why, 'what the machine has available');
});

test('on this machine there is something left', async () => {
  const { bytes } = await availableMemory();
  assert.ok(bytes > 1e6);
});
