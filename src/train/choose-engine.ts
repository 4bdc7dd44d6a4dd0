import { WordmillError } from '../core/errors.js';
import type { Engine, ResolvedTrainOptions } from './engine.js';
import { nativeEngine } from './native/engine.js';
import { referenceEngine } from './reference/engine.js';
import { tensorflowEngine } from './tensorflow/engine.js';

/**
 * All engines, the preferred first. TensorFlow comes last: the reference repeats to the bit on every machine and needs
 * nothing installed, so what both train goes to TensorFlow only where it is asked for; nplm it trains alone.
 */
export const ENGINES: readonly Engine[] = [nativeEngine, referenceEngine, tensorflowEngine];

const MODELS = ['skipgram', 'cbow', 'glove', 'nplm'] as const;
const LOSSES = ['negative', 'hierarchical', 'softmax', 'sampled', 'leastSquares'] as const;

type Wanted = Pick<ResolvedTrainOptions, 'model' | 'loss' | 'requireNative'> & {
  readonly engine?: Engine['name'] | undefined;
};

/** What trains. */
export interface ChosenEngine {
  readonly engine: Engine;
  /** What to warn of: that a faster engine would train this model, but cannot run here. */
  readonly warning?: string;
}

/**
 * The engine that was asked for; without one, the first that trains the model and can run on this machine.
 *
 * @throws WordmillError `usage` if the engine asked for does not train this model with this loss, naming what does;
 * `unavailable` if it cannot run here, saying why, or if `requireNative` is set and a slower one would take its place.
 */
export function chooseEngine(wanted: Wanted, engines: readonly Engine[] = ENGINES): ChosenEngine {
  return wanted.engine === undefined ? firstThatCan(wanted, engines) : askedFor(wanted, engines);
}

/** `native: skipgram with negative; reference: skipgram with negative, …`: what works, for messages and `doctor`. */
export function whatWorks(engines: readonly Engine[] = ENGINES): string {
  return engines.map((engine) => `${engine.name}: ${combinations(engine).join(', ')}`).join('; ');
}

function askedFor(wanted: Wanted, engines: readonly Engine[]): ChosenEngine {
  const place = { key: 'train.engine' };
  const engine = engines.find(({ name }) => name === wanted.engine);
  if (!engine?.trains(wanted.model, wanted.loss)) {
    throw new WordmillError('usage', `engine ${wanted.engine} does not train ${described(wanted)}`, {
      place,
      hint: `What works: ${whatWorks(engines)}.`,
    });
  }
  const reason = engine.unavailable();
  if (reason !== undefined) {
    throw new WordmillError('unavailable', `engine ${engine.name} cannot run here: ${reason}`, {
      place,
      hint: 'See `wordmill doctor`, or leave the engine out to take one that can.',
    });
  }
  return { engine };
}

function firstThatCan(wanted: Wanted, engines: readonly Engine[]): ChosenEngine {
  const reasons: string[] = [];
  for (const engine of engines) {
    if (!engine.trains(wanted.model, wanted.loss)) continue;
    const reason = engine.unavailable();
    if (reason === undefined) {
      if (reasons.length === 0) return { engine };
      if (wanted.requireNative) break;
      const warning = `training with the ${engine.name} engine, which is slower: ${reasons.join('; ')} (see wordmill doctor)`;
      return { engine, warning };
    }
    reasons.push(`engine ${engine.name} cannot run here: ${reason}`);
  }
  if (reasons.length > 0) throw new WordmillError('unavailable', reasons.join('; '));
  throw new WordmillError('usage', `no engine trains ${described(wanted)}`, {
    place: { key: 'train.model' },
    hint: `What works: ${whatWorks(engines)}.`,
  });
}

function combinations(engine: Engine): string[] {
  return MODELS.flatMap((model) => {
    const losses = LOSSES.filter((loss) => engine.trains(model, loss));
    return losses.length === 0 ? [] : [`${model} with ${losses.join(' or ')}`];
  });
}

function described({ model, loss }: Wanted): string {
  return `${model} with loss ${loss}`;
}
