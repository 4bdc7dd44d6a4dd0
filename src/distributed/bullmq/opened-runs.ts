import { WordmillError } from '../../core/errors.js';
import { planSchema, type RunPlan } from '../records.js';
import type { RunStorage } from '../step.js';

/** A run that a worker works on: its storage and its plan. */
export interface OpenedRun {
  readonly storage: RunStorage;
  readonly plan: RunPlan;
}

/** How many plans are kept: of more runs than a worker works on at once. */
const MOST = 16;

/** The runs that a worker works on: the plan of each is read once. */
export class OpenedRuns {
  readonly #storageOf: (run: string) => RunStorage;
  readonly #plans = new Map<string, RunPlan>();

  /** @param storageOf gives the storage of a run, for one step. */
  constructor(storageOf: (run: string) => RunStorage) {
    this.#storageOf = storageOf;
  }

  /**
   * Calls something with a run, and closes its storage afterwards.
   *
   * @throws WordmillError `noInput` where the storage has no plan of that run; what the storage or `use` throws.
   */
  async with<T>(run: string, signal: AbortSignal, use: (opened: OpenedRun) => Promise<T>): Promise<T> {
    const storage = this.#storageOf(run);
    try {
      const plan = this.#plans.get(run) ?? (await this.#readPlan(storage, signal));
      return await use({ storage, plan });
    } finally {
      await storage.close();
    }
  }

  async #readPlan(storage: RunStorage, signal: AbortSignal): Promise<RunPlan> {
    const { run } = storage;
    const plan = await storage.read('plan', planSchema, signal);
    if (!plan) {
      throw new WordmillError('noInput', `the storage has no plan of run ${run}`, {
        hint: 'Does this worker use the storage that the run was started with (--storage, WORDMILL_STORAGE)?',
      });
    }
    this.#plans.set(run, plan);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MOST) this.#plans.delete(oldest!);
    return plan;
  }
}
