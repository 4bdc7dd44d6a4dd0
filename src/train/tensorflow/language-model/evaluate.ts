import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../../core/errors.js';
import { Tape } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import type { CarriedState } from '../recurrent/network.js';
import type { LanguageModelNetwork } from './network.js';
import { type IdStream, StreamBatches } from './stream.js';

const STEPS = 64;
const MOST_STREAMS = 32;
/** What was longer ago hardly matters to a recurrent state. */
const WARM_UP = 256;
/** Words that a parallel stream has at least, so that its warm-up is a small share of the work. */
const LEAST_LENGTH = 8 * WARM_UP;

/** How a text is evaluated. */
export interface EvaluateOptions {
  /**
   * Parallel streams that the text is cut into; by default 32, fewer for a short text. Each but the first is warmed up
   * with the 256 words before it, so that next to nothing is lost where the text is cut. 1 is exact: every word has the
   * whole text before it.
   */
  readonly streams?: number;
  /** Words that are computed at once in each stream; changes nothing but speed and memory. */
  readonly steps?: number;
  readonly signal?: AbortSignal;
  /** Is told how many events are done, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** How well a model predicts a text. */
export interface Evaluation {
  /** exp of the mean loss: as many equally likely words would be as hard to guess. */
  readonly perplexity: number;
  /** The mean loss of an event, in nats. */
  readonly loss: number;
  /** What was predicted: words and ends of sentences. */
  readonly events: number;
}

/** The perplexity of a stream under the full softmax, over every one of its ids; nothing is learned or left out. */
export async function evaluateStream(
  device: Device,
  network: LanguageModelNetwork,
  stream: IdStream,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { steps = STEPS, signal, onProgress } = options;
  const batch =
    options.streams ?? Math.min(MOST_STREAMS, Math.max(1, Math.floor(stream.length / LEAST_LENGTH)));
  const batches = new StreamBatches(stream, { batch, steps, warmUp: batch > 1 ? WARM_UP : 0 });
  let carried: CarriedState | undefined;
  let total = 0;
  let events = 0;
  try {
    for (let index = 0; index < batches.count; index++) {
      await setImmediate();
      if (signal) throwIfAborted(signal);
      const part = batches.at(index);
      const before = carried;
      device.scope(() => {
        const tape = new Tape(device, { training: false });
        const { h, states } = network.run(tape, part, { carried: before });
        carried = network.carry(device, states);
        total += network.loss(tape, h, part.targets, Float32Array.from(part.counted)).total;
      });
      before?.dispose();
      events += part.events;
      onProgress?.(events, stream.length);
    }
  } finally {
    carried?.dispose();
  }
  const loss = total / events;
  return { perplexity: Math.exp(loss), loss, events };
}
