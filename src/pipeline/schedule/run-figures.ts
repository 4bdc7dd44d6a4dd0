import type { Evaluation, Report, ReportListener } from '../../core/report.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { MemoryMeter } from '../runs/memory-meter.js';
import type { Metric, MetricValue } from './prometheus-text.js';

/** How a run ended. */
export interface RunEnd {
  readonly exitCode: number;
  /** Whether there was nothing to do, as nothing had changed. */
  readonly skipped: boolean;
  /** When the run before succeeded, in seconds since 1970. */
  readonly lastSuccess: number | undefined;
}

/** Collects the figures of a run while it runs. */
export class RunFigures implements ReportListener {
  readonly #started = Date.now();
  readonly #clock = performance.now();
  readonly #memory = new MemoryMeter();
  #report: Report | undefined;
  #made: TrainedVectors | undefined;
  #scores: Evaluation['scores'] = {};
  #loss: number | undefined;

  /** Takes what a run reports, from now on. */
  follow(report: Report): void {
    this.#report = report;
    report.attach(this);
  }

  /** What came of the training. */
  made(vectors: TrainedVectors): void {
    this.#made = vectors;
  }

  evaluation({ scores }: Evaluation): void {
    this.#scores = scores;
  }

  progress({ loss }: { readonly loss?: number }): void {
    if (loss !== undefined) this.#loss = loss;
  }

  /** The figures as metrics, each with the pipeline's name as a label; those that are not known are left out. */
  metrics(pipeline: string, { exitCode, skipped, lastSuccess }: RunEnd): Metric[] {
    this.#memory.stop();
    const ended = Date.now() / 1_000;
    const stages = this.#report?.stages ?? {};
    const { vocabulary, summary } = this.#made ?? {};
    const epoch = (summary?.bestEpoch ?? summary?.lossByEpoch.length ?? 0) - 1;
    const one = (value: number | undefined): MetricValue[] =>
      value === undefined ? [] : [{ labels: { pipeline }, value }];
    const dropped = Object.entries(stages).flatMap(([stage, counts]) =>
      Object.entries(counts.dropped).map(([reason, value]) => ({
        labels: { pipeline, stage, reason },
        value,
      })),
    );
    const scores = Object.entries(this.#scores).map(([set, value]) => ({ labels: { pipeline, set }, value }));
    const found: [string, string, MetricValue[]][] = [
      ['start_timestamp_seconds', 'When the last run began', one(this.#started / 1_000)],
      ['end_timestamp_seconds', 'When the last run ended', one(ended)],
      [SUCCESS, 'When a run last ended with exit code 0', one(exitCode === 0 ? ended : lastSuccess)],
      ['duration_seconds', 'How long the last run took', one((performance.now() - this.#clock) / 1_000)],
      ['exit_code', 'The exit code of the last run; 0 is success', one(exitCode)],
      ['skipped', '1 where the last run had nothing to do, as nothing had changed', one(skipped ? 1 : 0)],
      ['read_bytes', 'Bytes of input read, as they are stored', one(stages.source?.counts.bytes)],
      ['tokens', 'Tokens of the corpus', one(stages.vocabulary?.counts.tokens)],
      ['vocabulary_words', 'Words of the vocabulary', one(vocabulary?.size)],
      ['trained_words', 'Words trained on, over all epochs', one(summary?.words)],
      [
        'words_per_second',
        'Words trained on in a second',
        one(summary && summary.seconds > 0 ? summary.words / summary.seconds : undefined),
      ],
      [
        'loss',
        'Mean loss of a pair in the last epoch, in nats',
        one(summary?.lossByEpoch[epoch] ?? this.#loss),
      ],
      [
        'held_out_loss',
        'Mean loss on what is held out, in nats',
        one(summary?.validationLossByEpoch?.[epoch]),
      ],
      ['evaluation_score', 'Score of the vectors on a test set', scores],
      ['peak_memory_bytes', 'The most anonymous memory at any sample', one(this.#memory.peak?.anonymous)],
      ['dropped', 'What a stage left out, by reason', dropped],
    ];
    return found.map(([name, help, values]) => ({ name: PREFIX + name, help: `${help}.`, values }));
  }
}

const PREFIX = 'wordmill_run_';
const SUCCESS = 'success_timestamp_seconds';

/** What an earlier file of metrics says: of which pipeline it is, and when that last succeeded. */
export function earlierSuccess(text: string): { pipeline?: string; lastSuccess?: number } {
  const label = new RegExp(`^${PREFIX}[a-z_]+\\{pipeline="((?:[^"\\\\]|\\\\.)*)"`, 'm').exec(text)?.[1];
  const success = new RegExp(`^${PREFIX}${SUCCESS}\\{.*\\} ([0-9.e+]+)$`, 'm').exec(text)?.[1];
  return {
    ...(label !== undefined && {
      pipeline: label.replaceAll(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character)),
    }),
    ...(success !== undefined && { lastSuccess: Number(success) }),
  };
}
