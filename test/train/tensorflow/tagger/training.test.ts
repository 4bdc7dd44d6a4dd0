import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Report } from '../../../../src/core/report.js';
import type { TaggerOptions } from '../../../../src/train/tensorflow/tagger/options.js';
import { Tagger } from '../../../../src/train/tensorflow/tagger/tagger.js';
import { trainTagger } from '../../../../src/train/tensorflow/tagger/train-tagger.js';
import { keptEpoch } from '../../../../src/train/tensorflow/tagger/training.js';
import { temporaryFolder } from '../../../formats/support.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { testOnDevices } from '../support/devices.js';
import { labelledFarmers, UNSEEN } from './farmers.js';

const TRAIN = labelledFarmers(30);
const SMALL = {
  ...{ dimensions: 8, units: 6, characterUnits: 3, characterDimensions: 4, shapeDimensions: 3 },
} satisfies TaggerOptions['model'];
const TOKENS = UNSEEN.map(({ tokens }) => tokens);
const folder = temporaryFolder();

function epochs(...scores: readonly (number | undefined)[]) {
  return scores.map((developmentF1, i) => ({ epoch: i + 1, loss: 1, developmentF1 }));
}

describe('the epoch whose weights are kept', () => {
  test('is the first with the best F1 on the development data', () => {
    assert.equal(keptEpoch(epochs(0, 0.5, 0.7, 0.7, 0.6))!.epoch, 3);
  });
  test('is the last while nothing is found, and without development data', () => {
    assert.equal(keptEpoch(epochs(0, 0, 0))!.epoch, 3);
    assert.equal(keptEpoch(epochs(undefined, undefined))!.epoch, 2);
    assert.equal(keptEpoch([]), undefined);
  });

  tensorflowTest('gives the weights of the last where F1 stays 0', async () => {
    // The development data has types that are not there to learn.
    const development = labelledFarmers(4, 2).map(({ tokens }) => ({
      tokens,
      tags: tokens.map((_, i) => (i === 3 ? 'B-NEW' : 'O')),
    }));
    const options = { model: SMALL, train: { epochs: 3, patience: 1, batch: 8 } };
    const scored = await trainTagger({ train: TRAIN, development }, options);
    const plain = await trainTagger({ train: TRAIN }, options);
    assert.deepEqual(
      scored.history.map(({ developmentF1 }) => developmentF1),
      [0, 0, 0],
    );
    const weights = (tagger: Tagger) => tagger.model.parameters.map(({ variable }) => variable.toHost());
    assert.deepEqual(weights(scored), weights(plain));
    for (const tagger of [scored, plain]) tagger.dispose();
  });
});

tensorflowTest('the last step of training cannot leave NaN behind, and the hint is for taggers', async () => {
  // One step: no loss comes after it.
  const options = { model: SMALL, train: { epochs: 1, batch: 100, learningRate: 1e39 } };
  const run = { checkpoint: join(folder, 'diverged') };
  await assert.rejects(trainTagger({ train: TRAIN }, options, run), {
    kind: 'data',
    message:
      /^train\.learningRate: training diverged: '.+' holds numbers that are not finite \(learning rate 1e\+39\)\n.*0\.004 is the default for taggers/,
  });
  await assert.rejects(Tagger.load(run.checkpoint), { kind: 'noInput' });
});

describe('the signal', () => {
  tensorflowTest('is looked at while the development data is tagged', async () => {
    const controller = new AbortController();
    let seen = 0;
    const report = new Report({
      progress: ({ done, total }) => done === total && setImmediate(() => controller.abort()),
    });
    const onEpoch = () => void seen++;
    const data = { train: TRAIN, development: labelledFarmers(200, 2) };
    const run = { report, signal: controller.signal, onEpoch };
    await assert.rejects(trainTagger(data, { model: SMALL, train: { epochs: 1 } }, run), { kind: 'aborted' });
    assert.equal(seen, 0);
  });

  tensorflowTest('is looked at before a tagger is handed out', async () => {
    const controller = new AbortController();
    const run = { signal: controller.signal, onEpoch: () => controller.abort() };
    const training = trainTagger({ train: TRAIN }, { model: SMALL, train: { epochs: 1 } }, run);
    await assert.rejects(training, { kind: 'aborted' });
  });

  tensorflowTest('stops the scoring of many sentences, between which others have their turn', async () => {
    const tagger = await trainTagger({ train: TRAIN }, { model: SMALL, train: { epochs: 1 } });
    const many = labelledFarmers(200, 2);
    let turns = 0;
    const count = setInterval(() => void turns++, 0);
    const predicted = await tagger.tagMany(many.map(({ tokens }) => tokens));
    clearInterval(count);
    assert.ok(turns > 0);
    assert.deepEqual(predicted, tagger.tag(many.map(({ tokens }) => tokens)));
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await assert.rejects(tagger.evaluate(many, { signal: controller.signal }), { kind: 'aborted' });
    tagger.dispose();
  });
});

describe('a tagger of other parts', () => {
  for (const model of [{ cell: 'gru', layers: 2 }, { dense: [7, 5] }, { decoder: 'softmax' }] as const) {
    const name = JSON.stringify(model);
    tensorflowTest(`${name} learns, and loads to the same tags`, async () => {
      const path = join(folder, name);
      const settings = { ...SMALL, dense: [], ...model, dropout: 0.1 };
      const train = { epochs: 30, batch: 8, learningRate: 0.02 };
      const tagger = await trainTagger(
        { train: TRAIN },
        { model: { ...settings, dense: [...settings.dense] }, train },
      );
      const { f1 } = await tagger.evaluate(TRAIN);
      assert.ok(f1 > 0.9, `F1 ${f1}`);
      await tagger.save(path);
      const loaded = await Tagger.load(path);
      assert.deepEqual(loaded.options, tagger.options);
      assert.deepEqual(loaded.tag(TOKENS), tagger.tag(TOKENS));
      for (const each of [tagger, loaded]) each.dispose();
    });
  }
});

testOnDevices('the number of tensors stays flat over steps of training and over tagging', async (device) => {
  const before = device.liveTensors;
  const live: number[] = [];
  const report = new Report({ progress: () => live.push(device.liveTensors) });
  const data = { train: labelledFarmers(8), development: labelledFarmers(6, 2) };
  const tagger = await trainTagger(
    data,
    { model: SMALL, train: { epochs: 3, batch: 2 } },
    { device, report },
  );
  assert.equal(live.length, 12);
  assert.deepEqual(new Set(live.slice(1)), new Set([live[1]]));
  tagger.tag(TOKENS);
  const trained = device.liveTensors;
  for (let i = 0; i < 3; i++) tagger.tag(TOKENS);
  assert.equal(device.liveTensors, trained);
  tagger.dispose();
  assert.equal(device.liveTensors, before);
});
