/**
 * Reads from an iterable before it is asked to, up to a number of bytes that wait in memory. An error comes after the
 * chunks before it.
 */
export class ReadAhead implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  readonly #most: number;
  readonly #done: Promise<void>;
  #bytes = 0;
  #ended = false;
  #closed = false;
  #error: unknown;
  #wakeReader = (): void => {};
  #wakeWriter = (): void => {};

  /** @param most bytes in memory, but for the chunk that goes beyond them */
  constructor(chunks: AsyncIterable<Uint8Array>, most: number) {
    this.#most = most;
    this.#done = this.#fill(chunks);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk) {
        this.#bytes -= chunk.length;
        this.#wakeWriter();
        yield chunk;
      } else if (this.#error !== undefined) {
        throw this.#error;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
      }
    }
  }

  /** Stops reading and lets the iterable clean up; one that waits must have been told to stop by its signal. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#wakeWriter();
    await this.#done;
  }

  async #fill(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        if (this.#closed) break;
        this.#waiting.push(chunk);
        this.#bytes += chunk.length;
        this.#wakeReader();
        while (this.#bytes > this.#most && !this.#closed) {
          await new Promise<void>((resolve) => {
            this.#wakeWriter = resolve;
          });
        }
        if (this.#closed) break;
      }
    } catch (error) {
      this.#error = error;
    }
    this.#ended = true;
    this.#wakeReader();
  }
}
