import assert from 'node:assert/strict';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from './support/arena.js';
import type { WorkerProcess } from './support/worker-process.js';

/** Something that goes wrong, or is done, while a run is under way. */
export type Action = (arena: Arena) => Promise<void>;

/** Exit code of a run that was cancelled, and can go on. */
const TO_BE_RESUMED = 75;

/** One worker is killed, and another started in its place. */
export async function killWorker(arena: Arena): Promise<void> {
  const worker = anyWorker(arena);
  await worker.kill();
  arena.count('workers killed');
  arena.startWorker(worker.machine);
}

/** All workers are killed at once, and others started a while later. */
export async function killAllWorkers(arena: Arena): Promise<void> {
  const workers = arena.living;
  await Promise.all(workers.map((worker) => worker.kill()));
  arena.count('workers killed', workers.length);
  await delay(arena.random.unit() * 3_000);
  for (const { machine } of workers) arena.startWorker(machine);
}

/** A worker is asked to end, as when a machine is needed elsewhere, and another is started in its place. */
export async function endWorker(arena: Arena): Promise<void> {
  const worker = anyWorker(arena);
  arena.startWorker(worker.machine);
  await worker.end();
  arena.count('workers ended');
}

/** A worker hangs in a step, which another takes; a while later it goes on as if nothing had been. */
export async function hangWorker(arena: Arena): Promise<void> {
  const before = arena.begun.length;
  if (!(await arena.until(() => arena.begun.length > before))) return;
  const { worker, step } = arena.begun.at(-1)!;
  if (worker.isOver) return;
  await delay(arena.random.unit() * 100);
  worker.stop();
  arena.count('workers stopped');
  const taken = () => arena.begun.slice(before + 1).some((by) => by.worker !== worker && by.step === step);
  if (await arena.until(taken, 15_000)) arena.count('steps taken from stopped workers');
  await Promise.race([delay(arena.random.unit() * 1_500), arena.over()]);
  worker.goOn();
}

/** A worker hangs wherever it is, be it between two steps or while it adds those of a stage. */
export async function hangAnywhere(arena: Arena): Promise<void> {
  const worker = anyWorker(arena);
  worker.stop();
  arena.count('workers stopped');
  await Promise.race([delay(2_000 + arena.random.unit() * 4_000), arena.over()]);
  worker.goOn();
}

/** Redis is killed and started again, with what it wrote down. */
export async function restartRedis(arena: Arena): Promise<void> {
  await arena.redis.kill();
  await delay(arena.random.unit() * 3_000);
  await arena.redis.begin();
  arena.count('restarts of Redis');
}

/** The machine of Redis fails: of what it wrote last, some never came to the disk; at times all of it. */
export async function restartForgetfulRedis(arena: Arena): Promise<void> {
  await arena.redis.kill();
  const folder = join(arena.redis.folder, 'appendonlydir');
  const name = (await readdir(folder)).find((name) => name.endsWith('.incr.aof'))!;
  const { size } = await stat(join(folder, name));
  const lost = arena.random.below(4) === 0 ? size : Math.min(size, arena.random.below(20_000));
  const file = await open(join(folder, name), 'r+');
  await file.truncate(size - lost);
  await file.close();
  await delay(arena.random.unit() * 1_000);
  await arena.redis.begin();
  arena.count('restarts of Redis that lost what it wrote last');
}

/** The process that follows is interrupted, which cancels the run; it is resumed. */
export async function interruptRun(arena: Arena): Promise<void> {
  arena.following!.child.kill('SIGINT');
  await cancelled(arena);
}

/** The run is cancelled by a command from elsewhere; it is resumed. */
export async function cancelFromElsewhere(arena: Arena): Promise<void> {
  await arena.until(() => arena.begun.length > 0);
  const { code, stderr } = await arena.command('status', 'latest', '--cancel').ended;
  // It has just come to its end, or was cancelled before and is not there again.
  if (code !== 0) {
    assert.match(stderr, /knows no run|has come to its end/);
    return;
  }
  await cancelled(arena);
}

async function cancelled(arena: Arena): Promise<void> {
  const { code, signal, stderr } = await arena.following!.ended;
  if (code === 0) return;
  // One that has only begun has nothing to cancel.
  const isEarly = !/^run \S+: /m.test(stderr) && (signal === 'SIGINT' || code === 130);
  assert.ok(
    code === TO_BE_RESUMED || isEarly,
    `a run that is cancelled ends with ${code ?? signal}:\n${stderr}`,
  );
  arena.count(isEarly ? 'followers interrupted at their start' : 'runs cancelled');
  await delay(arena.random.unit() * 1_000);
  arena.follow('--resume');
}

/** The process that follows is killed; a while later the run is resumed. Meanwhile the workers go on. */
export async function killFollower(arena: Arena): Promise<void> {
  const { child, ended } = arena.following!;
  child.kill('SIGKILL');
  const { signal } = await ended;
  if (signal === null) return;
  arena.count('followers killed');
  await delay(arena.random.unit() ** 2 * 8_000);
  arena.follow('--resume');
}

function anyWorker({ living, random }: Arena): WorkerProcess {
  return living[random.below(living.length)]!;
}
