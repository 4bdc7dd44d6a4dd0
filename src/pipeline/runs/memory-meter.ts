import { readFileSync } from 'node:fs';

/** How often memory is looked at, in milliseconds. */
const INTERVAL = 500;

/** The most memory that this process had at any sample, in bytes. */
export interface PeakMemory {
  /** Its own: `RssAnon` and `RssShmem`. */
  readonly anonymous: number;
  /** Pages of mapped files: `RssFile`. They can be let go of at any time. */
  readonly mapped: number;
}

/** Looks at this process's memory now and then, until it is stopped. */
export class MemoryMeter {
  readonly #timer: NodeJS.Timeout;
  #peak: PeakMemory | undefined;

  constructor() {
    this.#timer = setInterval(() => this.sample(), INTERVAL).unref();
    this.sample();
  }

  /** The most so far; undefined where the system does not tell (it is Linux that does). */
  get peak(): PeakMemory | undefined {
    return this.#peak;
  }

  sample(): void {
    const now = memoryNow();
    if (now === undefined) return;
    this.#peak = {
      anonymous: Math.max(now.anonymous, this.#peak?.anonymous ?? 0),
      mapped: Math.max(now.mapped, this.#peak?.mapped ?? 0),
    };
  }

  stop(): void {
    this.sample();
    clearInterval(this.#timer);
  }
}

/** The memory of this process, in bytes, as Linux counts it; undefined elsewhere. */
function memoryNow(): PeakMemory | undefined {
  let status: string;
  try {
    status = readFileSync('/proc/self/status', 'latin1');
  } catch {
    return undefined;
  }
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  const found = { anonymous: bytes('RssAnon') + bytes('RssShmem'), mapped: bytes('RssFile') };
  return Number.isNaN(found.anonymous + found.mapped) ? undefined : found;
}
