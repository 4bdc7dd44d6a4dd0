import type { Blob } from '../storage/blob.js';
import type { Model } from './model.js';
import { readModelInto } from './model-files.js';
import { averageSchema, type RunPlan } from './records.js';
import { recordOf } from './records-of-run.js';
import { applyRowChanges } from './row-reader.js';
import {
  copyOf,
  emptyModel,
  initialModel,
  type RunTraining,
  requireRound,
  runTraining,
} from './run-training.js';
import type { StepContext } from './step.js';

/** A model that is being read. */
export interface HeldModel {
  readonly training: RunTraining;
  /** Not to be changed: others may read it too. */
  readonly model: Model;
  /** Lets go of it; it must not be read any more. */
  release(): void;
}

/** The model of a round that this process has, and how many read it. */
interface Current {
  readonly round: number;
  readonly model: Model;
  readers: number;
}

/**
 * The model that a round starts from, for reading: the initial one, or what the average of the round before left. It is
 * made of the last whole model in storage and what changed since. What this process has of an earlier round it goes on
 * with, so that a worker which stays with a run fetches only what changed; a model that somebody still reads is not
 * touched, and the next one is made beside it.
 *
 * What is kept hangs on the `plan`, which a worker has once for each run: it goes when that goes, when nobody has read it
 * for ten minutes, or when a model of another run is wanted.
 *
 * @throws WordmillError `noInput` where an earlier round has not been averaged yet; `data` where what is stored is
 * damaged; `outOfMemory`.
 */
export async function holdModel(context: StepContext, round: number): Promise<HeldModel> {
  const { plan } = context;
  const models = kept.get(plan) ?? new ModelsOfRun();
  kept.set(plan, models);
  if (lastUsed !== models) lastUsed?.letGo();
  lastUsed = models;
  return models.hold(context, round);
}

const kept = new WeakMap<RunPlan, ModelsOfRun>();

/** Whose models may be in memory though nobody reads them: one run's at most. */
let lastUsed: ModelsOfRun | undefined;

/** How long a model that nobody reads stays in memory, in milliseconds. */
const KEPT_FOR = 600_000;

class ModelsOfRun {
  #training: RunTraining | undefined;
  #current: Current | undefined;
  /** Models are made one after another, so that two jobs of one round share what the first makes. */
  #turn: Promise<unknown> = Promise.resolve();
  #unread: NodeJS.Timeout | undefined;

  /** Forgets the model, unless somebody reads it. */
  letGo(): void {
    clearTimeout(this.#unread);
    if (this.#current?.readers === 0) this.#current = undefined;
  }

  hold(context: StepContext, round: number): Promise<HeldModel> {
    const mine = this.#turn.then(() => this.#held(context, round));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #held(context: StepContext, round: number): Promise<HeldModel> {
    this.#training ??= await runTraining(context);
    const training = this.#training;
    const current =
      this.#current?.round === round ? this.#current : await this.#made(context, training, round);
    current.readers++;
    clearTimeout(this.#unread);
    let isHeld = true;
    return {
      training,
      model: current.model,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        current.readers--;
        clearTimeout(this.#unread);
        this.#unread = setTimeout(() => this.letGo(), KEPT_FOR).unref();
      },
    };
  }

  async #made(context: StepContext, training: RunTraining, round: number): Promise<Current> {
    const current = this.#current;
    const nearest = await nearestTo(context, training, round, current);
    // Taken away while it is changed: what fails half way is of no round.
    if (nearest === current && current?.readers === 0) this.#current = undefined;
    const from =
      nearest === current && this.#current ? { ...nearest, model: copyOf(nearest.model, training) } : nearest;
    const made = { ...(await advanced(context, from, round)), readers: 0 };
    // One that is older than what is kept is for a late job only.
    if (!this.#current || this.#current.round < round) this.#current = made;
    return made;
  }
}

/** What a model of a round is made from with the least to fetch: what this process has, a whole one in storage, or the start. */
async function nearestTo(
  context: StepContext,
  training: RunTraining,
  round: number,
  current: Current | undefined,
): Promise<Current> {
  const { storage, signal } = context;
  if (round !== training.rounds) requireRound(training, round);
  // What one round changed is hardly more than a whole model, and mostly less.
  if (current?.round === round - 1) return current;
  /** The nearest whole model, and what is to be fetched with it. */
  let whole: { readonly round: number; readonly model: Blob; readonly bytes: number } | undefined;
  let bytes = 0;
  for (let at = round; at > 0; at--) {
    if (current?.round === at) return current;
    const { model, changes } = await recordOf(context, `average-${at - 1}`, averageSchema);
    if (model) whole ??= { round: at, model, bytes: bytes + model.bytes };
    bytes += changes.bytes;
    const isWorthMore = current !== undefined && current.round < at && bytes < (whole?.bytes ?? 0);
    if (whole && !isWorthMore) {
      const empty = emptyModel(training);
      await readModelInto(await storage.fetch(whole.model, signal), empty, signal);
      return { round: whole.round, model: empty, readers: 0 };
    }
  }
  return current?.round === 0 ? current : { round: 0, model: initialModel(training), readers: 0 };
}

/** Changes a model from its round to a later one, in place. */
async function advanced(context: StepContext, from: Current, round: number): Promise<Current> {
  const { storage, signal } = context;
  for (let at = from.round; at < round; at++) {
    const { changes } = await recordOf(context, `average-${at}`, averageSchema);
    await applyRowChanges(await storage.fetch(changes, signal), from.model, signal);
  }
  return { ...from, round };
}
