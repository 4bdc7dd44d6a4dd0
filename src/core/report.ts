/** What a run can be at, in words. */
export const PHASES = {
  read: 'reading',
  count: 'counting',
  train: 'training',
  evaluate: 'evaluating',
  index: 'indexing',
  reduce: 'reducing',
  compare: 'comparing',
  arrange: 'arranging',
  write: 'writing',
  check: 'reading back',
} as const;

/** A phase in words; as it is called, where it is one of another version. */
export function phaseInWords(phase: string): string {
  return Object.hasOwn(PHASES, phase) ? PHASES[phase as keyof typeof PHASES] : phase;
}

/** Where a run is: how far it has read, trained, evaluated, projected (reduce, compare, arrange), written or read back. */
export interface Progress {
  readonly phase: keyof typeof PHASES;
  /** How much is done, in `unit`. */
  readonly done: number;
  /** Of how much; absent where it cannot be known (a pipe). */
  readonly total?: number;
  readonly unit: 'bytes' | 'words' | 'pairs' | 'cells' | 'rows' | 'iterations';
  /** Training only: the mean loss of a pair (in nats) since the last report. */
  readonly loss?: number;
  /** Training only: the mean loss on what is held out, as last measured. */
  readonly validationLoss?: number;
  readonly learningRate?: number;
  /** The epoch under way, from 1, of `epochs`. */
  readonly epoch?: number;
  readonly epochs?: number;
  /** Training only: words per second since training began. */
  readonly wordsPerSecond?: number;
}

/** What one stage did: items in and out by name, and what it dropped, by reason. */
export interface StageCounts {
  readonly counts: Record<string, number>;
  readonly dropped: Record<string, number>;
}

/** How vectors did on test sets. */
export interface Evaluation {
  /** After which epoch of training, from 1; absent for what came of it. */
  readonly epoch?: number;
  /** By name of a set: Spearman's correlation of word pairs, the accuracy of analogies. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Something that a run read, as far as it is known. */
export interface InputFacts {
  readonly bytes?: number;
  /** When its content last changed, in milliseconds since 1970. */
  readonly modified?: number;
  /** What its server calls this state of it (`ETag`, `Last-Modified`). */
  readonly version?: string;
  /** Of its bytes as they lie there, compressed or not; in hexadecimal. */
  readonly sha256?: string;
}

/** What stages have counted and sources have read, for a run that goes on later. */
export interface ReportState {
  readonly stages: Readonly<Record<string, StageCounts>>;
  readonly inputs: readonly (readonly [string, InputFacts])[];
}

/** Who is told what a run reports, as it happens. */
export interface ReportListener {
  progress?(progress: Progress): void;
  warning?(message: string): void;
  note?(message: string): void;
  evaluation?(evaluation: Evaluation): void;
}

/** Collects what stages count, drop and warn of, and passes progress on to whoever shows it. */
export class Report {
  readonly stages: Record<string, StageCounts> = {};
  readonly warnings: string[] = [];
  /** What was read, by name: a path, a URL without its query, `standard input`. */
  readonly inputs = new Map<string, InputFacts>();
  readonly #seen = new Set<string>();
  readonly #listeners: ReportListener[];

  constructor(listener: ReportListener = {}) {
    this.#listeners = [listener];
  }

  /** Tells one more listener of all that comes from now on. */
  attach(listener: ReportListener): void {
    this.#listeners.push(listener);
  }

  /** Adds to a stage's counter, such as `('tokenize', 'tokens', 512)`. */
  count(stage: string, name: string, amount = 1): void {
    const { counts } = this.#of(stage);
    counts[name] = (counts[name] ?? 0) + amount;
  }

  /** Adds to what a stage dropped for a reason, such as `('tokenize', 'longer than 1,000 bytes', 1)`. */
  drop(stage: string, reason: string, amount = 1): void {
    const { dropped } = this.#of(stage);
    dropped[reason] = (dropped[reason] ?? 0) + amount;
  }

  /** A copy of what was counted and read so far. */
  state(): ReportState {
    return { stages: structuredClone(this.stages), inputs: [...this.inputs] };
  }

  /** Adds what an earlier run counted and read, in whose place this one goes on. */
  restore({ stages, inputs }: ReportState): void {
    for (const [stage, { counts, dropped }] of Object.entries(stages)) {
      for (const [name, amount] of Object.entries(counts)) this.count(stage, name, amount);
      for (const [reason, amount] of Object.entries(dropped)) this.drop(stage, reason, amount);
    }
    for (const [name, facts] of inputs) this.input(name, facts);
  }

  /** Says what is known of something that is read; what is said of it later is added. */
  input(name: string, facts: InputFacts): void {
    this.inputs.set(name, { ...this.inputs.get(name), ...facts });
  }

  /** Warns once for each `code`, however often it happens. */
  warn(code: string, message: string): void {
    if (this.#seen.has(code)) return;
    this.#seen.add(code);
    this.warnings.push(message);
    for (const listener of this.#listeners) listener.warning?.(message);
  }

  /** One line about what is being done, for a person to read. */
  note(message: string): void {
    for (const listener of this.#listeners) listener.note?.(message);
  }

  /** Passes on how far the run has come. */
  progress(progress: Progress): void {
    for (const listener of this.#listeners) listener.progress?.(progress);
  }

  /** Passes on how vectors did on test sets. */
  evaluated(evaluation: Evaluation): void {
    for (const listener of this.#listeners) listener.evaluation?.(evaluation);
  }

  #of(stage: string): StageCounts {
    this.stages[stage] ??= { counts: {}, dropped: {} };
    return this.stages[stage];
  }
}
