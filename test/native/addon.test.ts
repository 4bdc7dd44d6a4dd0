import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { Corpus, SpoolChunks } from '../../src/core/corpus.js';
import { type ErrorKind, WordmillError } from '../../src/core/errors.js';
import { instructionSets, nativeAddon, nativeUnavailable, type TrainingJob } from '../../src/native/addon.js';
import { buildHuffmanTree, type HuffmanTree } from '../../src/sampling/huffman.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { ALL_WORDS, SMALL } from '../train/support/corpora.js';
import { randomSentences, withCorpus } from './support/spooled-corpus.js';

const skip = nativeUnavailable() ?? false;
const sentences = randomSentences(20, 10);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A job that trains a little; tests spoil one part of it. */
function jobOf(corpus: Corpus): TrainingJob {
  const addon = nativeAddon();
  return {
    ...drawJob(textDraws(corpus, ALL_WORDS), corpus.vocabulary.counts, SMALL),
    ...{ model: 'skipgram', epochs: 1, threads: 1, learningRate: 0.1, instructionSet: 'portable' },
    input: addon.allocateMatrix(corpus.vocabulary.size, 8),
    output: addon.allocateMatrix(corpus.vocabulary.size, 8),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the point is to pass what the types forbid.
type Spoiled = any;

/** The job with hierarchical softmax, some column of its tree spoiled; the tree may be of more words than the job's. */
function hierarchical(
  job: TrainingJob,
  spoil: { [Column in keyof HuffmanTree]?: (column: HuffmanTree[Column]) => void },
  repeat = 1,
): Spoiled {
  const tree = buildHuffmanTree(new Float64Array(job.vocabularySize).fill(1));
  const repeated = Array.from({ length: repeat });
  const paths = {
    codes: Uint8Array.from(repeated.flatMap(() => [...tree.codes])),
    points: Uint32Array.from(repeated.flatMap(() => [...tree.points])),
    ends: tree.ends.map((end) => end * repeat),
  };
  for (const column of ['codes', 'points', 'ends'] as const) spoil[column]?.(paths[column] as Spoiled);
  return { ...job, loss: 'hierarchical', paths };
}

describe('a matrix', { skip }, () => {
  test('is all zeros; its rows are padded to a multiple of 16 floats', () => {
    for (const [dimensions, stride] of [
      [1, 16],
      [16, 16],
      [17, 32],
      [300, 304],
    ] as const) {
      const matrix = nativeAddon().allocateMatrix(3, dimensions);
      assert.deepEqual(
        { ...matrix, data: matrix.data.length },
        { data: 3 * stride, rows: 3, dimensions, stride },
      );
      assert.ok(matrix.data.every((value) => value === 0));
    }
  });

  test('may have no rows', () => {
    assert.equal(nativeAddon().allocateMatrix(0, 100).data.length, 0);
  });

  test('of more than 4 GiB works where there is memory for it, and is an error where there is none', () => {
    const rows = 2 ** 23;
    try {
      const { data } = nativeAddon().allocateMatrix(rows, 130);
      assert.equal(data.length, 144 * rows);
      data[data.length - 1] = 1;
      assert.equal(data[data.length - 2], 0);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.ok(error instanceof WordmillError && error.kind === 'outOfMemory', String(error));
    }
  });

  test('that is larger than memory is an error that says how much was asked for', () => {
    assert.throws(
      () => nativeAddon().allocateMatrix(1e9, 1e5),
      (error) =>
        error instanceof WordmillError &&
        error.kind === 'outOfMemory' &&
        /400000000000000 bytes/.test(error.message),
    );
  });
});

test('the last instruction set is portable', { skip }, () => {
  assert.equal(instructionSets().at(-1), 'portable');
});

describe('a job that is wrong in its types or sizes throws before anything is touched', { skip }, () => {
  const wrong: [string, (job: TrainingJob) => Spoiled, typeof TypeError | typeof RangeError, RegExp][] = [
    ['no job', () => undefined, TypeError, /options must be an object/],
    ['a vocabulary of no words', (job) => ({ ...job, vocabularySize: 0 }), RangeError, /vocabularySize/],
    ['a fraction of a thread', (job) => ({ ...job, threads: 1.5 }), RangeError, /threads.*whole number/],
    ['no threads', (job) => ({ ...job, threads: 0 }), RangeError, /threads/],
    ['a text for a number', (job) => ({ ...job, epochs: '1' }), TypeError, /epochs must be a number/],
    [
      'a learning rate that is no number',
      (job) => ({ ...job, learningRate: Number.NaN }),
      RangeError,
      /learningRate/,
    ],
    ['a negative seed', (job) => ({ ...job, seed: -1 }), RangeError, /seed/],
    ['neither text nor pairs', (job) => ({ ...job, spool: undefined }), TypeError, /pairs must be an object/],
    [
      'thresholds of another vocabulary',
      (job: Spoiled) => ({ ...job, sampling: { ...job.sampling, keepThresholds: new Uint32Array(3) } }),
      RangeError,
      /sampling\.keepThresholds must be a Uint32Array of \d+ entries, not 3/,
    ],
    [
      'thresholds of another type',
      (job: Spoiled) => ({ ...job, sampling: { ...job.sampling, keepThresholds: [1, 2, 3] } }),
      TypeError,
      /sampling\.keepThresholds must be a Uint32Array/,
    ],
    [
      'an alias outside the vocabulary',
      (job: Spoiled) => ({
        ...job,
        noise: { ...job.noise, aliases: new Uint32Array(job.vocabularySize).fill(job.vocabularySize) },
      }),
      RangeError,
      /noise\.aliases/,
    ],
    [
      'a model that is not there',
      (job) => ({ ...job, model: 'glove' }),
      RangeError,
      /model must be skipgram/,
    ],
    ['a loss that is not there', (job) => ({ ...job, loss: 'hinge' }), RangeError, /loss must be negative/],
    [
      'a path through nodes that the tree does not have',
      (job) => hierarchical(job, { points: (points) => points.fill(job.vocabularySize - 1) }),
      RangeError,
      /paths\.points must be inner nodes/,
    ],
    [
      'a code that is neither 0 nor 1',
      (job) => hierarchical(job, { codes: (codes) => codes.fill(2) }),
      RangeError,
      /paths\.codes must be 0 or 1/,
    ],
    [
      'paths that end before they start',
      (job) => hierarchical(job, { ends: (ends) => ends.fill(ends.at(-1)! + 1, 0, 1) }),
      RangeError,
      /paths\.ends must be in order/,
    ],
    [
      'a path too long',
      (job) => hierarchical(job, { ends: (ends) => ends.fill(ends.at(-1)!) }, 10),
      RangeError,
      /paths\.ends must be of paths of at most 64/,
    ],
    [
      'fewer epochs in all than are to be run',
      (job) => ({ ...job, firstEpoch: 2, epochs: 2, totalEpochs: 3 }),
      RangeError,
      /totalEpochs must be a whole number from 4/,
    ],
    [
      'frozen rows of another vocabulary',
      (job) => ({ ...job, frozen: new Uint8Array(2) }),
      RangeError,
      /frozen must be a Uint8Array of \d+ entries, not 2/,
    ],
    [
      'frozen rows of another type',
      (job) => ({ ...job, frozen: [1, 0] }),
      TypeError,
      /frozen must be a Uint8/,
    ],
    ['more held out than there is', (job) => ({ ...job, validation: 1.5 }), RangeError, /validation/],
    [
      'a held-out share that is no number',
      (job) => ({ ...job, validation: Number.NaN }),
      RangeError,
      /validation/,
    ],
    [
      'held out, or not, by a number',
      (job) => ({ ...job, validation: 0.1, heldOut: 1 }),
      TypeError,
      /heldOut must be true or false/,
    ],
    [
      'a matrix with too few rows',
      (job) => ({ ...job, output: nativeAddon().allocateMatrix(1, 8) }),
      RangeError,
      /output\.rows/,
    ],
    [
      'a matrix shorter than it says',
      (job) => ({ ...job, input: { ...job.input, data: job.input.data.subarray(0, 16) } }),
      RangeError,
      /input\.data/,
    ],
    [
      'matrices of different dimensions',
      (job) => ({ ...job, output: nativeAddon().allocateMatrix(job.vocabularySize, 9) }),
      RangeError,
      /output\.dimensions/,
    ],
    [
      'a matrix of its own making',
      (job) => ({
        ...job,
        input: { ...job.input, data: new Float32Array(1 + 16 * job.vocabularySize).subarray(1) },
      }),
      RangeError,
      /input\.data must be what allocateMatrix gave/,
    ],
    [
      'a stride that is not padded',
      (job) => ({ ...job, input: { ...job.input, stride: 8 } }),
      RangeError,
      /input\.stride must be a multiple of 16/,
    ],
    [
      'chunk columns of different lengths',
      (job: Spoiled) => ({
        ...job,
        spool: { ...job.spool, chunks: { ...job.spool.chunks, tokenCounts: new Uint32Array(9) } },
      }),
      RangeError,
      /chunks\.tokenCounts/,
    ],
    [
      'a chunk that starts before the file',
      (job: Spoiled) => ({
        ...job,
        spool: { ...job.spool, chunks: { ...job.spool.chunks, byteStarts: Float64Array.of(-1) } },
      }),
      RangeError,
      /chunks\.byteStarts/,
    ],
  ];
  for (const [what, spoil, type, message] of wrong) {
    test(what, () =>
      withCorpus(sentences, (corpus) => {
        assert.throws(
          () => nativeAddon().startTraining(spoil(jobOf(corpus))),
          (error) => error instanceof type && message.test((error as Error).message),
        );
      }),
    );
  }

  test('an instruction set that is not there', () =>
    withCorpus(sentences, (corpus) => {
      assert.throws(
        () => nativeAddon().startTraining({ ...jobOf(corpus), instructionSet: 'mmx' }),
        (error) =>
          error instanceof WordmillError &&
          error.kind === 'unavailable' &&
          /'mmx'; it has .*portable/.test(error.message),
      );
    }));
});

describe('a spool that is damaged is an error, whatever the damage', { skip }, () => {
  /** Spoils a corpus's files or tables, and expects what training says. */
  async function damaged(
    spoil: (corpus: Corpus) => Promise<Partial<Corpus['spool']>> | Partial<Corpus['spool']>,
    message: RegExp,
    kind: ErrorKind = 'data',
  ): Promise<void> {
    await withCorpus(sentences, async (corpus) => {
      const job = jobOf(corpus);
      const spool = { ...corpus.spool, ...(await spoil(corpus)) };
      await assert.rejects(
        async () => nativeAddon().startTraining({ ...job, spool } as TrainingJob).finished,
        (error) => {
          assert.ok(error instanceof WordmillError, String(error));
          assert.equal(error.kind, kind);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  function changed(corpus: Corpus, change: Partial<SpoolChunks>): Partial<Corpus['spool']> {
    return { chunks: { ...corpus.spool.chunks, ...change } };
  }

  async function rewritten(path: string, change: (bytes: Buffer) => void): Promise<Partial<Corpus['spool']>> {
    const bytes = await readFile(path);
    change(bytes);
    await writeFile(path, bytes);
    return {};
  }

  test('tokens that are missing', () =>
    damaged(() => ({ tokensPath: '/nowhere/tokens' }), /\/nowhere\/tokens: cannot read/, 'noInput'));

  test('tokens cut short', () =>
    damaged(async ({ spool }) => {
      await truncate(spool.tokensPath, 50);
      return {};
    }, /too short: has 50 bytes, needs \d+/));

  test('a map cut short', () =>
    damaged(async ({ spool }) => {
      await truncate(spool.mapPath, 8);
      return {};
    }, /too short: has 8 bytes, needs \d+/));

  test('a chunk of a generation that is not there', () =>
    damaged(
      (corpus) => changed(corpus, { generations: Uint32Array.of(1) }),
      /generation 1, which the map does not have/,
    ));

  test('a chunk table with too many sentences', () =>
    damaged(
      (corpus) => changed(corpus, { sentenceCounts: Uint32Array.of(21) }),
      /ends inside a sentence; the spool is damaged/,
    ));

  test('a chunk table with too few sentences', () =>
    damaged(
      (corpus) => changed(corpus, { sentenceCounts: Uint32Array.of(19) }),
      /does not hold what the chunk table says/,
    ));

  test('a chunk table with another number of tokens', () =>
    damaged(
      (corpus) => changed(corpus, { tokenCounts: Uint32Array.of(1) }),
      /does not hold what the chunk table says/,
    ));

  test('a sentence longer than its chunk', () =>
    damaged(
      ({ spool }) => rewritten(spool.tokensPath, (bytes) => bytes.fill(0xff, 0, 4).writeUInt8(0x0f, 4)),
      /ends inside a sentence/,
    ));

  test('a number of more than 32 bits', () =>
    damaged(
      ({ spool }) => rewritten(spool.tokensPath, (bytes) => bytes.fill(0xff, 0, 5)),
      /ends inside a sentence/,
    ));

  test('a provisional id that the map does not have', () =>
    damaged(
      // The first sentence that has a word: its length, then the word's id.
      ({ spool }) =>
        rewritten(spool.tokensPath, (bytes) => bytes.writeUInt8(99, bytes.findIndex((byte) => byte > 0) + 1)),
      /has id 99, which the map does not have/,
    ));

  test('a final id that the vocabulary does not have', () =>
    damaged(
      ({ spool }) => rewritten(spool.mapPath, (bytes) => bytes.writeUInt32LE(77, 0)),
      /maps to word 77 of a vocabulary of \d+/,
    ));

  test('random bytes never do worse than an error', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      await withCorpus(sentences, async (corpus) => {
        const job = jobOf(corpus);
        await rewritten(corpus.spool.tokensPath, (bytes) => {
          for (let i = 0; i < 10; i++)
            bytes[(seed * 7919 + i * 104_729) % bytes.length] = (seed * 31 + i * 89) & 0xff;
        });
        await nativeAddon()
          .startTraining(job)
          .finished.catch((error) => assert.ok(error instanceof WordmillError && error.kind === 'data'));
        assert.ok(job.input.data.every(Number.isFinite));
      });
    }
  });
});

describe('a training under way', { skip }, () => {
  test('tells its progress, and stops when told to abort', () =>
    withCorpus(randomSentences(1_000, 100), async (corpus) => {
      const training = nativeAddon().startTraining({ ...jobOf(corpus), epochs: 1_000_000, threads: 2 });
      while (training.progress().words === 0) await new Promise((turn) => setTimeout(turn, 5));
      const { totalWords, loss, predictions, epoch, learningRate } = training.progress();
      assert.equal(totalWords, 1_000_000 * corpus.vocabulary.totalCount);
      assert.ok(loss >= 0 && predictions >= 0 && epoch >= 1);
      assert.ok(learningRate > 0 && learningRate <= 0.1);
      training.abort();
      assert.equal((await training.finished).stopped, true);
    }));

  test('keeps its matrices alive when nobody else does', () =>
    withCorpus(randomSentences(300, 100), async (corpus) => {
      const { finished } = nativeAddon().startTraining({ ...jobOf(corpus), epochs: 20 });
      for (let round = 0; round < 3; round++) collectGarbage();
      assert.equal((await finished).stopped, false);
    }));

  /** Begins trainings in a worker, then runs `last`, of which `begun()` lets the test go on. */
  async function beganInWorker(corpus: Corpus, last: string): Promise<Worker> {
    const { spool, sampling, noise, vocabularySize } = jobOf(corpus) as Spoiled;
    const begin = `
      const { workerData, parentPort } = require('node:worker_threads');
      const addon = require(workerData.addon);
      const matrix = () => {
        const rows = workerData.vocabularySize;
        const buffer = new ArrayBuffer(64 * rows + 64);
        const data = new Float32Array(buffer, addon.prepareRows(buffer), 16 * rows);
        return { data, rows, dimensions: 8, stride: 16 };
      };
      const begin = () => addon.startTraining({ ...workerData, input: matrix(), output: matrix() });
      const begun = () => parentPort.postMessage('begun');
      ${last}`;
    const worker = new Worker(begin, {
      eval: true,
      workerData: {
        addon: fileURLToPath(new URL('../../build/Release/wordmill.node', import.meta.url)),
        ...{ spool, sampling, noise, vocabularySize, negative: 5, seed: 1, epochs: 1_000_000, threads: 2 },
        ...{ model: 'skipgram', loss: 'negative', learningRate: 0.01, instructionSet: instructionSets()[0] },
      },
    });
    await once(worker, 'message');
    return worker;
  }

  test('stops, and harms nobody, when the worker that began it is ended', () =>
    withCorpus(randomSentences(300, 100), async (corpus) => {
      const worker = await beganInWorker(corpus, 'begin(); begun();');
      assert.equal(await worker.terminate(), 1);
    }));

  test('harms nobody when the worker is ended just as a training settles', () =>
    withCorpus(randomSentences(300, 100), async (corpus) => {
      for (let round = 0; round < 15; round++) {
        const worker = await beganInWorker(corpus, 'begin(); begin().abort(); begin().abort(); begun();');
        assert.equal(await worker.terminate(), 1);
      }
    }));
});
