import { type Matrix, zeroMatrix } from '../../../core/vectors.js';
import type { ResolvedTrainOptions } from '../../engine.js';
import { fillInitialRows } from '../../initial-rows.js';
import { allocateMatrix } from '../../matrices.js';
import { DEFAULT_BATCH } from '../../model-defaults.js';
import type { Outputs } from '../../reference/loss.js';
import { NegativeSampling } from '../../reference/negative-sampling.js';
import type { TrainingSetup } from '../../training-setup.js';
import type { Weights } from '../../weights.js';
import { Parameter } from '../autodiff/parameter.js';
import type { Device } from '../backend/device.js';
import { parameterWeights } from '../parameter-weights.js';
import { continuousBagOfWordsStep } from './cbow.js';
import { GroupBatch } from './group-batch.js';
import { shallowSoftmaxStep } from './shallow-softmax.js';
import type { ShallowStep } from './shallow-step.js';
import { skipGramStep } from './skip-gram.js';

/** E and W on a device, and the groups that wait to be learned from. */
export class ShallowLearner {
  /** Whether the last `add` made a step. */
  hasStepped = false;
  readonly #E: Parameter;
  readonly #W: Parameter;
  readonly #negatives: NegativeSampling | undefined;
  readonly #step: ShallowStep;
  readonly #batch: GroupBatch;
  readonly #batchSize: number;
  readonly #ofContexts: boolean;
  #onLoss: (loss: number, predictions: number) => void = () => undefined;
  readonly #target: Outputs & { readonly rows: Uint32Array };

  constructor(
    device: Device,
    targetCounts: Float64Array,
    options: ResolvedTrainOptions,
    setup: TrainingSetup = {},
  ) {
    const words = targetCounts.length;
    const { dimensions } = options;
    const model = options.model === 'cbow' ? 'cbow' : 'skipgram';
    const softmax = options.loss === 'softmax';
    const initial = allocateMatrix(words, dimensions);
    fillInitialRows(initial, options);
    setup.initialVectors?.copyTo(initial);
    this.#E = new Parameter(device, 'E', [words, dimensions], initial.data, 'rows');
    const weights = zeroMatrix(words, dimensions);
    setup.initialOutputWeights?.copyTo(weights);
    this.#W = new Parameter(device, 'W', [words, dimensions], weights.data, softmax ? 'dense' : 'rows');
    this.#negatives = softmax ? undefined : new NegativeSampling(targetCounts, options);
    this.#batch = new GroupBatch(model, this.#negatives?.maximumOutputs ?? 1);
    this.#batchSize = options.batch ?? DEFAULT_BATCH[model];
    this.#ofContexts = model === 'skipgram';
    this.#target = { rows: new Uint32Array(1), labels: Uint8Array.of(1), length: 1 };
    const step = model === 'skipgram' ? skipGramStep : continuousBagOfWordsStep;
    const matrices = { device, E: this.#E.variable, W: this.#W.variable };
    this.#step = softmax
      ? shallowSoftmaxStep(model, device, { E: this.#E, W: this.#W })
      : (batch) => step(matrices, batch);
  }

  /** Begins a pass; `onLoss` is told the loss of each step, in nats, and how many predictions that is the sum over. */
  startPass(onLoss: (loss: number, predictions: number) => void): void {
    this.#onLoss = onLoss;
  }

  /** As the reference's losses have it: what is drawn for a sentence depends on these numbers only. */
  startSentence(epoch: number, sentence: number): void {
    this.#negatives?.startSentence(epoch, sentence);
  }

  /** Takes a group in, draws its negatives, and makes a step when the batch is full. */
  add(target: number, contexts: Uint32Array, length: number, rate: number, weight: number): void {
    this.hasStepped = false;
    const outputs = this.#outputsFor(target);
    const group = {
      contexts,
      length,
      outputs: outputs.rows,
      outputLength: outputs.length,
      rate: rate * weight,
      weight,
    };
    this.#batch.add(group, () => {
      if (this.#predictions >= this.#batchSize) this.flush();
    });
  }

  /** Draws for a group that has been learned from already, and leaves it out. */
  skip(target: number): void {
    this.hasStepped = false;
    this.#outputsFor(target);
  }

  /** Learns from what the batch holds. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const loss = this.#step(this.#batch);
    this.#onLoss(loss, this.#predictions);
    this.#batch.clear();
    this.hasStepped = true;
  }

  /** Copies of E and W. */
  matrices(): { readonly input: Matrix; readonly output: Matrix } {
    return { input: matrixOf(this.#E), output: matrixOf(this.#W) };
  }

  /** E and W, as what training changes. */
  get weights(): Weights {
    return parameterWeights([this.#E, this.#W]);
  }

  /** Whether no group waits to be learned from. */
  get isEmpty(): boolean {
    return this.#batch.length === 0;
  }

  dispose(): void {
    this.#E.dispose();
    this.#W.dispose();
  }

  get #predictions(): number {
    return this.#ofContexts ? this.#batch.contextLength : this.#batch.length;
  }

  #outputsFor(target: number): Outputs {
    if (this.#negatives) return this.#negatives.outputsFor(target);
    this.#target.rows[0] = target;
    return this.#target;
  }
}

/** The rows of a parameter that is a matrix, as float32 on this side; the first `rows` of them. */
export function matrixOf({ variable, shape }: Parameter, rows = shape[0]!): Matrix {
  const dimensions = shape[1]!;
  return { data: variable.toHost().slice(0, rows * dimensions), rows, dimensions, stride: dimensions };
}
