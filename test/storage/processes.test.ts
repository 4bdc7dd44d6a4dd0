import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../../src/core/file-digest.js';
import { openStore } from '../../src/storage/open-store.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';

const PROCESSES = 3;
const KEYS = 15;

let folder: string;
let moto: MotoServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
  if (skipWithoutMoto) return;
  moto = await MotoServer.start();
  Object.assign(process.env, moto.environment());
});

after(async () => {
  await moto?.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(program: string, ...operands: string[]): ChildProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', path, ...operands], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function race(address: string): Promise<void> {
  const children = Array.from({ length: PROCESSES }, (_, index) =>
    start('put-many.ts', address, `${index}`, `${KEYS}`),
  );
  const lines = children.map((child) => createInterface({ input: child.stdout! })[Symbol.asyncIterator]());
  for (const line of lines) assert.equal((await line.next()).value, 'ready');
  for (const child of children) child.stdin!.write('go\n');
  const first: number[][] = [];
  for (const line of lines) first.push(JSON.parse((await line.next()).value));
  const store = await openStore(address);
  for (let key = 0; key < KEYS; key++) {
    const winners = [...first.keys()].filter((index) => first[index]!.includes(key));
    assert.equal(winners.length, 1, `of key ${key}`);
    const standing = new TextDecoder().decode(await store.getBytes(`race/${key}`));
    assert.equal(standing, `${winners[0]}`.repeat(2000));
  }
  await store.close();
}

test('of several processes that put one key, one is first and all see its object: a folder', async () => {
  await race(join(folder, 'race'));
});

test(
  'of several processes that put one key, one is first and all see its object: S3',
  {
    skip: skipWithoutMoto,
  },
  () => race(`s3://${moto.bucket}/race`),
);

/** Kills a process that puts files, at some moment of a put; gives the keys that it said were done. */
async function killed(address: string, milliseconds: number): Promise<string[]> {
  const child = start('put-endlessly.ts', address, '10000000');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const { value: path } = await lines.next();
  const done: string[] = [];
  let puts = 0;
  for await (const line of lines) {
    if (line.startsWith('done')) done.push(line.slice(5));
    else if (++puts === 2) {
      await sleep(milliseconds);
      child.kill('SIGKILL');
    }
  }
  if (child.signalCode === null) await once(child, 'exit');
  await rm(dirname(path), { recursive: true });
  return done;
}

async function killOften(address: string, moments: readonly number[]): Promise<void> {
  const store = await openStore(address);
  const done = new Set<string>();
  for (const milliseconds of moments) {
    for (const key of await killed(address, milliseconds)) done.add(key);
    const copy = join(folder, 'copy');
    for await (const key of store.list('')) {
      await store.getFile(key, copy);
      assert.ok(key.endsWith((await digestOf(copy, new AbortController().signal)).sha256), key);
      done.delete(key);
    }
    assert.deepEqual([...done], [], 'what was done is there');
  }
  await store.close();
}

test('a put that is killed leaves no part of an object, and the next process cleans up: a folder', async () => {
  const shared = join(folder, 'killed');
  await killOften(shared, [0, 4, 12, 30]);
  const store = await openStore(shared);
  await writeFile(join(folder, 'small'), 'small');
  await store.putFile('small', join(folder, 'small'));
  assert.deepEqual(await readdir(join(shared, '.unfinished')), []);
});

test('a put that is killed leaves no part of an object: S3', { skip: skipWithoutMoto }, () =>
  killOften(`s3://${moto.bucket}/killed`, [5, 40]),
);
