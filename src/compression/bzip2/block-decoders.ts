import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { decodeBlock, type LoneBlock } from './decode-block.js';
import { loadDecoder } from './load-decoder.js';

/** Threads that decode: more would decode faster than anything here reads. */
const MOST_THREADS = 8;

/** Blocks of a short input are decoded on this thread: starting another takes longer. */
const BLOCKS_HERE = 2;

/** Decodes blocks at the same time, on threads of its own once there are more than a few. */
export class BlockDecoders {
  /** How many threads there may be; none once one has failed, as where the system has no more. */
  #most = Math.min(MOST_THREADS, availableParallelism());
  readonly #idle: DecodingThread[] = [];
  readonly #running = new Set<DecodingThread>();
  readonly #waiting: ((thread: DecodingThread | undefined) => void)[] = [];
  #asked = 0;
  #closed = false;

  /** How many blocks to ask for at a time, so that no thread waits. */
  get ahead(): number {
    return this.#asked < BLOCKS_HERE ? 1 : Math.max(1, 2 * this.#most);
  }

  /** How many threads there are besides this one. */
  get threads(): number {
    return this.#running.size;
  }

  /** What a block decodes to. @throws Error where it is damaged, or only a part of one */
  async decode(block: LoneBlock): Promise<Uint8Array> {
    const thread = this.#asked++ < BLOCKS_HERE ? undefined : await this.#take();
    const answer = await thread?.decode(block);
    if (this.#closed) throw new Error('given up');
    if (answer === undefined) return decodeBlock(await loadDecoder(), block);
    this.#give(thread!);
    if (typeof answer === 'string') throw new Error(answer);
    return answer;
  }

  /** Ends the threads; blocks that are under way are given up. */
  close(): void {
    this.#closed = true;
    for (const thread of this.#running) thread.close();
  }

  async #take(): Promise<DecodingThread | undefined> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#running.size < this.#most) {
      const thread = new DecodingThread(() => this.#ended(thread));
      this.#running.add(thread);
      return thread;
    }
    return this.#running.size === 0 ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(thread: DecodingThread): void {
    const next = this.#waiting.shift();
    if (next) next(thread);
    else this.#idle.push(thread);
  }

  /** A thread has ended by itself: its block, and what waits for threads, are decoded on this one. */
  #ended(thread: DecodingThread): void {
    this.#most = 0;
    this.#running.delete(thread);
    if (this.#running.size === 0) for (const next of this.#waiting.splice(0)) next(undefined);
  }
}

/** A thread that decodes one block at a time. */
class DecodingThread {
  readonly #worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
  #answered: (answer: Uint8Array | string | undefined) => void = () => {};
  #hasEnded = false;

  constructor(ended: () => void) {
    this.#worker.on('message', (answer: Uint8Array | string) => this.#answered(answer));
    this.#worker.on('error', () => {});
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      ended();
      this.#answered(undefined);
    });
  }

  /** What a block decodes to, what is wrong with it, or nothing where the thread has ended. */
  decode(block: LoneBlock): Promise<Uint8Array | string | undefined> {
    return new Promise((resolve) => {
      if (this.#hasEnded) return resolve(undefined);
      this.#answered = resolve;
      this.#worker.postMessage(block);
    });
  }

  close(): void {
    void this.#worker.terminate();
  }
}
