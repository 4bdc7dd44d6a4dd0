import { type ErrorKind, EXIT_CODES, WordmillError } from '../../core/errors.js';
import { failureOf } from '../../core/failure.js';
import { describeStep, type StepCall } from '../stages.js';

/** As much of a message as Redis keeps. */
const LONGEST = 2_000;

/** Kinds of errors that would come again however often a step is tried, and wherever. */
const LASTING: ReadonlySet<string> = new Set<ErrorKind>(['usage', 'data', 'belowMinimum', 'different']);

/** What BullMQ says of a job whose workers have ended or hung again and again. */
const STALLED = 'job stalled more than allowable limit';

/** Why a job failed, as Redis keeps it: the kind of error, then the message. */
export interface JobFailure {
  readonly text: string;
  /** Whether trying again makes no sense. */
  readonly lasting: boolean;
}

/** An error of a step, or of what a run's job does itself. */
export function jobFailure(error: unknown, call?: StepCall): JobFailure {
  const { kind, message } = failureOf(error);
  const where = call ? `${describeStep(call)}: ` : '';
  return { text: `[${kind}] ${where}${message}`.slice(0, LONGEST), lasting: LASTING.has(kind) };
}

/** The error that a failed job tells of. */
export function errorOfJob(text: string | undefined): WordmillError {
  const [, kind, message] = /^\[(\w+)\] ([\s\S]*)$/.exec(text ?? '') ?? [];
  if (kind !== undefined && Object.hasOwn(EXIT_CODES, kind)) {
    return new WordmillError(kind as ErrorKind, message!);
  }
  if (text === STALLED) {
    return new WordmillError('unavailable', 'a step was lost too often: its workers ended or hung', {
      hint: 'Look at the logs of the workers: a step that needs more memory than there is ends the one that does it.',
    });
  }
  return new WordmillError('internal', text || 'a job failed without a reason');
}

/** The reason why what a job waits for has failed; undefined where nothing has. */
export function failedChild(failures: Readonly<Record<string, string>>): string | undefined {
  const all = Object.entries(failures);
  // What was stopped for the failure of another tells nothing.
  const first = all.find(([, reason]) => !reason.startsWith('[aborted]')) ?? all[0];
  if (!first) return undefined;
  const [key, reason] = first;
  if (reason !== STALLED) return reason;
  const { message } = errorOfJob(reason);
  return `[unavailable] ${key.split('~').at(-1)}: ${message}`;
}
