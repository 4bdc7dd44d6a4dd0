import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import type { Matrix } from '../../src/core/vectors.js';
import { averageRound, ROUNDS_BETWEEN_MODELS } from '../../src/distributed/average-round.js';
import { countCells } from '../../src/distributed/count-cells.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { finishTraining } from '../../src/distributed/finish-training.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCells } from '../../src/distributed/merge-cells.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { holdModel } from '../../src/distributed/model-of-round.js';
import { planRun } from '../../src/distributed/plan-shards.js';
import { averageSchema, trainSchema } from '../../src/distributed/records.js';
import { resultVectors } from '../../src/distributed/result-vectors.js';
import type { StepContext } from '../../src/distributed/step.js';
import { trainGlove } from '../../src/distributed/train-glove.js';
import { trainShard } from '../../src/distributed/train-shard.js';
import { nativeUnavailable } from '../../src/native/addon.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import type { Blob } from '../../src/storage/blob.js';
import { stepContext, storageIn, temporaryFolder } from './helpers.js';

const { signal } = new AbortController();
const skip = nativeUnavailable() ?? false;

/** Lines of words: topics of 30 words each, so that there is something to learn. */
function textOf(lines: number): string {
  const random = new Random(7);
  return Array.from({ length: lines }, () => {
    const topic = random.below(8);
    const word = () => `w${topic * 30 + Math.floor(30 * random.unit() ** 2)}`;
    return `${Array.from({ length: 20 }, word).join(' ')}\n`;
  }).join('');
}

interface Setting {
  readonly lines?: number;
  readonly shards?: number;
  readonly roundsPerEpoch?: number;
  readonly train?: Definition['train'];
}

/** A run that is encoded: what its rounds start from. */
async function encodedRun(t: TestContext, { lines = 4_000, shards = 4, roundsPerEpoch = 2, train }: Setting) {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text.txt');
  await writeFile(path, textOf(lines));
  const definition: Definition = {
    source: { files: path },
    vocabulary: { minCount: 1 },
    train: { dimensions: 12, epochs: 2, threads: 1, ...train },
    distributed: { shards, roundsPerEpoch },
  };
  const storage = await storageIn(folder);
  await planRun(storage, resolveDefinition(definition), new AbortController().signal);
  const context: StepContext = { ...(await stepContext(storage, folder)), threads: 1 };
  const all = [...context.plan.shards.keys()];
  for (const shard of all) await ingestShard(context, shard);
  await mergeCounts(context);
  for (const shard of all) await encodeShard(context, shard);
  return { context, storage, folder, definition, all, rounds: 2 * roundsPerEpoch };
}

type Run = Awaited<ReturnType<typeof encodedRun>>;

async function trainedRun({ context, all, rounds }: Run, order = (shards: number[]) => shards) {
  for (let round = 0; round < rounds; round++) {
    for (const shard of order([...all])) await trainShard(context, round, shard);
    await averageRound(context, round);
  }
  await finishTraining(context);
  return resultVectors(context, { seconds: 1, threads: 1 });
}

function assertSameRows(a: Matrix, b: Matrix): void {
  assert.deepEqual([a.rows, a.dimensions], [b.rows, b.dimensions]);
  for (let row = 0; row < a.rows; row++) {
    const [own, other] = [a, b].map(({ data, stride }) =>
      data.subarray(row * stride, row * stride + a.dimensions),
    );
    assert.deepEqual(own, other, `row ${row}`);
  }
}

for (const [what, train] of Object.entries({
  'skip-gram': {},
  CBOW: { model: 'cbow' },
  'hierarchical softmax': { loss: 'hierarchical' },
  'full softmax': { loss: 'softmax' },
  'character n-grams': { minn: 3, maxn: 4, buckets: 500 },
  deterministic: { deterministic: true },
} as const)) {
  test(`one shard and one round an epoch give what a local run gives on one thread, bit for bit: ${what}`, {
    skip,
  }, async (t) => {
    const lines = what === 'full softmax' ? 300 : 2_000;
    const run = await encodedRun(t, { lines, shards: 1, roundsPerEpoch: 1, train });
    const vectors = await trainedRun(run);
    const { distributed: _, ...local } = run.definition;
    const { last } = await runDefinition({ ...local, train: { ...local.train, engine: 'native' } });
    assert.deepEqual(vectors.vocabulary, last!.vocabulary);
    assertSameRows(vectors.input, last!.input);
    assertSameRows(vectors.output, last!.output);
    assert.deepEqual(vectors.settings, last!.settings);
    const { seconds: _s, instructionSet: _i, ...summary } = last!.summary;
    const { seconds: _t, shards, ...own } = vectors.summary;
    assert.equal(shards, 1);
    assert.deepEqual({ ...own, lossByEpoch: [] }, { ...summary, lossByEpoch: [] });
    for (const [epoch, loss] of summary.lossByEpoch.entries())
      assert.ok(Math.abs(own.lossByEpoch[epoch]! - loss) < 1e-9);
    if (last!.subwords) {
      assert.deepEqual(vectors.subwords!.ofNGrams('w1w2w3'), last!.subwords.ofNGrams('w1w2w3'));
    }
  });
}

test('each shard enters each average once, with the words of its slice; all words are trained once an epoch', {
  skip,
}, async (t) => {
  const run = await encodedRun(t, { lines: 8_000, roundsPerEpoch: 3 });
  await trainedRun(run);
  const { storage, all, rounds } = run;
  const wordsOfEpoch: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const average = (await storage.read(`average-${round}`, averageSchema, signal))!;
    assert.deepEqual(
      average.contributions.map(({ shard }) => shard),
      all,
    );
    for (const { shard, words, changes } of average.contributions) {
      const trained = (await storage.read(`train-${round}-${shard}`, trainSchema, signal))!;
      assert.deepEqual({ words, changes }, { words: trained.words, changes: trained.changes });
    }
    const epoch = Math.floor(round / 3);
    wordsOfEpoch[epoch] = (wordsOfEpoch[epoch] ?? 0) + average.words;
    const isWhole = (round + 1) % ROUNDS_BETWEEN_MODELS === 0 || round + 1 === rounds;
    assert.equal(average.model !== undefined, isWhole);
  }
  assert.deepEqual(wordsOfEpoch, [160_000, 160_000]);
});

test('what a run gives does not depend on the order of its jobs, on being repeated, or on who has which model', {
  skip,
}, async (t) => {
  const run = await encodedRun(t, {});
  const vectors = await trainedRun(run);
  const other = await encodedRun(t, {});
  const { context, all, rounds } = other;
  for (let round = 0; round < rounds; round++) {
    // Another plan is another process: it has no model to go on with.
    const fresh = { ...context, plan: { ...context.plan }, storage: await storageIn(other.folder) };
    await Promise.all([...all].reverse().map((shard) => trainShard(fresh, round, shard)));
    const [one, same] = await Promise.all([averageRound(context, round), averageRound(fresh, round)]);
    assert.deepEqual(one, same);
    const again = await trainShard(context, round, 0);
    assert.deepEqual(again, await other.storage.read(`train-${round}-0`, trainSchema, signal));
  }
  const result = await finishTraining(context);
  assert.deepEqual(result, await finishTraining(context));
  const same = await resultVectors(context, { seconds: 1, threads: 1 });
  assertSameRows(same.input, vectors.input);
  assertSameRows(same.output, vectors.output);
});

test('several shards learn what one learns: neighbours of a word are of its topic', { skip }, async (t) => {
  const run = await encodedRun(t, { lines: 12_000, shards: 3, roundsPerEpoch: 2 });
  const { input, vocabulary } = await trainedRun(run);
  const topicOf = (word: string) => Math.floor(Number(word.slice(1)) / 30);
  const row = (id: number) => input.data.subarray(id * input.stride, id * input.stride + 12);
  const cosine = (a: Float32Array, b: Float32Array) => {
    const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, j) => sum + value * y[j]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  let right = 0;
  for (let id = 0; id < 100; id++) {
    const others = [...vocabulary.words.keys()].filter((other) => other !== id);
    const nearest = others.reduce((best, other) =>
      cosine(row(id), row(other)) > cosine(row(id), row(best)) ? other : best,
    );
    if (topicOf(vocabulary.words[nearest]!) === topicOf(vocabulary.words[id]!)) right++;
  }
  assert.ok(right >= 90, `${right} of 100`);
});

test('a model that is read stays as it is while later rounds are made beside it', { skip }, async (t) => {
  const run = await encodedRun(t, {});
  const first = await holdModel(run.context, 0);
  const before = first.model.input.data.slice();
  await trainedRun(run);
  const later = await holdModel(run.context, run.rounds);
  assert.deepEqual(first.model.input.data, before);
  assert.notDeepEqual(later.model.input.data, before);
  first.release();
  later.release();
  await assert.rejects(holdModel(run.context, run.rounds + 1), { kind: 'usage' });
  await assert.rejects(trainShard(run.context, 0, 9), { kind: 'usage' });
});

test('who goes on with a run fetches only what changed, whatever storage it has; who comes new fetches the model', {
  skip,
}, async (t) => {
  const run = await encodedRun(t, {});
  await trainedRun(run);
  const { context, folder, storage, rounds } = run;
  const fetchedBy = async (own: StepContext, round: number) => {
    const fetched: string[] = [];
    const watched = Object.assign(Object.create(storage), {
      read: storage.read.bind(storage),
      fetch: (blob: Blob, until: AbortSignal) => {
        fetched.push(blob.sha256);
        return storage.fetch(blob, until);
      },
    });
    (await holdModel({ ...own, storage: watched }, round)).release();
    return fetched;
  };
  const average = async (round: number) => (await storage.read(`average-${round}`, averageSchema, signal))!;
  const worker = { ...context, plan: { ...context.plan } };
  const [first] = (await fetchedBy(worker, rounds - 1)).slice(-1);
  assert.equal(first, (await average(rounds - 2)).changes.sha256);
  assert.deepEqual(await fetchedBy(worker, rounds), [(await average(rounds - 1)).changes.sha256]);
  assert.deepEqual(await fetchedBy(worker, rounds), []);
  const late = { ...(await stepContext(storage, folder)), threads: 1 };
  assert.ok((await fetchedBy(late, rounds)).includes((await average(rounds - 1)).model!.sha256));
});

test('a round whose shards are not all trained, or that comes too early, says what is missing', {
  skip,
}, async (t) => {
  const { context } = await encodedRun(t, {});
  await trainShard(context, 0, 1);
  await assert.rejects(averageRound(context, 0), { kind: 'noInput', message: /train-0-0/ });
  await assert.rejects(trainShard(context, 1, 0), { kind: 'noInput', message: /average-0/ });
  await assert.rejects(finishTraining(context), { kind: 'noInput', message: /average-0/ });
});

test('training stops at once when its signal fires, and writes nothing', { skip }, async (t) => {
  const { context, storage } = await encodedRun(t, {
    lines: 60_000,
    shards: 1,
    train: { epochs: 2, dimensions: 300 },
  });
  const controller = new AbortController();
  const progress: number[] = [];
  context.report.attach({
    progress({ done, unit, total, learningRate }) {
      assert.equal(unit, 'words');
      assert.ok(done <= total! && learningRate! > 0);
      progress.push(done);
      controller.abort();
    },
  });
  const begun = performance.now();
  await assert.rejects(trainShard({ ...context, signal: controller.signal }, 0, 0), { kind: 'aborted' });
  assert.ok(performance.now() - begun < 10_000);
  assert.equal(progress.length > 0, true);
  assert.equal(await storage.read('train-0-0', trainSchema, signal), undefined);
});

test('shards of one text draw differently', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const text = textOf(500);
  for (const name of ['a.txt', 'b.txt']) await writeFile(join(folder, name), text);
  const storage = await storageIn(folder);
  const definition = resolveDefinition({
    source: { files: ['a.txt', 'b.txt'].map((name) => join(folder, name)) },
    vocabulary: { minCount: 1 },
    train: { dimensions: 12, epochs: 1 },
    distributed: { shards: 2, roundsPerEpoch: 1 },
  });
  await planRun(storage, definition, signal);
  const context: StepContext = { ...(await stepContext(storage, folder)), threads: 1 };
  for (const shard of [0, 1]) await ingestShard(context, shard);
  await mergeCounts(context);
  for (const shard of [0, 1]) await encodeShard(context, shard);
  const [one, other] = [await trainShard(context, 0, 0), await trainShard(context, 0, 1)];
  assert.equal(one.words, other.words);
  assert.notEqual(one.changes.sha256, other.changes.sha256);
});

test('GloVe gives what a local run gives, bit for bit, with its biases', { skip }, async (t) => {
  const train = { model: 'glove', epochs: 3, dimensions: 8 } as const;
  const { context, definition, all } = await encodedRun(t, { lines: 1_000, shards: 3, train });
  for (const shard of all) await countCells(context, shard);
  await mergeCells(context);
  const record = await trainGlove(context);
  assert.deepEqual(await trainGlove(context), record);
  const vectors = await resultVectors(context, { seconds: 1, threads: 1 });
  const { distributed: _, ...local } = definition;
  const { last } = await runDefinition(local);
  assertSameRows(vectors.input, last!.input);
  assertSameRows(vectors.output, last!.output);
  assert.deepEqual(vectors.biases, last!.biases);
  const { seconds: _s, instructionSet: _i, ...summary } = last!.summary;
  const { seconds: _t, ...own } = vectors.summary;
  assert.deepEqual(own, summary);
});
