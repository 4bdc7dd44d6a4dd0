import type { Progress } from '../../core/report.js';
import type { RunPlan, VocabularyRecord } from '../records.js';
import type { RunStatus } from './status.js';

/** What is known of a run beside how it stands. */
export interface KnownOfRun {
  readonly plan: RunPlan;
  /** Once the text has been read. */
  readonly vocabulary: VocabularyRecord | undefined;
  /** The mean loss of a prediction in the last round that was averaged, in nats. */
  readonly loss: number | undefined;
}

/** How far a run has come, as a local run would tell it; undefined where that cannot be told. */
export function progressOf(status: RunStatus, known: KnownOfRun): Progress | undefined {
  const { stage, share = 0 } = status;
  switch (stage) {
    case 'ingest': {
      const total = bytesOf(known.plan);
      return { phase: 'read', done: Math.round(total * share), total, unit: 'bytes' };
    }
    case 'encode':
    case 'cells':
      return known.vocabulary && counting(share, known.vocabulary.tokens);
    case 'round':
      return known.vocabulary && training(status, known.vocabulary.known, known.loss);
    default:
      return undefined;
  }
}

function counting(share: number, total: number): Progress {
  return { phase: 'count', done: Math.round(total * share), total, unit: 'words' };
}

function training(status: RunStatus, wordsOfEpoch: number, loss: number | undefined): Progress {
  const { share = 0, rounds = 1, roundsDone = 0, roundsPerEpoch = 1, wordsPerSecond } = status;
  const epochs = rounds / roundsPerEpoch;
  const total = wordsOfEpoch * epochs;
  return {
    ...{ phase: 'train', done: Math.round((total * (roundsDone + share)) / rounds), total, unit: 'words' },
    ...{ epoch: Math.floor(roundsDone / roundsPerEpoch) + 1, epochs },
    ...(wordsPerSecond !== undefined && { wordsPerSecond }),
    ...(loss !== undefined && { loss }),
  };
}

function bytesOf({ shards }: RunPlan): number {
  return shards.flat().reduce((sum, { start, end }) => sum + end - start, 0);
}
