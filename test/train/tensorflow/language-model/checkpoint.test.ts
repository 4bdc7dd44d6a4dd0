import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WordmillError } from '../../../../src/core/errors.js';
import {
  type TrainLanguageModelOptions,
  trainLanguageModel,
} from '../../../../src/train/tensorflow/language-model/train.js';
import { loadModelFolder, saveModelFolder } from '../../../../src/train/tensorflow/model-folder.js';
import { removeCheckpoint } from '../../../../src/train/tensorflow/remove-checkpoint.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { refusal } from '../support/model-content.js';
import { blocksOf, corpusOf, VERSES } from './support.js';

const verses = corpusOf(VERSES);
const HELD_OUT = ['one for the show', 'four to get ready'];

/** A signal that fires when it is looked at for the n-th time: once for each block read, and once for each batch. */
function firesAtLook(n: number): AbortSignal {
  let looks = 0;
  const signal = {
    get aborted() {
      return ++looks >= n;
    },
    reason: undefined,
  };
  return signal as unknown as AbortSignal;
}

const OPTIONS = {
  model: { layers: 2, units: 10, dimensions: 6, dropout: 0.3, softmax: 'sampled', samples: 12 },
  train: { epochs: 4, batch: 2, steps: 3, learningRate: 0.05, decay: 'plateau', seed: 3 },
} as const satisfies TrainLanguageModelOptions;

async function weightsOf(options: TrainLanguageModelOptions, signal?: AbortSignal) {
  const { model, epochs } = await trainLanguageModel(
    verses,
    { ...options, heldOut: blocksOf(verses.vocabulary, HELD_OUT) },
    signal ? { signal } : {},
  );
  const weights = model.network.parameters.map(({ variable }) => variable.toHost());
  model.dispose();
  return { weights, epochs: epochs.map(({ seconds: _, ...epoch }) => epoch) };
}

const interrupted = (error: WordmillError) => error.kind === 'tryAgain' && /--resume/.test(error.message);

tensorflowTest(
  'training that was interrupted anywhere goes on to the same numbers, bit for bit',
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    for (const options of [OPTIONS, { ...OPTIONS, train: { ...OPTIONS.train, optimizer: 'sgd' } }] as const) {
      const whole = await weightsOf(options);
      assert.equal(whole.epochs.length, 4);
      for (const look of [4, 9, 15, 22]) {
        const path = join(folder, `checkpoint-${look}`);
        const checkpoint = { path };
        await assert.rejects(weightsOf({ ...options, checkpoint }, firesAtLook(look)), interrupted);
        const resumed = await weightsOf({ ...options, checkpoint: { path, resume: true } });
        assert.deepEqual(resumed, whole, `interrupted at ${look}`);
        await removeCheckpoint(path, 'language-model');
        assert.ok(!existsSync(path));
      }
    }
  },
);

tensorflowTest(
  'a checkpoint is refused where the definition or the text is another, with the difference',
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'checkpoint');
    await assert.rejects(weightsOf({ ...OPTIONS, checkpoint: { path } }, firesAtLook(9)), interrupted);

    const resume = (options: TrainLanguageModelOptions, corpus = verses, heldOut = HELD_OUT) =>
      trainLanguageModel(corpus, {
        ...options,
        heldOut: blocksOf(corpus.vocabulary, heldOut),
        checkpoint: { path, resume: true },
      });
    const refused = (promise: Promise<unknown>, message: RegExp) =>
      assert.rejects(promise, (error: WordmillError) => {
        assert.equal(error.kind, 'usage');
        assert.match(error.message, message);
        return true;
      });
    const { model, train } = OPTIONS;
    await refused(resume({ model: { ...model, units: 12 }, train }), /model\.units: .* made with 10, not 12/);
    await refused(resume({ model, train: { ...train, seed: 4 } }), /train\.seed: .* made with 3, not 4/);
    await refused(
      resume({ model: { ...model, inputDropout: 0 }, train }),
      /model\.inputDropout: .* made with unset, not 0/,
    );
    await refused(resume(OPTIONS, corpusOf([...VERSES, 'go'])), /another text/);
    await refused(resume(OPTIONS, corpusOf([...VERSES].reverse())), /another vocabulary/);
    await refused(resume(OPTIONS, verses, ['one']), /another held-out text/);
    // More epochs are the same training, longer.
    const { epochs } = await resume({ model, train: { ...train, epochs: 5 } });
    assert.equal(epochs.length, 5);
    assert.deepEqual(await readdir(folder), ['checkpoint']);
  },
);

tensorflowTest(
  'a checkpoint with a tensor that is missing or of another shape is refused',
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'checkpoint');
    await assert.rejects(weightsOf({ ...OPTIONS, checkpoint: { path } }, firesAtLook(13)), interrupted);
    // In the midst of the second epoch: with a state that is carried on, and weights that were best.
    const whole = await loadModelFolder(path, 'language-model');
    for (const [name, problem] of [
      // LSTMs of 10 units, two streams side by side.
      ['state/1/1', "'state/1/1' is NOT; the model needs it as 2 x 10 float32"],
      ['optimizer/output.bias/v', "the optimizer's 'output.bias/v' is NOT"],
      ['best/embedding', "'best/embedding' is NOT"],
      ['embedding', "'embedding' is NOT"],
    ] as const) {
      const tensor = whole.tensors.get(name);
      assert.ok(tensor, name);
      const tensors = new Map(whole.tensors);
      tensors.set(name, { ...tensor, shape: [1, ...tensor.shape] });
      for (const found of ['1 x \\d+.*', 'missing']) {
        await saveModelFolder(path, { ...whole, tensors });
        await assert.rejects(
          weightsOf({ ...OPTIONS, checkpoint: { path, resume: true } }),
          refusal('data', new RegExp(`weights\\.safetensors: ${problem.replace('NOT', found)}`)),
        );
        tensors.delete(name);
      }
    }
  },
);

tensorflowTest('an epoch that was begun cannot be taken back', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'checkpoint');
  const resume = (epochs: number) =>
    weightsOf({ ...OPTIONS, train: { ...OPTIONS.train, epochs }, checkpoint: { path, resume: true } });
  // Two looks for the texts and five or so batches an epoch: in the midst of the second epoch.
  await assert.rejects(weightsOf({ ...OPTIONS, checkpoint: { path } }, firesAtLook(13)), interrupted);
  const { checkpoint } = (await loadModelFolder(path, 'language-model')).options as {
    checkpoint: { training: { epoch: number; batch: number } };
  };
  assert.equal(checkpoint.training.epoch, 1);
  assert.ok(checkpoint.training.batch > 0);
  await assert.rejects(
    resume(1),
    refusal('usage', /checkpoint: train\.epochs: epoch 2 was begun already.*\n {2}Resume with at least 2/),
  );
  assert.equal((await resume(2)).epochs.length, 2);
});

tensorflowTest('a checkpoint that is damaged is named, with file and key', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'checkpoint');
  await assert.rejects(weightsOf({ ...OPTIONS, checkpoint: { path } }, firesAtLook(9)), interrupted);
  const whole = await loadModelFolder(path, 'language-model');
  const { definition, training } = whole.options.checkpoint as Record<string, Record<string, unknown>>;
  const { model: _, ...rest } = definition!;
  for (const [damaged, key] of [
    [{ definition: rest, training }, 'checkpoint\\.definition\\.model'],
    [{ definition, training: { ...training, epoch: -1 } }, 'checkpoint\\.training\\.epoch'],
    [{ training }, 'checkpoint\\.definition'],
    ['none', 'checkpoint'],
  ] as const) {
    await saveModelFolder(path, { ...whole, options: { ...whole.options, checkpoint: damaged } });
    await assert.rejects(
      weightsOf({ ...OPTIONS, checkpoint: { path, resume: true } }),
      refusal('data', new RegExp(`config\\.json: options\\.${key}: `)),
    );
  }
});

tensorflowTest(
  'a finished model is no checkpoint, and one that is missing is said to be',
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'model');
    const resumed = () => trainLanguageModel(verses, { ...OPTIONS, checkpoint: { path, resume: true } });
    await assert.rejects(resumed(), (error: WordmillError) => error.kind === 'noInput');
    const { model } = await trainLanguageModel(verses, OPTIONS);
    await model.save(path);
    await assert.rejects(resumed(), /no checkpoint to go on from/);
    // The text is not read for that.
    const unread = { ...verses, blocks: () => assert.fail('the text was read') };
    const options = { ...OPTIONS, checkpoint: { path, resume: true } };
    await assert.rejects(trainLanguageModel(unread, options), /no checkpoint to go on from/);
    await removeCheckpoint(path, 'language-model');
    assert.ok(existsSync(path));
  },
);
