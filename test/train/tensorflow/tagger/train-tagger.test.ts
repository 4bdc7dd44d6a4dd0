import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { safetensorsBytes } from '../../../../src/formats/safetensors.js';
import type { TaggerOptions } from '../../../../src/train/tensorflow/tagger/options.js';
import { Tagger } from '../../../../src/train/tensorflow/tagger/tagger.js';
import {
  type TaggerData,
  type TaggerRun,
  trainTagger,
} from '../../../../src/train/tensorflow/tagger/train-tagger.js';
import type { TaggerVectors } from '../../../../src/train/tensorflow/tagger/vocabulary.js';
import { padded, temporaryFolder } from '../../../formats/support.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { labelledFarmers, UNSEEN } from './farmers.js';

const DATA: TaggerData = { train: labelledFarmers(30), development: labelledFarmers(20, 2) };
const OPTIONS = {
  model: { dimensions: 8, units: 6, characterUnits: 3, characterDimensions: 4, shapeDimensions: 3 },
  train: { epochs: 4, batch: 8, learningRate: 0.02 },
} satisfies TaggerOptions;
const RUN: TaggerRun = { requireNative: true };

/** Everything that two equal taggers share. */
function numbersOf(tagger: Tagger) {
  return {
    history: tagger.history,
    tags: tagger.tag(UNSEEN.map(({ tokens }) => tokens)),
    weights: tagger.model.parameters.map(({ name, variable }) => [name, variable.toHost()]),
  };
}

const folder = temporaryFolder();
const pathOf = (name: string) => join(folder, name);

describe('training a tagger', () => {
  tensorflowTest('lowers the loss, and finds the entities that it was trained on', async () => {
    const options = { ...OPTIONS, train: { ...OPTIONS.train, epochs: 40 } };
    const tagger = await trainTagger({ train: DATA.train }, options, RUN);
    const { history } = tagger;
    assert.ok(history.at(-1)!.loss < history[0]!.loss / 4);
    const { f1, byType } = await tagger.evaluate(DATA.train);
    assert.ok(f1 > 0.95, `F1 ${f1}`);
    assert.deepEqual([...byType.keys()], ['ORG', 'PER']);
    tagger.dispose();
  });

  tensorflowTest('gives the same numbers under the same seed, others under another', async () => {
    const [a, b] = [await trainTagger(DATA, OPTIONS, RUN), await trainTagger(DATA, OPTIONS, RUN)];
    assert.deepEqual(numbersOf(a), numbersOf(b));
    const other = await trainTagger(DATA, { ...OPTIONS, train: { ...OPTIONS.train, seed: 2 } }, RUN);
    assert.notDeepEqual(numbersOf(other).history, numbersOf(a).history);
    for (const tagger of [a, b, other]) tagger.dispose();
  });

  tensorflowTest(
    'keeps the weights of the best epoch on the development data, and stops when it is past',
    async () => {
      const options = { ...OPTIONS, train: { ...OPTIONS.train, epochs: 40, patience: 2 } };
      const tagger = await trainTagger(DATA, options, RUN);
      const scores = tagger.history.map(({ developmentF1 }) => developmentF1!);
      const best = Math.max(...scores);
      assert.equal(tagger.history.length, scores.indexOf(best) + 1 + 2);
      assert.equal((await tagger.evaluate(DATA.development!)).f1, best);
      tagger.dispose();
    },
  );

  tensorflowTest('predicts in the scheme that was asked for', async () => {
    const options = { ...OPTIONS, model: { ...OPTIONS.model, scheme: 'BIOES' as const } };
    const tagger = await trainTagger(DATA, options, RUN);
    assert.deepEqual(tagger.tags.slice(0, 5), ['O', 'B-ORG', 'I-ORG', 'E-ORG', 'S-ORG']);
    tagger.dispose();
  });

  tensorflowTest('leaves frozen vectors as they are, and changes others', async () => {
    const words = ['farmer', 'label', 'durian'];
    const vectors = { words, matrix: padded(words.map((_, i) => [i, 1, 2, 3, 4, 5, 6, 7])) };
    const first = async (frozen: boolean) => {
      const tagger = await trainTagger({ ...DATA, vectors }, { ...OPTIONS, vectors: { frozen } }, RUN);
      const rows = tagger.model.embedding.variable.toHost();
      tagger.dispose();
      return { farmer: [...rows.subarray(0, 8)], durian: [...rows.subarray(16, 24)] };
    };
    const frozen = await first(true);
    assert.deepEqual(frozen, { farmer: [0, 1, 2, 3, 4, 5, 6, 7], durian: [2, 1, 2, 3, 4, 5, 6, 7] });
    const tuned = await first(false);
    assert.notDeepEqual(tuned.farmer, frozen.farmer);
    // It is not in the labelled text, so it stays, and is there in use.
    assert.deepEqual(tuned.durian, frozen.durian);
  });

  tensorflowTest('stops when the signal fires', async () => {
    const controller = new AbortController();
    const run = { ...RUN, signal: controller.signal, onEpoch: () => controller.abort() };
    await assert.rejects(trainTagger(DATA, OPTIONS, run), { kind: 'aborted' });
  });
});

describe('a saved tagger', () => {
  tensorflowTest('loads to the same numbers', async () => {
    const tagger = await trainTagger(DATA, OPTIONS, RUN);
    await tagger.save(pathOf('model'));
    const loaded = await Tagger.load(pathOf('model'), RUN);
    assert.deepEqual(numbersOf(loaded), numbersOf(tagger));
    assert.deepEqual(loaded.options, tagger.options);
    assert.deepEqual(loaded.tag([[], ['is'], []])[0], []);
    assert.equal(loaded.tag([[], ['is'], []])[1]!.length, 1);
    assert.deepEqual(await loaded.evaluate(DATA.development!), await tagger.evaluate(DATA.development!));
    for (const each of [tagger, loaded]) each.dispose();
  });

  tensorflowTest('is refused where vocabulary and weights do not match, with the file', async () => {
    const path = pathOf('model');
    const file = join(path, 'vocabulary.txt');
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    // As long as before, so that it is not refused for its size.
    const merged = [`${lines[0]}_${lines[1]}`, ...lines.slice(2)].join('\n');
    writeFileSync(file, merged.padEnd(text.length, '\n'));
    await assert.rejects(Tagger.load(path, RUN), {
      kind: 'data',
      message:
        /vocabulary\.txt: this vocabulary has \d+ words, but 'words' in weights\.safetensors has \d+ rows/,
    });
    writeFileSync(file, text.replace(/^(\S+ )\d/, '$1x'));
    await assert.rejects(Tagger.load(path, RUN), {
      kind: 'data',
      message: /vocabulary\.txt:1: .* is not a count/,
    });
    writeFileSync(file, text);
  });

  tensorflowTest('is refused where weights are of another shape or a file is cut short', async () => {
    const path = pathOf('model');
    const file = join(path, 'weights.safetensors');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 4));
    await assert.rejects(Tagger.load(path, RUN), {
      kind: 'data',
      message: /weights\.safetensors .*cut short/,
    });
    const other = Buffer.concat([
      ...safetensorsBytes(new Map([['x', { shape: [1], data: new Float32Array(1) }]])),
    ]);
    writeFileSync(file, other);
    const config = join(path, 'config.json');
    const saved = readFileSync(config, 'utf8');
    writeFileSync(config, saved.replace(/("weights.safetensors": )\d+/, `$1${other.length}`));
    await assert.rejects(Tagger.load(path, RUN), {
      kind: 'data',
      message: /weights\.safetensors: 'words' is missing/,
    });
    writeFileSync(config, saved.replace('"IOB2"', '"IOB9"'));
    writeFileSync(file, bytes);
    await assert.rejects(Tagger.load(path, RUN), {
      kind: 'data',
      message: /config\.json: options\.scheme: must be one of IO, IOB1, IOB2, BIOES, not 'IOB9'/,
    });
  });
});

describe('training that was interrupted', () => {
  const words = ['farmer', 'label', 'orange'];
  const vectors: TaggerVectors = {
    ...{ words, matrix: padded(words.map((_, i) => [i, 1, 2, 3, 4, 5, 6, 7])), file: 'vectors.txt' },
  };
  const data = { ...DATA, vectors };

  /** Trains three epochs of four, as if interrupted then. */
  async function interrupted(checkpoint: string): Promise<void> {
    const controller = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }) => epoch === 3 && controller.abort();
    const run = { ...RUN, checkpoint, signal: controller.signal, onEpoch };
    await assert.rejects(trainTagger(data, OPTIONS, run), { kind: 'tryAgain', message: /epoch 3 came to/ });
  }

  tensorflowTest('goes on from its checkpoint to the same numbers, bit for bit', async () => {
    const whole = await trainTagger(data, OPTIONS, RUN);
    const checkpoint = pathOf('checkpoint');
    await interrupted(checkpoint);
    const epochs: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }) => void epochs.push(epoch);
    const resumed = await trainTagger(data, OPTIONS, { ...RUN, checkpoint, resume: true, onEpoch });
    assert.deepEqual(epochs, [4]);
    assert.deepEqual(numbersOf(resumed), numbersOf(whole));
    for (const tagger of [whole, resumed]) tagger.dispose();
  });

  tensorflowTest('begins anew where there is no checkpoint', async () => {
    const checkpoint = pathOf('none');
    const tagger = await trainTagger(data, OPTIONS, { ...RUN, checkpoint, resume: true });
    assert.equal(tagger.history.length, 4);
    tagger.dispose();
  });

  tensorflowTest('refuses other options, vectors, words and data, and keeps its checkpoint', async () => {
    const checkpoint = pathOf('kept');
    await interrupted(checkpoint);
    const before = readFileSync(join(checkpoint, 'weights.safetensors'));
    const refused = (other: Partial<TaggerData>, options: TaggerOptions, expected: object) =>
      assert.rejects(
        trainTagger({ ...data, ...other }, options, { ...RUN, checkpoint, resume: true }),
        expected,
      );
    await refused(
      {},
      { ...OPTIONS, train: { ...OPTIONS.train, seed: 7 } },
      { kind: 'usage', message: /config\.json: train\.seed: is 7, but the checkpoint was trained with 1/ },
    );
    const { dimensions: _, ...model } = OPTIONS.model;
    const short = { words, matrix: padded(words.map(() => [1, 2])), file: 'short.txt' };
    await refused(
      { vectors: short },
      { ...OPTIONS, model: { ...model, dimensions: 8 } },
      { kind: 'data', message: /^short\.txt:1: these vectors have 2 dimensions/ },
    );
    const matrix = padded(words.map((_, i) => [i, 1, 2, 3, 4, 5, 6, 7.5]));
    await refused({ vectors: { ...vectors, matrix } }, OPTIONS, {
      kind: 'data',
      message: /^vectors\.txt: these vectors have other numbers than those that the checkpoint began with/,
    });
    const renamed = { ...vectors, words: ['farmer', 'brand', 'orange'] };
    await refused({ vectors: renamed }, OPTIONS, {
      kind: 'data',
      message: /kept\/vocabulary\.txt:2: word 2 of the checkpoint is "label", but .* is "brand"/,
    });
    await refused({ development: DATA.train }, OPTIONS, {
      kind: 'data',
      message: /kept: the training or development data are not those of this checkpoint/,
    });
    assert.deepEqual(readFileSync(join(checkpoint, 'weights.safetensors')), before);
    rmSync(checkpoint, { recursive: true });
  });

  tensorflowTest('names the vectors where they have another dimension than the checkpoint', async () => {
    const checkpoint = pathOf('longer');
    const { dimensions: _, ...model } = OPTIONS.model;
    const options = { ...OPTIONS, model, train: { ...OPTIONS.train, epochs: 1 } };
    (await trainTagger(data, options, { ...RUN, checkpoint })).dispose();
    const short = { words, matrix: padded(words.map(() => [1, 2])), file: 'short.txt' };
    await assert.rejects(
      trainTagger({ ...data, vectors: short }, options, { ...RUN, checkpoint, resume: true }),
      {
        kind: 'data',
        message: /^short\.txt:1: these vectors have 2 dimensions; the checkpoint was trained with 8/,
      },
    );
  });
});
