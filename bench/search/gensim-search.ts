import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { peerPython } from '../../test/support/peers.js';

/** gensim's search, in a process of its own that times itself, one search each time it is asked. */
export class GensimSearch {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Undefined where gensim is not installed. */
  static async start(
    rows: number,
    dimensions: number,
    batch: number,
    count: number,
  ): Promise<GensimSearch | undefined> {
    const python = peerPython('gensim');
    if (!python) return undefined;
    const script = fileURLToPath(new URL('gensim_search.py', import.meta.url));
    const args = [script, ...[rows, dimensions, batch, count].map(String)];
    const search = new GensimSearch(spawn(python, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await search.#answer(); // that it is ready
    return search;
  }

  /** How long one search took: `most_similar` of one word, or NumPy's for a batch. */
  seconds(what: 'one' | 'batch'): Promise<number> {
    this.#child.stdin!.write(`${what}\n`);
    return this.#answer();
  }

  end(): void {
    this.#child.stdin!.end();
  }

  async #answer(): Promise<number> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('gensim ended');
    return Number(value);
  }
}
