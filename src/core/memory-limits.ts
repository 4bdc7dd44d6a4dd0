import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

/** How much more memory this process may take, and what limits it. */
export interface MemoryLimit {
  readonly bytes: number;
  /** In words that go on from "there is room for … GB:", such as `the container's limit`. */
  readonly why: string;
}

/** Reads a file of the system; undefined where there is none. Tests give their own. */
export type ReadSystemFile = (path: string) => Promise<string | undefined>;

const readSystemFile: ReadSystemFile = (path) => readFile(path, 'utf8').catch(() => undefined);

/** Where version 1 of control groups says that there is no limit. */
const UNLIMITED = 2 ** 60;

/**
 * The memory that this process may still take: the least of what the machine has available (swap included), what the
 * control groups above it allow (version 2, or 1), and what `ulimit -v` and `ulimit -d` leave. Elsewhere than on Linux:
 * all of the machine's.
 */
export async function availableMemory(read: ReadSystemFile = readSystemFile): Promise<MemoryLimit> {
  const limits = [await ofMachine(read), ...(await ofControlGroups(read)), ...(await ofProcess(read))].filter(
    (limit) => limit !== undefined,
  );
  return limits.reduce((least, limit) => (limit.bytes < least.bytes ? limit : least), {
    bytes: totalmem(),
    why: "this machine's memory",
  });
}

async function ofMachine(read: ReadSystemFile): Promise<MemoryLimit | undefined> {
  const text = await read('/proc/meminfo');
  const available = kilobytes(text, 'MemAvailable');
  if (available === undefined) return undefined;
  return { bytes: available + (kilobytes(text, 'SwapFree') ?? 0), why: 'what the machine has available' };
}

/** A group's limit holds for all groups within it, so each is looked at up to the root. */
async function ofControlGroups(read: ReadSystemFile): Promise<MemoryLimit[]> {
  const limits: MemoryLimit[] = [];
  for (const line of ((await read('/proc/self/cgroup')) ?? '').split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (group === undefined || !(controllers === '' || controllers!.split(',').includes('memory'))) continue;
    const version = controllers === '' ? VERSION_2 : VERSION_1;
    for (let path = group === '/' ? '' : group; ; path = path.slice(0, path.lastIndexOf('/'))) {
      const bytes = await leftInGroup(read, `${version.root}${path}`, version);
      if (bytes !== undefined) limits.push({ bytes, why: "the container's limit (control group)" });
      if (path === '') break;
    }
  }
  return limits;
}

const VERSION_1 = {
  root: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  used: 'memory.usage_in_bytes',
  cache: 'total_inactive_file',
};
const VERSION_2 = {
  root: '/sys/fs/cgroup',
  limit: 'memory.max',
  used: 'memory.current',
  cache: 'inactive_file',
};

async function leftInGroup(
  read: ReadSystemFile,
  folder: string,
  { limit, used, cache }: typeof VERSION_1,
): Promise<number | undefined> {
  const most = Number(await read(`${folder}/${limit}`));
  if (!(most > 0 && most < UNLIMITED)) return undefined;
  const usage = Number(await read(`${folder}/${used}`)) || 0;
  // Cached files are given up when memory is wanted.
  const stat = new RegExp(`^${cache} (\\d+)$`, 'm').exec((await read(`${folder}/memory.stat`)) ?? '');
  return Math.max(0, most - usage + Number(stat?.[1] ?? 0));
}

/** What resource limits leave of addresses and of data. */
async function ofProcess(read: ReadSystemFile): Promise<MemoryLimit[]> {
  const limits = await read('/proc/self/limits');
  const status = await read('/proc/self/status');
  const found: MemoryLimit[] = [];
  for (const [limit, used, flag] of [
    ['Max address space', 'VmSize', '-v'],
    ['Max data size', 'VmData', '-d'],
  ] as const) {
    const soft = new RegExp(`^${limit}\\s+(\\d+)`, 'm').exec(limits ?? '')?.[1];
    if (soft === undefined) continue;
    const taken = kilobytes(status, used) ?? 0;
    found.push({ bytes: Math.max(0, Number(soft) - taken), why: `ulimit ${flag}` });
  }
  return found;
}

function kilobytes(text: string | undefined, name: string): number | undefined {
  const amount = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1];
  return amount === undefined ? undefined : Number(amount) * 1024;
}
