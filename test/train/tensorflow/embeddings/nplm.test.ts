import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { NeuralLanguageModel, type NplmShape } from '../../../../src/train/tensorflow/embeddings/nplm.js';
import { NplmLearner } from '../../../../src/train/tensorflow/embeddings/nplm-learner.js';
import { matrixOf } from '../../../../src/train/tensorflow/embeddings/shallow-learner.js';
import { WordSampler } from '../../../../src/train/tensorflow/sampled-words.js';
import { EmbeddingMatrix, oneHot } from '../../../../src/vectors/embedding-matrix.js';
import { testOnDevices } from '../support/devices.js';
import { checkGradients } from '../support/gradient-check.js';

const SHAPE: NplmShape = {
  words: 7,
  places: 2,
  dimensions: 3,
  hidden: 4,
  direct: true,
  sampled: false,
  seed: 1,
  initialRange: 3,
};

/** All parameters at random in +-1, so that every part of the model shows. */
function randomModel(device: Device, shape: Partial<NplmShape> = {}): NeuralLanguageModel {
  const model = new NeuralLanguageModel(device, { ...SHAPE, ...shape });
  const random = new Random(4);
  for (const { variable, size } of model.parameters)
    variable.assign(Float32Array.from({ length: size }, () => 2 * random.unit() - 1));
  return model;
}

/** p(word | context) by the paper's equation, number by number: y = b2 + W x + U tanh(b1 + H x), then softmax. */
function byHand(model: NeuralLanguageModel, context: readonly number[]): number[] {
  const { hidden, direct, words } = model.shape;
  const values = (name: 'E' | 'W1' | 'b1' | 'W2' | 'b2') => model[name]?.variable.toHost() ?? [];
  const [E, W1, b1, W2, b2] = [values('E'), values('W1'), values('b1'), values('W2'), values('b2')];
  const x = context.flatMap((id) => [...E.slice(3 * id, 3 * id + 3)]);
  const a = Array.from({ length: hidden }, (_, unit) =>
    Math.tanh(x.reduce((sum, value, i) => sum + value * W1[i * hidden + unit]!, b1[unit]!)),
  );
  const features = direct ? [...a, ...x] : a;
  const y = Array.from({ length: words }, (_, word) =>
    features.reduce((sum, value, i) => sum + value * W2[word * features.length + i]!, b2[word]!),
  );
  const total = y.reduce((sum, score) => sum + Math.exp(score), 0);
  return y.map((score) => Math.exp(score) / total);
}

for (const variant of [{ direct: false }, { direct: true }, { direct: true, hidden: 0 }]) {
  testOnDevices(`p(word | context) is the paper's equation 1, ${JSON.stringify(variant)}`, (device) => {
    const model = randomModel(device, variant);
    // 7, one past the vocabulary, stands for a place outside the sentence.
    const contexts = [
      [5, 0],
      [7, 3],
      [2, 2],
    ];
    const p = model.probabilities(Int32Array.from(contexts.flat()));
    const losses = model.lossesOf(Int32Array.from(contexts.flat()), Int32Array.of(1, 6, 2));
    for (const [row, context] of contexts.entries()) {
      const expected = byHand(model, context);
      for (const [word, value] of expected.entries())
        assert.ok(Math.abs(p[row * 7 + word]! - value) < 1e-5, `${p[row * 7 + word]} for ${value}`);
      assert.ok(Math.abs(losses[row]! + Math.log(expected[[1, 6, 2][row]!]!)) < 1e-5);
    }
    model.dispose();
  });

  for (const sampled of [false, true]) {
    testOnDevices(
      `gradients equal finite differences, ${JSON.stringify(variant)}, ${sampled ? 'sampled' : 'full'} softmax`,
      (device) => {
        const model = randomModel(device, { ...variant, sampled });
        const contexts = Int32Array.of(5, 0, 7, 3, 5, 5);
        const targets = Int32Array.of(1, 6, 2);
        const sample = sampled ? { ids: Int32Array.of(2, 3, 0), logExpected: Float32Array.of(-0.1, -0.5, -0.9, -1, -2, -3, -4) } : undefined; // biome-ignore format: one sample
        checkGradients(device, model.parameters, (tape) => {
          const weights = Float32Array.of(1, 0.5, 2);
          return model.loss(tape, model.features(tape, contexts), targets, weights, sample).total;
        });
        model.dispose();
      },
    );
  }
}

testOnDevices('E (dimensions x |V|) times a one-hot vector is the look-up', (device) => {
  const model = randomModel(device);
  const E = new EmbeddingMatrix(matrixOf(model.E, 7));
  assert.deepEqual(E.shape, [3, 7]);
  for (let id = 0; id < 7; id++) {
    const lookedUp = device.scope(() => device.read(model.E.variable.gather(Int32Array.of(id))));
    assert.deepEqual(E.times(oneHot(id, 7)), lookedUp);
    // The same product on the device: x = one-hot rows times Eᵀ.
    const product = device.scope(() => {
      const rows = device.slice(model.E.variable.read(), [0, 0], [7, 3]);
      return device.read(device.matMul(device.tensor(oneHot(id, 7), [1, 7]), rows));
    });
    assert.deepEqual(product, lookedUp);
  }
  model.dispose();
});

testOnDevices('a model with neither hidden units nor direct connections is refused', (device) => {
  assert.throws(() => new NeuralLanguageModel(device, { ...SHAPE, hidden: 0, direct: false }), RangeError);
});

testOnDevices('with sampled softmax a step changes the rows it uses and no others', (device) => {
  for (const optimizer of ['adam', 'sgd'] as const) {
    const words = 200;
    const model = new NeuralLanguageModel(device, { ...SHAPE, words, sampled: true });
    const sampler = new WordSampler(new Float64Array(words).fill(1), { samples: 5, noisePower: 1, seed: 1 });
    const learner = new NplmLearner(device, model, { optimizer, dropout: 0, seed: 1, sampler });
    const drawn = [...sampler.draw(0).ids, ...sampler.draw(1).ids];
    const before = model.parameters.map(({ variable }) => variable.toHost().slice());
    for (let step = 0; step < 2; step++)
      learner.step(Int32Array.of(10, 20, 30, 10), Int32Array.of(40, 50), 0.1);
    const changed = model.parameters.map(({ variable, shape }, number) => {
      const length = variable.toHost().length / shape[0]!;
      const differs = variable.toHost().map((value, i) => Number(value !== before[number]![i]));
      return Array.from({ length: shape[0]! }, (_, row) => row).filter((row) =>
        differs.subarray(row * length, (row + 1) * length).includes(1),
      );
    });
    const [E, , , W2, b2] = changed;
    const outputs = [...new Set([40, 50, ...drawn])].sort((a, b) => a - b);
    assert.deepEqual(E, [10, 20, 30]);
    assert.deepEqual(W2, outputs);
    assert.deepEqual(b2, outputs);
    learner.dispose();
    model.dispose();
  }
});

testOnDevices('no tensor is left behind by a step', (device) => {
  const start = device.liveTensors;
  for (const sampled of [false, true]) {
    const model = new NeuralLanguageModel(device, { ...SHAPE, sampled });
    const sampler = sampled ? new WordSampler([3, 2, 1, 1, 1, 1, 1], { samples: 4, noisePower: 1, seed: 1 }) : undefined; // biome-ignore format: one sampler
    const learner = new NplmLearner(device, model, { optimizer: 'adam', dropout: 0.5, seed: 1, sampler });
    const step = () => {
      learner.step(Int32Array.of(5, 0, 7, 3), Int32Array.of(1, 6), 0.01);
      model.lossesOf(Int32Array.of(5, 0), Int32Array.of(1));
      model.probabilities(Int32Array.of(5, 0));
    };
    step();
    const live = device.liveTensors;
    for (let number = 0; number < 20; number++) step();
    // The portable devices keep one copy of a variable that was read, until it changes.
    assert.ok(device.liveTensors <= live, `${device.liveTensors} after ${live}`);
    learner.dispose();
    model.dispose();
  }
  assert.equal(device.liveTensors, start);
});
