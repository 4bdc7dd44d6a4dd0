import { setImmediate } from 'node:timers/promises';
import { throwIfAborted, WordmillError } from '../../../core/errors.js';
import type { Report } from '../../../core/report.js';
import { LOSS_IS_NO_NUMBER } from '../../divergence.js';
import { Adam, clipByGlobalNorm, GradientDescent, type Optimizer } from '../autodiff/optimizers.js';
import { Tape } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { firstNotFinite } from '../finite-parameters.js';
import type { CarriedState } from '../recurrent/network.js';
import { evaluateStream } from './evaluate.js';
import type { LanguageModelNetwork } from './network.js';
import type { LanguageModelTrainOptions } from './options.js';
import { type IdStream, type StreamBatch, StreamBatches } from './stream.js';
import { freshState, type LanguageModelEpoch, type TrainingState } from './training-state.js';

/** The learning rate that a linear decay ends at, as a share of what it starts at. */
const LAST_RATE = 1e-4;
const REPORT_MILLISECONDS = 250;

/** What is trained on. */
export interface TrainingText {
  readonly training: IdStream;
  readonly heldOut?: IdStream | undefined;
}

/** Who is told, and who may interrupt. */
export interface TrainerContext {
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly onEpoch?: ((epoch: LanguageModelEpoch) => void) | undefined;
  /** Called after each batch; may save a checkpoint. */
  readonly afterBatch?: (() => Promise<void>) | undefined;
}

/** Trains a network on a text, batch by batch; can stand still between any two, and go on from there. */
export class LanguageModelTrainer {
  readonly network: LanguageModelNetwork;
  readonly optimizer: Optimizer;
  /** The weights after the epoch with the lowest held-out perplexity, in the order of the network's parameters. */
  best: Float32Array[] | undefined;
  carried: CarriedState | undefined;
  state: TrainingState = freshState();
  readonly #device: Device;
  readonly #text: TrainingText;
  readonly #options: LanguageModelTrainOptions;
  readonly #batches: StreamBatches;

  constructor(
    device: Device,
    network: LanguageModelNetwork,
    text: TrainingText,
    options: LanguageModelTrainOptions,
  ) {
    this.#device = device;
    this.network = network;
    this.#text = text;
    this.#options = options;
    this.#batches = new StreamBatches(text.training, options);
    this.optimizer = options.optimizer === 'adam' ? new Adam(device) : new GradientDescent(device);
  }

  /** How many parts of the text are read side by side. */
  get streams(): number {
    return this.#batches.batch;
  }

  /**
   * Trains to the last epoch, or until held-out perplexity has no new best for `patience` epochs. At the end the
   * network has the weights of the best epoch, or the last where nothing is held out.
   *
   * @throws WordmillError `data` where the loss or a weight is no finite number any more; the abort error when the signal fires.
   */
  async train(context: TrainerContext): Promise<void> {
    while (this.state.epoch < this.#options.epochs && !this.#givesUp()) await this.#epoch(context);
    if (!this.best) return;
    for (const [index, { variable }] of this.network.parameters.entries()) variable.assign(this.best[index]!);
  }

  dispose(): void {
    this.carried?.dispose();
    this.carried = undefined;
    this.optimizer.dispose();
  }

  #givesUp(): boolean {
    return this.#options.patience !== undefined && this.state.stale >= this.#options.patience;
  }

  async #epoch(context: TrainerContext): Promise<void> {
    const { state } = this;
    const progress = new EpochProgress(context.report, state, {
      epochs: this.#options.epochs,
      epochEvents: this.#text.training.length,
    });
    while (state.batch < this.#batches.count) {
      await setImmediate();
      throwIfAborted(context.signal);
      const begin = performance.now();
      const batch = this.#batches.at(state.batch);
      const learningRate = this.#learningRate();
      const loss = this.#step(batch, learningRate);
      state.batch++;
      state.step++;
      state.lossSum += loss * batch.events;
      state.events += batch.events;
      state.seconds += (performance.now() - begin) / 1000;
      progress.add(loss, batch.events, learningRate);
      await context.afterBatch?.();
    }
    await this.#endEpoch(context);
  }

  /** One step of training; gives the mean loss of its events. */
  #step({ steps, inputs, targets, counted, events }: StreamBatch, learningRate: number): number {
    const device = this.#device;
    const { network, carried } = this;
    const weights = Float32Array.from(counted, (one) => one / events);
    let mean = 0;
    device.scope(() => {
      const tape = new Tape(device);
      const { step } = this.state;
      const { h, states } = network.run(tape, { steps, inputs }, { carried, step });
      mean = network.trainingLoss(tape, h, targets, weights, step).total;
      if (!Number.isFinite(mean)) {
        const { batch, epoch } = this.state;
        throw diverged(`${LOSS_IS_NO_NUMBER}, in batch ${batch + 1} of epoch ${epoch + 1}`, learningRate);
      }
      const { gradients } = clipByGlobalNorm(device, tape.backward(), this.#options.clip);
      this.carried = network.carry(device, states);
      this.optimizer.step(gradients, learningRate);
    });
    carried?.dispose();
    return mean;
  }

  async #endEpoch({ signal, report, onEpoch }: TrainerContext): Promise<void> {
    const { state } = this;
    const learningRate = this.#learningRate();
    const wild = firstNotFinite(this.#device, this.network.parameters);
    if (wild) {
      const seen = `'${wild.name}' holds numbers that are not finite, after epoch ${state.epoch + 1}`;
      throw diverged(seen, learningRate);
    }
    const heldOut =
      this.#text.heldOut &&
      (await evaluateStream(this.#device, this.network, this.#text.heldOut, { signal }));
    const loss = state.lossSum / state.events;
    const epoch: LanguageModelEpoch = {
      ...{ epoch: state.epoch + 1, loss, perplexity: Math.exp(loss) },
      ...(heldOut && { heldOutPerplexity: heldOut.perplexity }),
      ...{ learningRate, events: state.events, seconds: state.seconds },
    };
    if (heldOut) this.#judge(heldOut.perplexity);
    this.carried?.dispose();
    this.carried = undefined;
    state.epoch++;
    state.epochs.push(epoch);
    Object.assign(state, { batch: 0, lossSum: 0, events: 0, seconds: 0 });
    report.note(describeEpoch(epoch, this.#options.epochs));
    onEpoch?.(epoch);
  }

  /** Keeps the weights of a new best epoch; else lowers the learning rate on a plateau. */
  #judge(perplexity: number): void {
    const { state } = this;
    if (!state.best || perplexity < state.best.perplexity) {
      state.best = { epoch: state.epoch + 1, perplexity };
      state.stale = 0;
      this.best = this.network.parameters.map(({ variable }) => variable.toHost());
      return;
    }
    state.stale++;
    if (this.#options.decay === 'plateau') state.rateFactor *= this.#options.decayFactor;
  }

  #learningRate(): number {
    const { learningRate, decay, epochs } = this.#options;
    if (decay !== 'linear') return learningRate * this.state.rateFactor;
    const left = 1 - this.state.step / (epochs * this.#batches.count);
    return learningRate * Math.max(left, LAST_RATE);
  }
}

/** Passes progress on a few times a second. */
class EpochProgress {
  readonly #report: Report;
  readonly #state: TrainingState;
  readonly #epochs: number;
  readonly #epochEvents: number;
  #reportedAt = 0;
  #lossSum = 0;
  #events = 0;

  constructor(
    report: Report,
    state: TrainingState,
    { epochs, epochEvents }: { epochs: number; epochEvents: number },
  ) {
    this.#report = report;
    this.#state = state;
    this.#epochs = epochs;
    this.#epochEvents = epochEvents;
  }

  add(loss: number, events: number, learningRate: number): void {
    this.#lossSum += loss * events;
    this.#events += events;
    const now = performance.now();
    if (now - this.#reportedAt < REPORT_MILLISECONDS && this.#state.events < this.#epochEvents) return;
    this.#reportedAt = now;
    this.#report.progress({
      ...{ phase: 'train', unit: 'words', learningRate, loss: this.#lossSum / this.#events },
      done: this.#state.epoch * this.#epochEvents + this.#state.events,
      total: this.#epochs * this.#epochEvents,
      ...{ epoch: this.#state.epoch + 1, epochs: this.#epochs },
    });
    this.#lossSum = 0;
    this.#events = 0;
  }
}

/** `epoch 2/5: loss 5.1034, held-out perplexity 187.2, 8,123 words/s, rate 0.002` */
function describeEpoch(epoch: LanguageModelEpoch, epochs: number): string {
  const { loss, perplexity, heldOutPerplexity, events, seconds, learningRate } = epoch;
  const parts = [
    `loss ${loss.toFixed(4)}`,
    heldOutPerplexity === undefined
      ? `perplexity ${perplexity.toFixed(1)}`
      : `held-out perplexity ${heldOutPerplexity.toFixed(1)}`,
    `${Math.round(events / seconds).toLocaleString('en-US')} words/s`,
    `rate ${learningRate.toPrecision(3)}`,
  ];
  return `epoch ${epoch.epoch}/${epochs}: ${parts.join(', ')}`;
}

function diverged(seen: string, learningRate: number): WordmillError {
  return new WordmillError('data', `training diverged: ${seen} (learning rate ${learningRate})`, {
    place: { key: 'train.learningRate' },
    hint: 'Train with a lower learning rate, or a smaller train.clip.',
  });
}
