import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import {
  type Addon,
  instructionSets,
  nativeAddon,
  nativeUnavailable,
  type TrainingJob,
} from '../../src/native/addon.js';
import { roomForRows } from '../../src/native/row-text.js';
import { buildHuffmanTree } from '../../src/sampling/huffman.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { temporaryFolder } from '../formats/support.js';
import { ALL_WORDS, SMALL } from '../train/support/corpora.js';
import { damaged } from './support/damage.js';
import { randomSentences, withCorpus } from './support/spooled-corpus.js';

const skip = nativeUnavailable() ?? false;

/**
 * Calls of each kind; WORDMILL_FUZZ_CALLS asks for more, and WORDMILL_FUZZ_SEED for others.
 * `npm run test:sanitizers -- --addon` runs this file with the addon under AddressSanitizer.
 */
const CALLS = Number(process.env.WORDMILL_FUZZ_CALLS ?? 400);
const SEED = Number(process.env.WORDMILL_FUZZ_SEED ?? 1);

// biome-ignore lint/suspicious/noExplicitAny: the point is to pass what the types forbid.
type Spoiled = any;

/** Whether an error is one that the addon promises. */
function isPromised(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof WordmillError;
}

/** Makes damaged calls; each must work or throw what is promised. Gives how many threw. */
async function fuzz(call: (random: Random) => unknown): Promise<number> {
  let thrown = 0;
  for (let number = 0; number < CALLS; number++) {
    try {
      await call(new Random(SEED, number));
    } catch (error) {
      assert.ok(isPromised(error), `call ${number} of seed ${SEED}: ${error}`);
      thrown++;
    }
  }
  return thrown;
}

/** A training job for some model and loss, with rows frozen and a part held out. */
function trainingJob(corpus: Corpus, addon: Addon, random: Random): TrainingJob {
  const { size, counts } = corpus.vocabulary;
  const { negative, noise, ...shared }: Spoiled = drawJob(textDraws(corpus, ALL_WORDS), counts, SMALL);
  const { codes, points, ends } = buildHuffmanTree(counts);
  const losses = [
    { loss: 'negative', negative, noise },
    { loss: 'hierarchical', paths: { codes, points, ends } },
    { loss: 'softmax' },
  ];
  return {
    ...shared,
    ...losses[random.below(3)]!,
    model: random.below(2) === 0 ? 'skipgram' : 'cbow',
    ...{
      epochs: 1,
      firstEpoch: 0,
      totalEpochs: 1,
      threads: 2,
      learningRate: 0.1,
      validation: 0.1,
      heldOut: false,
    },
    wordsPerEpoch: 1000,
    instructionSet: instructionSets()[random.below(instructionSets().length)],
    frozen: new Uint8Array(size).fill(1, 0, 2),
    input: addon.allocateMatrix(size, 9),
    output: addon.allocateMatrix(size, 9),
  };
}

describe('whatever the addon is called with, it works or throws TypeError, RangeError or WordmillError', {
  skip,
}, () => {
  test('startTraining', async () => {
    await withCorpus(randomSentences(60, 30), async (corpus) => {
      const thrown = await fuzz(async (random) => {
        const training = nativeAddon().startTraining(
          damaged(trainingJob(corpus, nativeAddon(), random), random),
        );
        // A damaged job may have a million epochs.
        const timer = setTimeout(() => training.abort(), 3);
        try {
          await training.finished;
          training.progress();
        } finally {
          clearTimeout(timer);
        }
      });
      assert.ok(thrown > CALLS / 2);
    });
  });

  test('startTraining on a spool whose files are damaged', async () => {
    await withCorpus(randomSentences(60, 30), async (corpus) => {
      const files = [corpus.spool.tokensPath, corpus.spool.mapPath];
      const contents = await Promise.all(files.map((path) => readFile(path)));
      await fuzz(async (random) => {
        const which = random.below(2);
        const bytes = Buffer.from(contents[which]!);
        for (let count = 1 + random.below(4); count > 0; count--)
          bytes[random.below(bytes.length)] = random.next();
        const length = random.below(3) === 0 ? random.below(bytes.length + 1) : bytes.length;
        await writeFile(files[which]!, bytes.subarray(0, length));
        await writeFile(files[1 - which]!, contents[1 - which]!);
        await nativeAddon().startTraining(trainingJob(corpus, nativeAddon(), random)).finished;
      });
    });
  });

  test('tracePairs, of text and of pairs', async () => {
    const path = join(temporaryFolder(), 'pairs.bin');
    await writeFile(path, new Uint8Array(Uint32Array.from({ length: 300 }, (_, i) => i % 7).buffer));
    await withCorpus(randomSentences(30, 10), async (corpus) => {
      const thrown = await fuzz((random) => {
        const { spool, sampling, ...job }: Spoiled = trainingJob(corpus, nativeAddon(), random);
        const source = random.below(2) === 0 ? { spool, sampling } : { pairs: { path, pairs: 100 } };
        const epoch = random.below(4) === 0 ? (damaged(1, random) as number) : 1;
        nativeAddon().tracePairs(damaged({ ...job, ...source }, random), epoch);
      });
      assert.ok(thrown > CALLS / 3);
    });
  });

  test('startCounting, startShuffling and openGlove, on files that are whole or damaged', async () => {
    const folder = temporaryFolder();
    const cells = join(folder, 'cells.bin');
    await withCorpus(randomSentences(60, 30), async ({ spool, vocabulary: { size } }) => {
      const addon = nativeAddon();
      // Where it writes, and what it makes room for, are left whole: a test must not fill the disk or the memory.
      const kept = { path: join(folder, 'written.bin'), scratch: folder, vocabularySize: size };
      const shared = { ...kept, memoryBytes: 1e6, threads: 2 };
      const counting = { ...shared, spool, window: 5, symmetric: true };
      await addon.startCounting({ ...counting, path: cells }).finished;
      const whole = await readFile(cells);
      const glove = (random: Random) => ({
        ...{ ...shared, cells, xMax: 10, weightPower: 0.75, seed: 1, validation: 0.1, learningRate: 0.05 },
        instructionSet: instructionSets()[random.below(instructionSets().length)]!,
        ...{ dimensions: 9, stride: 16 },
        input: addon.allocateMatrix(2 * size, 16),
        output: addon.allocateMatrix(2 * size, 16),
      });
      const thrown = await fuzz(async (random) => {
        const bytes = random.below(3) === 0 ? damaged(whole, random) : whole;
        await writeFile(cells, bytes instanceof Uint8Array ? bytes : whole);
        const spoil = (job: object): Spoiled => ({ ...damaged(job, random), ...kept });
        const calls = [
          () => addon.startCounting(spoil(counting)),
          () => addon.startShuffling(spoil({ ...shared, cells, seed: 3 })),
          () => addon.openGlove(random.below(3) === 0 ? glove(random) : spoil(glove(random))),
        ];
        const work = calls[random.below(calls.length)]!();
        const result: Spoiled = await work.finished;
        work.progress();
        if (!result.train) return;
        await result.train(damaged(1, random)).finished;
        await result.measure().finished;
      });
      assert.ok(thrown > CALLS / 3, `${thrown}`);
    });
  });

  test('startNeighbours and startDescent', async () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => (i * 7) % 5);
    const affinities = { starts: Uint32Array.of(0, 2, 3, 4), columns: Uint32Array.of(1, 2, 0, 0) };
    const schedule = { iterations: 5, exaggerated: 2, exaggeration: 12, earlyMomentum: 0.5, momentum: 0.8 };
    const descent = { points: 3, ...affinities, values: new Float64Array(4).fill(0.25), ...schedule };
    const rest = { start: Float64Array.of(0, 1, 2, 3, 4, 5), learningRate: 1, theta: 0.5, threads: 2 };
    const thrown = await fuzz(async (random) => {
      const search = { values, rows: 6, dimensions: 4, count: 2, threads: 2 };
      const work =
        random.below(2) === 0
          ? nativeAddon().startNeighbours(damaged(search, random))
          : nativeAddon().startDescent(damaged({ ...descent, ...rest }, random));
      const timer = setTimeout(() => work.abort(), 3);
      await work.finished.finally(() => clearTimeout(timer));
    });
    assert.ok(thrown > CALLS / 4);
  });

  test('startNeighbours of more rows and neighbours than an array holds', () => {
    const rows = 30_000;
    const search = { values: new Float64Array(4 * rows), rows, dimensions: 4, count: rows - 1, threads: 1 };
    assert.throws(() => nativeAddon().startNeighbours(search), RangeError);
  });

  test('writeRows and readRows', async () => {
    const words = Buffer.from('onetwothree');
    const shape = { data: new Float32Array(24).fill(0.25), dimensions: 5, stride: 8 };
    const text = Buffer.from('one 1 2 3 4 5\ntwo -1e-5 .5 5. 1e30 0\n');
    const thrown = await fuzz(async (random) => {
      const into = new Uint8Array(roomForRows(words.length, 3, 5));
      const wordEnds = Uint32Array.of(3, 6, 11);
      await nativeAddon().writeRows(damaged({ ...shape, words, wordEnds, into }, random));
      const bytes = damaged(text, random);
      const places = { wordStarts: new Uint32Array(3), wordEnds: new Uint32Array(3) };
      const data = new Float32Array(24);
      await nativeAddon().readRows({ ...shape, data, ...places, bytes });
      await nativeAddon().readRows(damaged({ ...shape, data, ...places, bytes: text }, random));
    });
    assert.ok(thrown > CALLS / 2);
  });

  test('searchRows, rowLengths, dotProducts and sumFloats', async () => {
    const matrix = { data: new Float32Array(5 * 40 - 3).fill(0.5), rows: 40, dimensions: 2, stride: 5 };
    const thrown = await fuzz((random) => {
      const instructionSet = instructionSets()[random.below(instructionSets().length)]!;
      const lengths = nativeAddon().rowLengths({ ...matrix, threads: 1 });
      const job = {
        ...{ ...matrix, lengths, count: 3, threads: 2, instructionSet },
        queries: Float32Array.of(1, 2, 3, 4),
        queryCount: 2,
        similarity: ['cosine', 'euclidean', 'dot'][random.below(3)],
        leftOut: Uint32Array.of(3, 1, 50),
        leftOutEnds: Uint32Array.of(1, 3),
      };
      nativeAddon().searchRows(job as Spoiled);
      nativeAddon().searchRows(damaged(job, random));
      nativeAddon().rowLengths(damaged({ ...matrix, threads: 2 }, random));
      const products = new Float32Array(80);
      nativeAddon().dotProducts(damaged({ ...job, products }, random));
      nativeAddon().sumFloats(damaged({ data: matrix.data, threads: 1, instructionSet }, random));
    });
    assert.ok(thrown > CALLS / 2);
  });

  test('searchRows of no rows and no queries takes no memory for their dimensions', () => {
    const none = { data: new Float32Array(0), rows: 0, dimensions: 2 ** 32 - 1, stride: 2 ** 32 - 1 };
    const queries = { queries: new Float32Array(0), queryCount: 0, leftOut: new Uint32Array(0) };
    const rest = { leftOutEnds: new Uint32Array(0), count: 1, threads: 1, instructionSet: 'portable' };
    const lengths = new Float64Array(0);
    const found = nativeAddon().searchRows({ ...none, lengths, ...queries, ...rest, similarity: 'dot' });
    assert.deepEqual([...found.rows, ...found.ends], []);
  });

  test('the text splitter', async () => {
    const bytes = Buffer.from("It isn't plain: na\u00efve caf\u00e9s, 1,5 \u{1f600}\n\u3000\nlast");
    const thrown = await fuzz((random) => {
      const options = { lettersAndDigits: true, lowercase: true, foldNumbers: false, maxSentence: 3 };
      const splitter = nativeAddon().createTextSplitter(
        random.below(3) === 0 ? damaged(options, random) : options,
      );
      const page = { page: random.below(1024), entries: new Uint32Array(64).fill(0x10) };
      splitter.learn(random.below(2) === 0 ? damaged(page, random) : page);
      const open = splitter.split(random.below(3) === 0 ? damaged({ bytes }, random) : { bytes });
      const found = {
        bytes: Buffer.from('abc'),
        tokenEnds: Uint32Array.of(1, 3),
        counts: new Uint32Array(open.length / 2),
      };
      found.counts[0] = 2;
      splitter.finish(random.below(2) === 0 ? damaged(found, random) : found);
    });
    assert.ok(thrown > CALLS / 4);
  });

  test('the word counter', async () => {
    const block = {
      bytes: Buffer.from('onetwothreeone'),
      tokenEnds: Uint32Array.of(3, 6, 11, 14),
      sentenceEnds: Uint32Array.of(2, 4),
    };
    const thrown = await fuzz(async (random) => {
      const options = { memoryBytes: random.below(2) * 2 ** 20, mostWords: 1 + random.below(4) };
      const counter = nativeAddon().createWordCounter(
        random.below(4) === 0 ? damaged(options, random) : options,
      );
      for (let step = 0; step < 6; step++) {
        const calls = [
          () => counter.take(random.below(2) === 0 ? damaged(block, random) : block),
          () => counter.encode(),
          () => counter.sort(),
          () => counter.nextRunBytes(),
          () => counter.startEmpty(),
          () => counter.startPruned(damaged({ threshold: 1 }, random)),
          () => counter.words(),
        ];
        await calls[random.below(calls.length)]!();
      }
    });
    assert.ok(thrown > CALLS / 4);
  });
});
