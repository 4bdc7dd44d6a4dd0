import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type TokenBlock, tokenBlock } from '../../src/core/blocks.js';
import { WordmillError } from '../../src/core/errors.js';
import { Report } from '../../src/core/report.js';
import { spoolText } from '../../src/tokenize/count.js';
import { PlainTokenCounter } from '../../src/tokenize/count-plain.js';
import type { CountedWords, CounterState } from '../../src/tokenize/generations.js';
import { PartialSpool } from '../../src/tokenize/partial-spool.js';
import { storeSpool } from '../../src/tokenize/stored-spool.js';
import type { CountingLimits } from '../../src/tokenize/token-counter.js';

describe('a spool that grows', () => {
  let root: string;
  let folder: string;
  let saved: string[];
  let warnings: string[];
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  });
  after(() => rm(root, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = join(await mkdtemp(join(root, 'run-')), 'key.partial');
    saved = [];
    warnings = [];
  });

  const open = (resume: boolean): Promise<PartialSpool> => {
    const recovery = {
      ...{ folder: root, resume, interval: 0, keep: 1 },
      saved: (what: string) => void saved.push(what),
    };
    return PartialSpool.open(
      folder,
      'key',
      recovery,
      new Report({ warning: (text) => void warnings.push(text) }),
    );
  };

  const block = (units: number): TokenBlock => ({
    ...tokenBlock([['the', 'quick', `fox${units}`]]),
    position: { input: 0, units, source: { counts: {}, dropped: {} } },
  });

  /** Reads two blocks, and is then interrupted, or comes to its end. */
  const read = (
    partial: PartialSpool,
    {
      counter,
      interrupt = true,
    }: { counter?: (limits: CountingLimits) => PlainTokenCounter; interrupt?: boolean },
  ) => {
    const stop = new AbortController();
    const from = partial.saved?.position.units ?? 0;
    const limits = { memoryBytes: 1e6, signal: stop.signal, sync: true };
    async function* input() {
      yield block(from + 1);
      yield block(from + 2);
      if (!interrupt) return;
      stop.abort(new WordmillError('aborted', 'stopped'));
      throw stop.signal.reason;
    }
    return spoolText(input(), folder, limits, {
      counter: (counter ?? ((given) => new PlainTokenCounter(folder, given)))(limits),
      partial,
      report: new Report(),
    });
  };

  test('goes on from what was saved last, and says at once that there is something', async () => {
    await assert.rejects(read(await open(false), {}), { kind: 'aborted' });
    const again = await open(true);
    assert.equal(again.saved?.position.units, 2);
    assert.deepEqual(saved, ['the text read so far', 'the text read so far']);
    await assert.rejects(read(again, {}), { kind: 'aborted' });
    const { tokens, sentences } = await read(await open(true), { interrupt: false });
    assert.deepEqual({ tokens, sentences }, { tokens: 18, sentences: 6 });
  });

  test('has what was saved before, until the next is whole, also when it was resumed', async () => {
    await assert.rejects(read(await open(false), {}), { kind: 'aborted' });
    const before = await readFile(join(folder, 'partial.json'), 'utf8');
    class FailingCounter extends PlainTokenCounter {
      override async save(path: string): Promise<CounterState> {
        await super.save(path);
        throw new WordmillError('inputOutput', 'the machine went down');
      }
    }
    const failing = (limits: CountingLimits) => new FailingCounter(folder, limits);
    await assert.rejects(read(await open(true), { counter: failing }), { kind: 'inputOutput' });
    assert.equal(await readFile(join(folder, 'partial.json'), 'utf8'), before);
    assert.equal((await open(true)).saved?.position.units, 2);
    assert.deepEqual(warnings, []);
  });

  test('is not saved any more once all is read: an interruption stays one', async () => {
    class InterruptedCounter extends PlainTokenCounter {
      constructor(
        place: string,
        readonly limits: CountingLimits,
        readonly stop: AbortController,
      ) {
        super(place, limits);
      }
      override finish(): Promise<CountedWords> {
        const error = new WordmillError('aborted', 'stopped while words are merged');
        this.stop.abort(error);
        return Promise.reject(error);
      }
    }
    const stop = new AbortController();
    const limits = { memoryBytes: 1e6, signal: stop.signal, sync: true };
    async function* input() {
      yield block(1);
    }
    const text = spoolText(input(), folder, limits, {
      counter: new InterruptedCounter(folder, limits, stop),
      partial: await open(false),
      report: new Report(),
    });
    await assert.rejects(text, { kind: 'aborted' });
  });

  test('can be gone on with until its manifest is there', async () => {
    await assert.rejects(read(await open(false), {}), { kind: 'aborted' });
    const partial = await open(true);
    const make = () => read(partial, { interrupt: false });
    const notes = () => {
      throw new WordmillError('inputOutput', 'the machine went down');
    };
    const store = storeSpool(join(root, 'stored'), 'key', make, { growing: partial, notes });
    await assert.rejects(store, { kind: 'inputOutput' });
    const last = await open(true);
    assert.equal(last.saved?.position.units, 2);
    const text = await storeSpool(join(root, 'stored'), 'key', () => read(last, { interrupt: false }), {
      growing: last,
    });
    assert.equal(text.tokens, 12);
    assert.deepEqual(
      (await readdir(join(root, 'stored', 'key'))).filter((name) => /partial/.test(name)),
      [],
    );
  });
});
