import { Duplex } from 'node:stream';
import type { Stage, StageContext } from './stage.js';

/**
 * Makes a stage a Node `Duplex` in object mode, for `stream.pipeline` and `.pipe`: batches in, batches out, one
 * batch held at a time. Destroying the stream ends the stage (its `finally` blocks run); an error in the stage
 * destroys the stream with that error. A stage that ends before its input does discards the rest.
 */
export function toDuplex<In, Out>(stage: Stage<In, Out>, context: StageContext): Duplex {
  return new StageDuplex(stage, context);
}

// `Duplex.from(generator)` does not serve: destroying it neither ends the generator nor emits 'close'.
class StageDuplex<In, Out> extends Duplex {
  readonly #iterator: AsyncIterator<Out>;
  readonly #input = new Handover<In>();
  #pulling = false;

  constructor(stage: Stage<In, Out>, context: StageContext) {
    super({ objectMode: true, readableHighWaterMark: 1, writableHighWaterMark: 1 });
    this.#iterator = stage(this.#input, context)[Symbol.asyncIterator]();
  }

  override _write(batch: In, _encoding: BufferEncoding, taken: () => void): void {
    this.#input.give(batch, taken);
  }

  override _final(done: () => void): void {
    this.#input.end();
    done();
  }

  override _read(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    this.#iterator.next().then(
      ({ done, value }) => {
        this.#pulling = false;
        if (done) this.#input.discard();
        this.push(done ? null : value);
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#input.discard();
    const ended = this.#iterator.return?.() ?? Promise.resolve();
    ended.then(
      () => done(error),
      (later: Error) => done(error ?? later),
    );
  }
}

/** Passes batches from a writer to a reader, one at a time; the writer waits until its batch is taken. */
class Handover<T> implements AsyncIterable<T>, AsyncIterator<T> {
  #waiting: { batch: T; taken: () => void } | undefined;
  #reader: ((result: IteratorResult<T>) => void) | undefined;
  #ended = false;
  #discarding = false;

  give(batch: T, taken: () => void): void {
    if (this.#discarding) {
      taken();
    } else {
      this.#waiting = { batch, taken };
      this.#serve();
    }
  }

  /** No more will be given. */
  end(): void {
    this.#ended = true;
    this.#serve();
  }

  /** Nobody will read any more: what is given is thrown away. */
  discard(): void {
    this.#ended = true;
    this.#discarding = true;
    this.#waiting?.taken();
    this.#waiting = undefined;
    this.#serve();
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve) => {
      this.#reader = resolve;
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<T>> {
    this.discard();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this;
  }

  #serve(): void {
    const reader = this.#reader;
    if (!reader) return;
    if (this.#waiting) {
      const { batch, taken } = this.#waiting;
      this.#waiting = undefined;
      this.#reader = undefined;
      reader({ done: false, value: batch });
      taken();
    } else if (this.#ended) {
      this.#reader = undefined;
      reader({ done: true, value: undefined });
    }
  }
}
