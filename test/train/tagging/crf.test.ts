import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { type CrfBatch, crfBatch } from '../../../src/train/tagging/crf-batch.js';
import { crfBestPath, noTransitionScores, transitionMask } from '../../../src/train/tagging/crf-decode.js';
import {
  type CrfWeights,
  crfLogPartition,
  crfMarginals,
  crfPathScore,
} from '../../../src/train/tagging/crf-reference.js';
import { checkTags } from '../../../src/train/tagging/entities.js';
import { SCHEMES, tagsOf } from '../../../src/train/tagging/schemes.js';

function close(actual: number, expected: number, within = 1e-9, what = ''): void {
  const distance = Math.abs(actual - expected);
  assert.ok(distance <= within * Math.max(1, Math.abs(expected)), `${what} ${actual} is not ${expected}`);
}

function allClose(actual: ArrayLike<number>, expected: ArrayLike<number>, within?: number, what = ''): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) close(actual[i]!, expected[i]!, within, `${what} [${i}]`);
}

function numbers(random: Random, length: number, range: number): Float64Array {
  return Float64Array.from({ length }, () => (random.unit() * 2 - 1) * range);
}

function randomWeights(random: Random, tags: number, range = 2): CrfWeights {
  return {
    tags,
    start: numbers(random, tags, range),
    end: numbers(random, tags, range),
    transitions: numbers(random, tags * tags, range),
  };
}

/** All tags^length paths. */
function* allPaths(tags: number, length: number): Generator<number[]> {
  if (length === 0) yield [];
  else
    for (const path of allPaths(tags, length - 1)) for (let tag = 0; tag < tags; tag++) yield [...path, tag];
}

/** log Z, marginals and the best path, by adding up all paths. */
function byEnumeration(weights: CrfWeights, emissions: Float64Array) {
  const { tags } = weights;
  const paths = [...allPaths(tags, emissions.length / tags)];
  const scores = paths.map((path) => crfPathScore(weights, emissions, path));
  const largest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  const marginals = new Float64Array(emissions.length);
  const pairs = new Float64Array(tags * tags);
  for (const [index, path] of paths.entries()) {
    const probability = exponentials[index]! / sum;
    for (const [t, tag] of path.entries()) {
      marginals[t * tags + tag]! += probability;
      if (t > 0) pairs[path[t - 1]! * tags + tag]! += probability;
    }
  }
  return { logZ: Math.log(sum) + largest, marginals, pairs, best: paths[scores.indexOf(largest)]!, largest };
}

describe('the linear-chain CRF', () => {
  test('two tokens, two tags, by hand', () => {
    // exp of every score is a small number, so that Z can be added up: paths 00, 01, 10, 11.
    const log = (...values: number[]) => Float64Array.from(values, Math.log);
    const weights: CrfWeights = {
      tags: 2,
      start: log(1, 2),
      end: log(3, 1),
      transitions: log(1, 2, 5, 1),
    };
    const emissions = log(2, 1, 1, 4);
    // 00: 1·2·1·1·3 = 6; 01: 1·2·2·4·1 = 16; 10: 2·1·5·1·3 = 30; 11: 2·1·1·4·1 = 8. Z = 60.
    close(crfLogPartition(weights, emissions), Math.log(60));
    close(crfPathScore(weights, emissions, [0, 1]), Math.log(16));
    allClose(crfMarginals(weights, emissions), [22 / 60, 38 / 60, 36 / 60, 24 / 60]);
    const best = crfBestPath(weights, emissions);
    assert.deepEqual([...best.path], [1, 0]);
    close(best.score, Math.log(30));
    const { losses, emissionGradient, weightGradients } = crfBatch(weights, {
      emissions,
      lengths: [2],
      gold: [0, 1],
      time: 2,
    });
    close(losses[0]!, Math.log(60 / 16));
    allClose(emissionGradient, [22 / 60 - 1, 38 / 60, 36 / 60, 24 / 60 - 1], 1e-7);
    allClose(weightGradients.transitions, [6 / 60, 16 / 60 - 1, 30 / 60, 8 / 60]);
    allClose(weightGradients.start, [22 / 60 - 1, 38 / 60]);
    allClose(weightGradients.end, [36 / 60, 24 / 60 - 1]);
  });

  test('all paths added up, for random weights, also large ones and ones that rule transitions out', () => {
    const random = new Random(31);
    for (let round = 0; round < 120; round++) {
      const tags = 1 + random.below(4);
      const length = 1 + random.below(5);
      const range = [1, 30, 1000][round % 3]!;
      const weights = randomWeights(random, tags, range);
      if (round % 2) {
        for (let k = 0; k < tags * tags; k++) {
          // The way from tag 0 to itself stays, so that some path is left.
          if (k > 0 && random.below(3) === 0)
            (weights.transitions as Float64Array)[k] = Number.NEGATIVE_INFINITY;
        }
      }
      const emissions = numbers(random, length * tags, range);
      const expected = byEnumeration(weights, emissions);
      close(crfLogPartition(weights, emissions), expected.logZ);
      allClose(crfMarginals(weights, emissions), expected.marginals, 1e-9, `round ${round}`);
      const best = crfBestPath(weights, emissions);
      assert.deepEqual([...best.path], expected.best);
      close(best.score, expected.largest);
      const gold = expected.best;
      const { weightGradients } = crfBatch(weights, { emissions, lengths: [length], gold, time: length });
      const pairs = expected.pairs;
      for (let t = 1; t < length; t++) pairs[gold[t - 1]! * tags + gold[t]!]! -= 1;
      allClose(weightGradients.transitions, pairs, 1e-9, `round ${round}`);
    }
  });

  test('a way that is far from the best one on both sides, but the only one, keeps its probability', () => {
    // Tag 0 is 5,000 ahead at the first token, tag 1 at the second; only 1 to 0 may be.
    const forbidden = Number.NEGATIVE_INFINITY;
    const weights = {
      ...noTransitionScores(2),
      transitions: Float64Array.of(forbidden, forbidden, 3, forbidden),
    };
    const emissions = Float64Array.of(5000, 0, 0, 5000);
    close(crfLogPartition(weights, emissions), 3);
    allClose(crfMarginals(weights, emissions), [0, 1, 1, 0]);
    const { losses, weightGradients } = crfBatch(weights, { emissions, lengths: [2], gold: [1, 0], time: 2 });
    close(losses[0]!, 0);
    allClose(weightGradients.transitions, [0, 0, 0, 0]);
  });

  test('10,000 tokens neither overflow nor drift: without transition scores the parts are softmaxes', () => {
    const random = new Random(33);
    const tags = 3;
    const emissions = numbers(random, 10_000 * tags, 50);
    let expected = 0;
    for (let t = 0; t < 10_000; t++) {
      const row = emissions.subarray(t * tags, (t + 1) * tags);
      const largest = Math.max(...row);
      expected += largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    }
    close(crfLogPartition(noTransitionScores(tags), emissions), expected, 1e-12);
    const sums = crfMarginals(noTransitionScores(tags), emissions);
    for (let t = 0; t < 10_000; t += 999) close(sums[3 * t]! + sums[3 * t + 1]! + sums[3 * t + 2]!, 1, 1e-8);
  });
});

describe('a batch', () => {
  const random = new Random(34);
  const tags = 4;
  const time = 5;
  const lengths = [5, 0, 1, 3];
  const weights = randomWeights(random, tags, 1.5);
  const batch: CrfBatch = {
    emissions: numbers(random, lengths.length * time * tags, 2),
    lengths,
    gold: Int32Array.from({ length: lengths.length * time }, () => random.below(tags)),
    time,
  };
  const total = (someWeights: CrfWeights, emissions = batch.emissions) =>
    crfBatch(someWeights, { ...batch, emissions }).losses.reduce((sum, loss) => sum + loss, 0);
  const result = crfBatch(weights, batch);

  test('losses are those of each sentence alone; an empty one has none', () => {
    for (const [sentence, length] of lengths.entries()) {
      const from = sentence * time;
      const emissions = batch.emissions.slice(from * tags, (from + length) * tags);
      const path = Array.from(batch.gold).slice(from, from + length);
      const expected = crfLogPartition(weights, emissions) - crfPathScore(weights, emissions, path);
      close(result.losses[sentence]!, expected);
    }
    assert.equal(result.losses[1], 0);
  });

  test('gradients by emissions, transitions, start and end agree with finite differences', () => {
    const step = 1e-5;
    const difference = (values: Float64Array, index: number, loss: (changed: Float64Array) => number) => {
      const moved = (by: number) => loss(values.map((value, at) => (at === index ? value + by : value)));
      return (moved(step) - moved(-step)) / (2 * step);
    };
    const emissions = batch.emissions as Float64Array;
    for (let index = 0; index < emissions.length; index++) {
      const expected = difference(emissions, index, (changed) => total(weights, changed));
      close(result.emissionGradient[index]!, expected, 2e-7, `emission ${index}`);
    }
    for (const key of ['start', 'end', 'transitions'] as const) {
      const values = weights[key] as Float64Array;
      for (let index = 0; index < values.length; index++) {
        const expected = difference(values, index, (changed) => total({ ...weights, [key]: changed }));
        close(result.weightGradients[key][index]!, expected, 1e-8, `${key} ${index}`);
      }
    }
  });

  test('what is past the end of a sentence is neither read nor written', () => {
    const emissions = batch.emissions.slice() as Float64Array;
    const gold = Int32Array.from(batch.gold);
    for (const [sentence, length] of lengths.entries()) {
      emissions.fill(Number.NaN, (sentence * time + length) * tags, (sentence + 1) * time * tags);
      gold.fill(-1, sentence * time + length, (sentence + 1) * time);
    }
    assert.deepEqual(crfBatch(weights, { ...batch, emissions, gold }), result);
  });

  test('sizes that do not fit, and a gold tag that is none, are refused', () => {
    for (const wrong of [
      { time: 4 },
      { lengths: [6, 0, 1, 3] },
      { gold: [0] },
      { gold: new Int32Array(20).fill(4) },
    ]) {
      assert.throws(() => crfBatch(weights, { ...batch, ...(wrong as Partial<CrfBatch>) }), {
        kind: 'internal',
      });
    }
  });

  test('descending the gradient makes the gold tags the best path', () => {
    const learned = randomWeights(new Random(1), tags, 0.1);
    const emissions = new Float32Array(batch.emissions.length);
    for (let round = 0; round < 400; round++) {
      const { emissionGradient, weightGradients } = crfBatch(learned, { ...batch, emissions });
      for (let k = 0; k < emissions.length; k++) emissions[k]! -= 0.5 * emissionGradient[k]!;
      for (const key of ['start', 'end', 'transitions'] as const) {
        for (let k = 0; k < learned[key].length; k++) learned[key][k]! -= 0.1 * weightGradients[key][k]!;
      }
    }
    for (const [sentence, length] of lengths.entries()) {
      const { path } = crfBestPath(learned, emissions, { length, offset: sentence * time * tags });
      assert.deepEqual([...path], Array.from(batch.gold).slice(sentence * time, sentence * time + length));
    }
  });
});

describe('decoding', () => {
  test('with a mask: the best of the paths that it allows, against all of them', () => {
    const random = new Random(35);
    for (const scheme of SCHEMES) {
      const tags = tagsOf(scheme, ['A', 'B']).slice(0, 6);
      const mask = transitionMask(scheme, tags);
      for (let round = 0; round < 20; round++) {
        const length = 1 + random.below(4);
        const weights = round % 2 ? randomWeights(random, tags.length) : noTransitionScores(tags.length);
        const emissions = numbers(random, length * tags.length, 3);
        const legal = [...allPaths(tags.length, length)].filter((path) => {
          try {
            checkTags(
              scheme,
              path.map((tag) => tags[tag]!),
              { strict: true },
            );
            return true;
          } catch {
            return false;
          }
        });
        const scores = legal.map((path) => crfPathScore(weights, emissions, path));
        const { path, score } = crfBestPath(weights, emissions, { mask });
        close(score, Math.max(...scores));
        assert.deepEqual([...path], legal[scores.indexOf(Math.max(...scores))]);
      }
    }
  });

  test('no token gives an empty path; no path that may be, or no number, an error', () => {
    const weights = noTransitionScores(2);
    assert.deepEqual(crfBestPath(weights, new Float32Array()), { path: new Int32Array(), score: 0 });
    const mask = transitionMask('BIOES', ['B-A', 'E-A']);
    assert.throws(() => crfBestPath(weights, new Float32Array(2), { mask }), { kind: 'internal' });
    assert.deepEqual([...crfBestPath(weights, new Float32Array(4), { mask }).path], [0, 1]);
    for (let i = 0; i < 4; i++) {
      const emissions = new Float32Array(4).fill(Number.NaN, i, i + 1);
      assert.throws(() => crfBestPath(weights, emissions), {
        kind: 'internal',
        message: `score ${i} of a tag is NaN`,
      });
    }
    const unknown = { ...weights, transitions: Float64Array.of(0, 0, Number.NaN, 0) };
    assert.throws(() => crfBestPath(unknown, new Float32Array(4)), {
      kind: 'internal',
      message: /2 of a tag is NaN/,
    });
    assert.throws(() => transitionMask('IO', ['B-A']), { kind: 'data' });
  });

  test('of equal paths, the lowest tags from the end', () => {
    assert.deepEqual([...crfBestPath(noTransitionScores(3), new Float32Array(9)).path], [0, 0, 0]);
  });
});
