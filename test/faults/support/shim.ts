import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../../src/core/random.js';
import type { Job } from './job.js';
import { Scene } from './scene.js';

const SOURCE = fileURLToPath(new URL('shim.cc', import.meta.url));

/** The calls that the shim (`shim.cc`) can make fail. */
export type CallKind = 'new' | 'buffer' | 'thread' | 'file';

/** What happens to which of them. */
export interface ShimOrder {
  readonly kind: CallKind;
  /** The number of the call, from 1; 0 for none. */
  readonly at: number;
  readonly action: 'fail' | 'fail-on' | 'kill';
  /** The error of a file call, by its number. */
  readonly errno?: number;
  /** Where the number of calls is written to. */
  readonly countFile?: string;
}

let built: { path: string } | { reason: string } | undefined;

/** Why the shim cannot be used here, or undefined. */
export function noShim(): string | undefined {
  const shim = build();
  return 'reason' in shim ? shim.reason : undefined;
}

/** The environment that makes the shim do something. */
export function shimVariables({
  kind,
  at,
  action,
  errno = 0,
  countFile = '',
}: ShimOrder): Record<string, string> {
  const shim = build();
  if ('reason' in shim) throw new Error(shim.reason);
  return {
    LD_PRELOAD: shim.path,
    WORDMILL_SHIM_KIND: kind,
    WORDMILL_SHIM_AT: String(at),
    WORDMILL_SHIM_DO: action,
    WORDMILL_SHIM_ERRNO: String(errno),
    WORDMILL_SHIM_COUNT: countFile,
  };
}

const counted = new Map<string, Promise<number>>();

/** How many calls of a kind an undisturbed run of a job makes. */
export function callsOf(job: Job, kind: CallKind): Promise<number> {
  const key = `${job.name} ${kind}`;
  const known = counted.get(key) ?? count(job, kind);
  counted.set(key, known);
  return known;
}

async function count(job: Job, kind: CallKind): Promise<number> {
  const scene = await Scene.make(job, new Random(0));
  try {
    const countFile = scene.path('calls');
    const { code, stderr } = await scene.run([], {
      env: shimVariables({ kind, at: 0, action: 'fail', countFile }),
    });
    const calls = Number(await readFile(countFile, 'utf8'));
    if (code !== 0 || !(calls > 0))
      throw new Error(`no call (${kind}) of ${job.name} was counted:\n${stderr}`);
    return calls;
  } finally {
    await scene.remove();
  }
}

function build(): { path: string } | { reason: string } {
  built ??= compile();
  return built;
}

function compile(): { path: string } | { reason: string } {
  if (process.platform !== 'linux')
    return { reason: 'calls are made to fail by LD_PRELOAD, which is for Linux' };
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-shim-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'shim.so');
  const flags = ['-std=c++17', '-O1', '-fPIC', '-shared', SOURCE, '-o', path, '-ldl'];
  const { status, stderr, error } = spawnSync(process.env.CXX ?? 'c++', flags, { encoding: 'utf8' });
  return status === 0
    ? { path }
    : { reason: `shim.cc does not compile: ${error?.message ?? stderr.slice(0, 300)}` };
}
