import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BINARY } from '../../../cli/helpers.js';

/** How long a worker has to end, and to be listened to, in milliseconds. */
const PATIENCE = 60_000;

/** A line of a worker's log. */
export interface LogLine {
  readonly event: string;
  readonly message: string;
  /** The step that it is about, where it is about one. */
  readonly step?: unknown;
}

/** A process of `wordmill worker`. */
export class WorkerProcess {
  readonly lines: LogLine[] = [];
  /** What it wrote that is no line of the log. */
  said = '';
  /** Whether it was killed, or ended, by the test. */
  isOver = false;
  readonly #child: ChildProcess;
  readonly #read: Promise<unknown>;

  constructor(
    /** The machine that it plays: processes of one have a scratch folder in common. */
    readonly machine: number,
    arguments_: readonly string[],
    env: NodeJS.ProcessEnv,
    onLine: (line: LogLine) => void,
  ) {
    this.#child = spawn(process.execPath, [BINARY, 'worker', '--log-format', 'json', ...arguments_], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
    const reader = createInterface({ input: this.#child.stderr! });
    reader.on('line', (text) => {
      const line = lineOf(text);
      if (!line) {
        this.said += `${text}\n`;
        return;
      }
      this.lines.push(line);
      onLine(line);
    });
    this.#read = once(this.#child, 'close');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Whether it has ended by itself. */
  get hasFailed(): boolean {
    return !this.isOver && (this.#child.exitCode !== null || this.#child.signalCode !== null);
  }

  stop(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  /** Kills it, and waits until it is gone. */
  async kill(): Promise<void> {
    this.isOver = true;
    this.#child.kill('SIGKILL');
    await this.#read;
  }

  /**
   * Asks it to end.
   *
   * @throws AssertionError unless it ends with 0; or by the signal, where it has not begun to work.
   */
  async end(): Promise<void> {
    const begun = this.lines.length > 0;
    this.isOver = true;
    this.#child.kill('SIGTERM');
    const hangs = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    await this.#read;
    clearTimeout(hangs);
    const how = this.#child.exitCode ?? this.#child.signalCode;
    assert.ok(
      how === 0 || (!begun && (how === 'SIGTERM' || how === 143)),
      `a worker that is to end: ${how}\n${this.told}`,
    );
  }

  /** What it wrote, for messages. */
  get told(): string {
    const lines = this.lines.map(({ message }) => `  ${message}\n`).join('');
    return `worker ${this.pid} of machine ${this.machine}:\n${lines}${this.said}`;
  }

  /** How often its log has such a line. */
  count(pattern: RegExp): number {
    return this.lines.filter(({ message }) => pattern.test(message)).length;
  }
}

function lineOf(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
