import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Report } from '../../src/core/report.js';
import { zeroMatrix } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { type EpochPasses, runEpochs } from '../../src/train/epochs.js';
import type { EpochCallback } from '../../src/train/training-setup.js';
import { weightsOf } from '../../src/train/weights.js';

const vocabulary = new Vocabulary({ words: ['a'], counts: [1] });

/** Passes whose held-out losses are given; each epoch writes its number, from 1, into both matrices. */
function passesOf(heldOutLosses?: readonly number[]) {
  const input = zeroMatrix(1, 2);
  const output = zeroMatrix(1, 2);
  const events: string[] = [];
  let epochs = 0;
  const passes: EpochPasses = {
    async train(epoch) {
      events.push(`train ${epoch}`);
      epochs = epoch + 1;
      input.data.fill(epochs);
      output.data.fill(epochs);
      return 10 - epochs;
    },
    ...(heldOutLosses && {
      evaluate: async () => ({ loss: epochs === 0 ? 9 : heldOutLosses[epochs - 1]!, predictions: 7 }),
    }),
    vectors: () => ({ vocabulary, input, output }),
    weights: weightsOf({ input, output }),
  };
  return { passes, input, output, events };
}

function run(passes: EpochPasses, options: { epochs: number; patience?: number }, onEpoch?: EpochCallback) {
  const notes: string[] = [];
  const report = new Report({ note: (message) => notes.push(message) });
  const done = runEpochs(passes, { patience: 0, ...options }, onEpoch ? { onEpoch } : {}, report);
  return done.then((result) => ({ ...result, notes }));
}

describe('epochs one after another', () => {
  test('without held-out text and callback they are just run', async () => {
    const { passes, events } = passesOf();
    assert.deepEqual(await run(passes, { epochs: 3 }), { epochs: 3, lossByEpoch: [9, 8, 7], notes: [] });
    assert.deepEqual(events, ['train 0', 'train 1', 'train 2']);
  });

  test('the held-out loss is noted before training and after each epoch', async () => {
    const { passes } = passesOf([5, 4]);
    assert.deepEqual(await run(passes, { epochs: 2 }), {
      epochs: 2,
      lossByEpoch: [9, 8],
      validationLossByEpoch: [5, 4],
      notes: [
        'before training: held-out loss 9.0000 (7 predictions)',
        'epoch 1: loss 9.0000, held-out loss 5.0000',
        'epoch 2: loss 8.0000, held-out loss 4.0000',
      ],
    });
  });

  test('with patience it stops when the held-out loss no longer falls, and puts the best epoch back', async () => {
    const { passes, input, output } = passesOf([5, 4, 4.5, 4.2, 1]);
    const { notes, ...done } = await run(passes, { epochs: 5, patience: 2 });
    assert.deepEqual(done, {
      epochs: 4,
      lossByEpoch: [9, 8, 7, 6],
      validationLossByEpoch: [5, 4, 4.5, 4.2],
      bestEpoch: 2,
    });
    assert.equal(notes.at(-1), 'keeping epoch 2, which had the lowest held-out loss');
    assert.deepEqual([...input.data, ...output.data], [2, 2, 2, 2]);
  });

  test('without patience the last epoch is kept, be it the worst', async () => {
    const { passes, input } = passesOf([5, 6]);
    assert.equal('bestEpoch' in (await run(passes, { epochs: 2 })), false);
    assert.equal(input.data[0], 2);
  });

  test('memory for the best epoch is asked for before training', async () => {
    const { passes, events } = passesOf([5, 4]);
    const [input, output] = [passes.vectors().input, { ...zeroMatrix(1, 2), rows: 2 ** 40 }];
    await assert.rejects(
      run({ ...passes, weights: weightsOf({ input, output }) }, { epochs: 2, patience: 1 }),
      {
        kind: 'outOfMemory',
      },
    );
    assert.deepEqual(events, []);
  });

  test('held-out text with nothing to predict is refused before training', async () => {
    const { passes, events } = passesOf();
    const nothing = { ...passes, evaluate: async () => ({ loss: 0, predictions: 0 }) };
    await assert.rejects(run(nothing, { epochs: 1 }), {
      kind: 'data',
      message: /^train\.validation: what is held out has nothing to predict\n {2}Hold out a larger share/,
    });
    assert.deepEqual(events, []);
  });
});

describe('the callback', () => {
  test('is told of each epoch, sees the vectors themselves, and is waited for', async () => {
    const { passes, input, events } = passesOf([5, 4]);
    await run(passes, { epochs: 2 }, async ({ epoch, epochs, loss, validationLoss, vectors }) => {
      assert.equal(vectors.input, input);
      const value = vectors.input.data[0];
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(vectors.input.data[0], value);
      events.push(`epoch ${epoch} of ${epochs}: ${loss}, ${validationLoss}, ${value}`);
    });
    assert.deepEqual(events, ['train 0', 'epoch 1 of 2: 9, 5, 1', 'train 1', 'epoch 2 of 2: 8, 4, 2']);
  });

  test('can stop training; with patience the best epoch is kept all the same', async () => {
    const stopAt =
      (last: number): EpochCallback =>
      ({ epoch, stop }) => {
        if (epoch === last) stop();
      };
    assert.equal((await run(passesOf().passes, { epochs: 9 }, stopAt(2))).epochs, 2);
    const { passes, input } = passesOf([4, 5, 3]);
    const { epochs, bestEpoch } = await run(passes, { epochs: 9, patience: 5 }, stopAt(2));
    assert.deepEqual([epochs, bestEpoch, input.data[0]], [2, 1, 1]);
  });

  test('ends training with what it throws, at once or later', async () => {
    const error = new Error('enough');
    const { passes, events } = passesOf();
    await assert.rejects(
      run(passes, { epochs: 3 }, () => {
        throw error;
      }),
      error,
    );
    await assert.rejects(
      run(passes, { epochs: 3 }, () => Promise.reject(error)),
      error,
    );
    assert.deepEqual(events, ['train 0', 'train 0']);
  });
});
