import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { toDuplex } from '../../src/core/duplex.js';
import { iterate, openContext, run } from '../../src/core/run.js';
import { compose, type Source, type Stage } from '../../src/core/stage.js';

const numbers = (count: number): Source<number> =>
  async function* () {
    for (let number = 1; number <= count; number++) yield number;
  };

const double: Stage<number, number> = async function* (input) {
  for await (const number of input) yield 2 * number;
};

test('stages compose, first to last, and a plain async generator is a stage', async () => {
  const seen: number[] = [];
  for await (const number of iterate(compose(numbers(3), double, double))) seen.push(number);
  assert.deepEqual(seen, [4, 8, 12]);
});

test('a composition is itself a stage', async () => {
  const quadruple = compose(double, double);
  assert.equal((await run(compose(numbers(2), quadruple))).last, 8);
});

test('compose refuses what is not a function and says which', () => {
  assert.throws(() => compose(double, 'tokenize' as never), /stage 2 is string, not a function/);
});

test('nothing is read from a source before the sink asks, and no more than it asks for', async () => {
  const events: string[] = [];
  const source: Source<number> = async function* () {
    for (let number = 1; ; number++) {
      events.push(`read ${number}`);
      yield number;
    }
  };
  const sink: Stage<number, number> = async function* (input) {
    events.push('open');
    for await (const number of input) {
      yield number;
      if (number === 2) return;
    }
  };
  await run(compose(source, sink));
  assert.deepEqual(events, ['open', 'read 1', 'read 2']);
});

test('an error in one stage ends the others: their finally blocks run', async () => {
  const closed: string[] = [];
  const source: Source<number> = async function* () {
    try {
      yield 1;
      yield 2;
    } finally {
      closed.push('source');
    }
  };
  const failing: Stage<number, number> = async function* (input) {
    for await (const number of input) {
      if (number === 2) throw new Error('broken stage');
      yield number;
    }
  };
  await assert.rejects(run(compose(source, failing, double)), /broken stage/);
  assert.deepEqual(closed, ['source']);
});

test('a stage works in stream.pipeline', async () => {
  const { context, close } = openContext();
  const seen: number[] = [];
  const sink = new Writable({
    objectMode: true,
    write(number: number, _encoding, done) {
      seen.push(number);
      done();
    },
  });
  await pipeline(Readable.from([1, 2, 3]), toDuplex(double, context), toDuplex(double, context), sink);
  assert.deepEqual(seen, [4, 8, 12]);
  await close();
});

test('an error in a stage is the error of its stream', async () => {
  const { context, close } = openContext();
  const failing: Stage<number, number> = async function* (input) {
    for await (const number of input) {
      yield number;
      throw new Error('broken stage');
    }
  };
  await assert.rejects(
    pipeline(Readable.from([1, 2, 3]), toDuplex(failing, context), async (source) => {
      for await (const _ of source);
    }),
    /broken stage/,
  );
  await close();
});

for (const when of ['while it waits for input', 'while it waits to be read'] as const) {
  test(`destroying the stream ${when} ends the stage`, async () => {
    const { context, close } = openContext();
    let ended = false;
    const watched: Stage<number, number> = async function* (input) {
      try {
        yield* input;
      } finally {
        ended = true;
      }
    };
    const stream = toDuplex(watched, context);
    stream.write(1);
    stream.write(2);
    await new Promise((resolve) => stream.once('data', resolve));
    if (when === 'while it waits to be read') stream.pause();
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    assert.equal(ended, true);
    await close();
  });
}

test('a stage that ends early lets its writer finish', async () => {
  const { context, close } = openContext();
  const first: Stage<number, number> = async function* (input) {
    for await (const number of input) {
      yield number;
      return;
    }
  };
  const stream = toDuplex(first, context);
  const seen: number[] = [];
  await pipeline(Readable.from([1, 2, 3, 4, 5]), stream, async (source: AsyncIterable<number>) => {
    for await (const number of source) seen.push(number);
  });
  assert.deepEqual(seen, [1]);
  await close();
});
