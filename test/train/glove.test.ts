import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CellCorpus, Corpus } from '../../src/core/corpus.js';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { openContext } from '../../src/core/run.js';
import type { StageContext } from '../../src/core/stage.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { cellBytes, readCells } from '../../src/formats/cooccurrence.js';
import { instructionSets, nativeAddon, nativeUnavailable } from '../../src/native/addon.js';
import { countCooccurrences } from '../../src/sampling/cooccurrence.js';
import { shuffleCells } from '../../src/sampling/shuffle-cells.js';
import { countCells, shuffledCells } from '../../src/train/count-cells.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { nativeEngine } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { train } from '../../src/train/train.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { collect } from '../support/collect.js';
import { SMALL } from './support/corpora.js';
import { assertClose } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);

const GLOVE: ResolvedTrainOptions = {
  ...SMALL,
  model: 'glove',
  loss: 'leastSquares',
  learningRate: 0.05,
  epochs: 3,
};

/** More words than rows in a block, so that blocks have several; some cells are above xMax. */
async function cellCorpus(context: StageContext, words = 60, cells = 900): Promise<CellCorpus> {
  const random = new Random(7);
  const columns = { rows: new Uint32Array(cells), columns: new Uint32Array(cells) };
  const values = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    const [row, column] = [Math.floor((cell * words) / cells), random.below(words)];
    columns.rows[cell] = row;
    columns.columns[cell] = column;
    values[cell] = 300 / (1 + row) / (1 + column) + random.unit();
  }
  const path = join(await context.scratchFolder(), 'cells');
  await writeFile(path, cellBytes({ ...columns, values }));
  const counts = Float64Array.from({ length: words }, (_, word) => words - word);
  return {
    vocabulary: new Vocabulary({ words: Array.from(counts, (_, id) => `w${id}`), counts }),
    path,
    cells,
  };
}

async function withContext(use: (context: StageContext) => Promise<void>): Promise<void> {
  const { context, close } = openContext();
  try {
    await use(context);
  } finally {
    await close();
  }
}

for (const instructionSet of SETS) {
  describe(`GloVe on ${instructionSet} learns what the reference learns`, () => {
    for (const options of [
      ...[1, 6, 14, 15, 30, 100].map((dimensions) => ({ dimensions })),
      { dimensions: 8, combine: 'word' as const, weightPower: 0.5, xMax: 10, seed: 9 },
      { dimensions: 20, validation: 0.2, learningRate: 0.3 },
    ]) {
      test(JSON.stringify(options), () =>
        withContext(async (context) => {
          const corpus = await cellCorpus(context);
          const full = { ...GLOVE, ...options, instructionSet };
          const expected = await referenceEngine.trainCells!(corpus, full, context);
          const actual = await nativeEngine.trainCells!(corpus, full, context);
          assertClose(actual.input, expected.input, 'w + c');
          for (const [epoch, loss] of expected.summary.lossByEpoch.entries()) {
            assert.ok(Math.abs(actual.summary.lossByEpoch[epoch]! / loss - 1) < 1e-4);
          }
          for (const [epoch, loss] of (expected.summary.validationLossByEpoch ?? []).entries()) {
            assert.ok(Math.abs(actual.summary.validationLossByEpoch![epoch]! / loss - 1) < 1e-4);
          }
          assert.equal(actual.summary.words, expected.summary.words);
          for (const [word, bias] of expected.biases!.input.entries()) {
            assert.ok(Math.abs(actual.biases!.input[word]! - bias) < 1e-3);
          }
        }),
      );
    }
  });
}

describe('GloVe, natively', { skip }, () => {
  test('any number of threads learns the same, to the bit, from cells in any order', () =>
    withContext(async (context) => {
      const corpus = await cellCorpus(context, 200, 20_000);
      const one = await nativeEngine.trainCells!(corpus, { ...GLOVE, threads: 1 }, context);
      const three = await nativeEngine.trainCells!(corpus, { ...GLOVE, threads: 3 }, context);
      assert.deepEqual(three.input.data, one.input.data);
      assert.deepEqual(three.output.data, one.output.data);
      assert.deepEqual(three.summary.lossByEpoch, one.summary.lossByEpoch);
      assert.ok(one.summary.lossByEpoch.at(-1)! < one.summary.lossByEpoch[0]!);
    }));

  test('training that diverges says so', () =>
    withContext(async (context) => {
      const corpus = await cellCorpus(context);
      await assert.rejects(
        nativeEngine.trainCells!(corpus, { ...GLOVE, learningRate: 1e30 }, context),
        (error) => error instanceof WordmillError && error.kind === 'data' && /diverged/.test(error.message),
      );
    }));

  test('an aborted training ends with the abort error', async () => {
    const controller = new AbortController();
    const { context, close } = openContext({ signal: controller.signal });
    const corpus = await cellCorpus(context);
    const training = nativeEngine.trainCells!(corpus, { ...GLOVE, epochs: 1_000_000 }, context);
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(training, (error) => error instanceof WordmillError && error.kind === 'aborted');
    await close();
  });

  test('wrong arguments throw and touch nothing', () =>
    withContext(async (context) => {
      const { path } = await cellCorpus(context);
      const addon = nativeAddon();
      const rows = () => addon.allocateMatrix(60, 32).data;
      const job = {
        ...{
          cells: path,
          vocabularySize: 60,
          xMax: 100,
          weightPower: 0.75,
          seed: 1,
          validation: 0,
          memoryBytes: 1e9,
        },
        ...{ scratch: '/', threads: 1, learningRate: 0.05, instructionSet: 'portable' },
        ...{ dimensions: 8, stride: 16, input: rows(), output: rows() },
      };
      for (const wrong of [
        { vocabularySize: 61 },
        { dimensions: 15 },
        { stride: 17 },
        { stride: 32 },
        { validation: 1 },
        { learningRate: Number.NaN },
        { threads: 0 },
      ]) {
        assert.throws(() => addon.openGlove({ ...job, ...wrong }), RangeError, JSON.stringify(wrong));
      }
      assert.throws(() => addon.openGlove({ ...job, input: [] as unknown as Float32Array }), TypeError);
      await assert.rejects(
        addon.openGlove({ ...job, vocabularySize: 10 }).finished,
        /record \d+ is of the words \d+ and \d+; the vocabulary has 1 to 10/,
      );
    }));
});

const sentences = randomSentences(300, 50);

async function nativeCells(corpus: Corpus, context: StageContext, settings: object, path: string) {
  const work = nativeAddon().startCounting({
    ...{ spool: corpus.spool, vocabularySize: corpus.vocabulary.size, window: 5, symmetric: true },
    ...{ memoryBytes: 1e9, scratch: await context.scratchFolder(), threads: 2, path },
    ...settings,
  });
  await work.finished;
  return readFile(path);
}

async function referenceCells(corpus: Corpus, window: number, symmetric: boolean): Promise<Buffer> {
  const bytes: Uint8Array[] = [];
  const options = { window, symmetric, memoryBytes: 1e9 };
  for await (const block of countCooccurrences(corpus, options, new AbortController().signal)) {
    bytes.push(cellBytes(block));
  }
  return Buffer.concat(bytes);
}

describe('counting, natively', { skip }, () => {
  for (const [window, symmetric] of [
    [1, true],
    [15, true],
    [15, false],
    [40, true],
  ] as const) {
    test(`gives the reference's cells to the bit: window ${window}${symmetric ? '' : ', to one side'}`, () =>
      withCorpus(sentences, async (corpus, context) => {
        const path = join(await context.scratchFolder(), 'cells');
        const expected = await referenceCells(corpus, window, symmetric);
        assert.ok(expected.length > 1_000);
        for (const settings of [{ threads: 1 }, { threads: 3 }, { memoryBytes: 0 }]) {
          const actual = await nativeCells(corpus, context, { window, symmetric, ...settings }, path);
          assert.ok(actual.equals(expected), JSON.stringify(settings));
        }
      }));
  }

  test('words without an id are gone before windows are taken', () =>
    withCorpus(
      sentences,
      async (corpus, context) => {
        const path = join(await context.scratchFolder(), 'cells');
        assert.ok(corpus.vocabulary.unknownCount > 0);
        const actual = await nativeCells(corpus, context, {}, path);
        assert.ok(actual.equals(await referenceCells(corpus, 5, true)));
      },
      { minCount: 100 },
    ));

  test('shuffles as the reference, whatever the threads and the memory, counting or from a file', () =>
    withCorpus(sentences, async (corpus, context) => {
      const folder = await context.scratchFolder();
      const [path, again] = [join(folder, 'cells'), join(folder, 'again')];
      const sorted = await referenceCells(corpus, 5, true);
      await writeFile(path, sorted);
      const { vocabulary } = corpus;
      const cells = sorted.length / 16;
      const bytes: Uint8Array[] = [];
      for await (const block of shuffleCells(() => readCells(path, vocabulary.size), {
        ...{ cells, seed: 4, memoryBytes: 50_000 },
      })) {
        bytes.push(cellBytes(block));
      }
      const expected = Buffer.concat(bytes);
      assert.equal(expected.length, sorted.length);
      assert.ok(!expected.equals(sorted));
      for (const settings of [{ threads: 1 }, { threads: 3 }, { memoryBytes: 0 }]) {
        const actual = await nativeCells(corpus, context, { shuffleSeed: 4, ...settings }, again);
        assert.ok(actual.equals(expected), JSON.stringify(settings));
      }
      await shuffledCells({ vocabulary, path }, {}, { path: again, threads: 2, shuffleSeed: 4 }, context);
      assert.ok((await readFile(again)).equals(expected));
    }));
});

test("text is counted and trained on with the release's defaults", () =>
  withCorpus(sentences, async (corpus, context) => {
    const [vectors] = await collect(train({ model: 'glove', dimensions: 8 }), [corpus]);
    const path = join(await context.scratchFolder(), 'cells');
    const counted = await countCells(corpus, { window: 15 }, { path, threads: 1 }, context);
    assert.equal(vectors!.summary.words, 25 * counted.cells);
    assert.equal(vectors!.summary.unit, 'cells');
  }));
