/** What went wrong, in the classes that a caller or a scheduler tells apart. */
export type ErrorKind =
  | 'belowMinimum'
  | 'different'
  | 'usage'
  | 'data'
  | 'noInput'
  | 'unavailable'
  | 'internal'
  | 'outOfMemory'
  | 'cannotCreate'
  | 'inputOutput'
  | 'tryAgain'
  | 'aborted';

/** The exit code of the command line for each kind of error (the numbers follow BSD's `sysexits.h`). */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  belowMinimum: 1,
  different: 1,
  usage: 2,
  data: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  outOfMemory: 71,
  cannotCreate: 73,
  inputOutput: 74,
  tryAgain: 75,
  aborted: 130,
};

/** Where in an input something is wrong; lines and columns count from 1, bytes from 0. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
  /** A key in a definition, such as `train.dimensions`, or a flag such as `--dimensions`. */
  readonly key?: string;
}

/** What an error says besides the problem. */
export interface ErrorDetails {
  readonly place?: ErrorPlace;
  /** What to do next, as one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** The exit code of the command line where it is not that of the kind: a signal's own. */
  readonly exitCode?: number;
}

/**
 * Every error that wordmill throws on purpose: what is wrong, where, and what to do.
 * `message` holds all three in one line or two; the parts stand in fields of their own for programs.
 */
export class WordmillError extends Error {
  override readonly name = 'WordmillError';
  readonly kind: ErrorKind;
  readonly place: ErrorPlace | undefined;
  readonly hint: string | undefined;
  /** The exit code of the command line for this error. */
  readonly exitCode: number;

  constructor(kind: ErrorKind, problem: string, details: ErrorDetails = {}) {
    const place = details.place && describePlace(details.place);
    super(
      (place ? `${place}: ` : '') + problem + (details.hint ? `\n  ${details.hint}` : ''),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.kind = kind;
    this.place = details.place;
    this.hint = details.hint;
    this.exitCode = details.exitCode ?? EXIT_CODES[kind];
  }
}

/** `corpus.txt:12:3 (byte 345)`, with the parts that are known. */
export function describePlace(place: ErrorPlace): string {
  let text = place.file ?? '';
  if (place.line !== undefined) text += `${text ? ':' : 'line '}${place.line}`;
  if (place.column !== undefined) text += `:${place.column}`;
  if (place.byte !== undefined) text += text ? ` (byte ${place.byte})` : `byte ${place.byte}`;
  if (place.key !== undefined) text += text ? `: ${place.key}` : place.key;
  return text;
}

/** Throws the `aborted` error if the signal has fired; stages call it once a batch. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}

/** The error that a stage throws when its signal has fired. A `WordmillError` given as the signal's reason is kept. */
export function abortError(signal: AbortSignal): WordmillError {
  if (signal.reason instanceof WordmillError) return signal.reason;
  return new WordmillError('aborted', 'interrupted', { cause: signal.reason });
}

/** Node's code of a system error (`ENOENT`, `ENOSPC` …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether an error, of JavaScript or of the system, says that there is no memory. */
export function isOutOfMemory(error: unknown): boolean {
  if (systemCode(error) === 'ENOMEM') return true;
  const message = error instanceof Error ? error.message : '';
  return /array buffer allocation failed|invalid (typed )?array length|bad_alloc|out of memory/i.test(
    message,
  );
}
