import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';
import { processOwnerSchema } from '../../core/process-owner.js';

const time = z.iso.datetime();
const counts = z.record(z.string(), z.number());
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** How a run stands. `interrupted` is also one whose process is gone without a word. */
export const runStatus = z.enum(['running', 'done', 'belowMinimum', 'failed', 'interrupted']);

export type RunStatus = z.output<typeof runStatus>;

/** Something that a run read. */
const inputSchema = z.object({
  /** The path, the URL without its query, or `standard input`. */
  name: z.string(),
  bytes: wholeNumber(0).optional(),
  /** When its content last changed. */
  modified: time.optional(),
  /** What its server calls this state of it (`ETag`, `Last-Modified`). */
  version: z.string().optional(),
  sha256: sha256.optional(),
});

/** One start of a run; a run that is resumed has several. */
const attemptSchema = z.object({
  started: time,
  ended: time.optional(),
  status: runStatus,
  process: processOwnerSchema,
  /** Whether it went on from what the attempt before it had left. */
  resumed: z.boolean(),
  /** What it has left that a later one can go on from, in words. */
  saved: z.string().optional(),
});

/** What went wrong. */
const errorSchema = z.object({
  /** The class of the error, as in `WordmillError`. */
  kind: z.string(),
  message: z.string(),
  /** Absent where a signal ended the run, whose number decides. */
  exitCode: wholeNumber(0).optional(),
});

/** `manifest.json` of a run's folder; docs/runs.md says what each key means. */
export const manifestSchema = z.object({
  format: z.literal('wordmill run'),
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  status: runStatus,
  started: time,
  ended: time.optional(),
  /** What `wordmill` was called with, without what is secret; absent where a program ran the definition. */
  command: z.array(z.string()).optional(),
  /** The working folder: what paths are relative to. */
  folder: z.string(),
  /** The files that it is to write, absolute: `--resume` finds it by them. */
  writes: z.array(z.string()),
  versions: z.object({
    wordmill: z.string(),
    node: z.string(),
    v8: z.string(),
    /** What the addon could use of this processor, widest first; empty without the addon. */
    instructionSets: z.array(z.string()),
    tensorflow: z.string().optional(),
  }),
  host: z.object({
    name: z.string(),
    platform: z.string(),
    release: z.string(),
    processor: z.string(),
    cores: wholeNumber(0),
    /** Bytes of memory. */
    memory: wholeNumber(0),
  }),
  seed: wholeNumber(0),
  definition: z.object({ fingerprint: sha256 }),
  /** What was read, in the order in which it was opened, and what stands for all of it in one word. */
  inputs: z.array(inputSchema),
  inputsFingerprint: sha256.optional(),
  /** What each stage counted, and what it left out, by reason. */
  stages: z.record(z.string(), z.object({ counts, dropped: counts })),
  /** How long the last attempt was in each of its phases, in seconds. */
  phases: z.array(z.object({ phase: z.string(), seconds: z.number() })),
  /** The most memory at any sample of the last attempt, in bytes: its own (anonymous), and mapped files. */
  memory: z.object({ anonymous: wholeNumber(0), mapped: wholeNumber(0) }).optional(),
  /** How vectors were trained, as the end of a run tells it. */
  training: z.looseObject({ words: z.number(), seconds: z.number(), vocabulary: z.number() }).optional(),
  evaluation: z.array(
    z.object({ epoch: wholeNumber(1).optional(), scores: z.record(z.string(), z.number().nullable()) }),
  ),
  outputs: z.array(
    z.object({
      path: z.string(),
      bytes: wholeNumber(0),
      modified: time,
      sha256,
      /** Whether it is the page that tells of the run. */
      page: z.literal(true).optional(),
    }),
  ),
  warnings: z.array(z.string()),
  error: errorSchema.optional(),
  attempts: z.array(attemptSchema).min(1),
});

/** What is known of a run. */
export type Manifest = z.output<typeof manifestSchema>;

/** The mean loss of the last epoch, where the run came to its end. */
export function finalLoss({ training }: Pick<Manifest, 'training'>): number | undefined {
  const losses = training?.lossByEpoch;
  const loss: unknown = Array.isArray(losses) ? losses.at(-1) : undefined;
  return typeof loss === 'number' ? loss : undefined;
}

export type Attempt = Manifest['attempts'][number];
