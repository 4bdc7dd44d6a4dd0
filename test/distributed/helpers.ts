import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Report } from '../../src/core/report.js';
import { readPlan } from '../../src/distributed/plan-shards.js';
import type { RunStorage, StepContext } from '../../src/distributed/step.js';

/** A run's storage in a folder, without what a real one needs: retries, other machines, a bounded cache. */
export class FolderRunStorage implements RunStorage {
  readonly run = 'test';
  readonly traffic = { sent: 0, received: 0 };
  /** Names of records, in the order in which they were written. */
  readonly written: string[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(path: string) {
    const bytes = await readFile(path);
    const blob = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    await copyFile(path, join(this.#folder, blob.sha256));
    return blob;
  }

  async fetch(blob: { sha256: string }) {
    const path = join(this.#folder, blob.sha256);
    await stat(path);
    return path;
  }

  async read<Schema extends Parameters<RunStorage['read']>[1]>(name: string, schema: Schema) {
    const text = await readFile(join(this.#folder, `${name}.json`), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  }

  async writeOnce<Schema extends Parameters<RunStorage['writeOnce']>[1]>(
    name: string,
    schema: Schema,
    value: unknown,
  ) {
    const path = join(this.#folder, `${name}.json`);
    await writeFile(path, JSON.stringify(schema.parse(value)), { flag: 'wx' }).then(
      () => this.written.push(name),
      () => {},
    );
    return (await this.read(name, schema))!;
  }
}

/** A folder that is removed at the end of a test. */
export async function temporaryFolder(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-distributed-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a step is lent, with a run that is planned already. */
export async function stepContext(
  storage: RunStorage,
  folder: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<StepContext> {
  let scratch = 0;
  return {
    storage,
    signal,
    plan: await readPlan(storage, signal),
    report: new Report(),
    threads: 2,
    async scratchFolder() {
      const path = await mkdtemp(join(folder, `scratch-${scratch++}-`));
      await mkdir(path, { recursive: true });
      return path;
    },
  };
}
