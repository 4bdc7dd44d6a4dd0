import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TrainingCorpus } from '../../core/corpus.js';
import { WordmillError } from '../../core/errors.js';
import type { SamplingOptions } from '../../sampling/options.js';
import type { ResolvedTrainOptions } from '../engine.js';
import type { TrainingSetup } from '../training-setup.js';
import { corpusFingerprint, vocabularyFingerprint } from './fingerprints.js';

/** What must be the same for a training to go on from a checkpoint, by key. */
export type Identity = Readonly<Record<string, unknown>>;

/** Options that change nothing but how fast it goes, or, by rounding, the last bits. */
const MAY_CHANGE: ReadonlySet<string> = new Set(['threads', 'instructionSet', 'requireNative']);

/** What a fingerprint is of, in words. */
const FINGERPRINTS = {
  vocabulary: 'the vocabulary',
  corpus: 'the corpus',
  frozen: 'the words whose vectors are frozen',
} as const;

/** The identity of a training. @throws the system's error where the corpus's files cannot be read. */
export async function identityOf(
  corpus: TrainingCorpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  setup: Pick<TrainingSetup, 'frozen' | 'onEpoch'>,
): Promise<Identity> {
  const ofStage = (stage: string, given: object) =>
    Object.entries(given)
      .filter(([key, value]) => value !== undefined && !MAY_CHANGE.has(key))
      .map(([key, value]) => [`${stage}.${key}`, value]);
  // Epochs run into each other unless something happens between them: a place to go on from is then of another kind.
  const byEpoch = options.engine === 'native' && options.model !== 'glove' && setup.onEpoch !== undefined;
  return {
    ...Object.fromEntries([...ofStage('train', options), ...ofStage('sampling', sampling)]),
    ...(byEpoch && { 'evaluate.everyEpoch': true }),
    vocabulary: vocabularyFingerprint(corpus.vocabulary),
    corpus: await corpusFingerprint(corpus),
    ...(setup.frozen && { frozen: createHash('sha256').update(setup.frozen).digest('hex') }),
  };
}

/**
 * Refuses a checkpoint of another training.
 *
 * @throws WordmillError `usage` that names everything that differs, with both values.
 */
export function refuseOther(saved: Identity, wanted: Identity): void {
  const keys = [...new Set([...Object.keys(saved), ...Object.keys(wanted)])];
  const differences = keys
    .filter((key) => !isDeepStrictEqual(saved[key], wanted[key]))
    .map((key) =>
      key in FINGERPRINTS
        ? `${FINGERPRINTS[key as keyof typeof FINGERPRINTS]} ${key === 'frozen' ? 'differ' : 'differs'}`
        : `${key} was ${shown(saved[key])} and is ${shown(wanted[key])}`,
    );
  if (differences.length === 0) return;
  throw new WordmillError('usage', `the checkpoint is of another training: ${differences.join('; ')}`, {
    hint: 'Go on with what it was begun with, or start anew without --resume.',
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}
