import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { availableAddon, nativeUnavailable } from '../../../src/native/addon.js';
import {
  type Affinities,
  conditionalAffinities,
  divergence,
  jointAffinities,
} from '../../../src/vectors/projection/affinities.js';
import { descend } from '../../../src/vectors/projection/descent.js';
import { nearestOfAll } from '../../../src/vectors/projection/nearest-rows.js';
import { exactDivergence, exactGradient, fullMatrix, studentWeights } from './support/exact-tsne.js';
import { gaussians } from './support/points.js';

const skip = nativeUnavailable() ?? false;
const POINTS = 90;
const random = new Random(2);
/** Spread so that P and Q differ much. */
const start = Float64Array.from({ length: 2 * POINTS }, () => 4 * (random.unit() - 0.5));
const settings = { iterations: 1, learningRate: 5, theta: 0, threads: 2 };
let p: Affinities;

before(async () => {
  const { data, dimensions } = gaussians(POINTS, 6, 3, 3);
  const nearest = await nearestOfAll({ values: Float64Array.from(data), rows: POINTS, dimensions }, 24, 1);
  p = jointAffinities(nearest, conditionalAffinities(nearest, 8));
});

test('the exact gradient is that of the divergence, by finite differences', () => {
  const full = fullMatrix(p);
  const gradient = exactGradient(full, start);
  for (let i = 0; i < start.length; i += 7) {
    const moved = (by: number) => exactDivergence(full, start.with(i, start[i]! + by));
    const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
    assert.ok(Math.abs(slope - gradient[i]!) < 1e-8, `${i}: ${slope}, not ${gradient[i]}`);
  }
});

/** A quarter of the iterations with P times 12 and momentum 0.5, the others with P and momentum 0.8. */
function exactSteps(iterations: number, learningRate: number): number[] {
  const full = fullMatrix(p);
  let map = [...start];
  const velocities = map.map(() => 0);
  const gains = map.map(() => 1);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const early = iteration < Math.floor(iterations / 4);
    const gradient = exactGradient(early ? full.map((row) => row.map((value) => 12 * value)) : full, map);
    const moved = map.map((value, i) => {
      gains[i] = Math.max(0.01, gradient[i]! * velocities[i]! > 0 ? gains[i]! * 0.8 : gains[i]! + 0.2);
      velocities[i] = (early ? 0.5 : 0.8) * velocities[i]! - learningRate * gains[i]! * gradient[i]!;
      return value + velocities[i]!;
    });
    const means = [0, 1].map((axis) =>
      moved.reduce((sum, value, i) => sum + (i % 2 === axis ? value / POINTS : 0), 0),
    );
    map = moved.map((value, i) => value - means[i % 2]!);
  }
  return map;
}

for (const [engine, addon] of Object.entries({ native: availableAddon(), TypeScript: null })) {
  describe(`the descent of t-SNE, ${engine}`, { skip: engine === 'native' && skip }, () => {
    test('its steps are those of the exact gradient', async () => {
      for (const iterations of [1, 4, 9]) {
        const { positions } = await descend(p, start, { ...settings, iterations }, {}, addon);
        const expected = exactSteps(iterations, settings.learningRate);
        for (const [i, value] of expected.entries()) assert.ok(Math.abs(positions[i]! - value) < 1e-12);
      }
    });

    test('the divergence falls, and the normaliser is that of the map', async () => {
      const long = { ...settings, iterations: 300, learningRate: 50, theta: 0.5 };
      const { positions, normaliser } = await descend(p, start, long, {}, addon);
      const { sum } = studentWeights(positions);
      assert.ok(Math.abs(normaliser / sum - 1) < 0.01);
      const reached = divergence(p, positions, normaliser);
      assert.ok(Math.abs(reached - exactDivergence(fullMatrix(p), positions)) < 0.01);
      assert.ok(reached < 0.5 * exactDivergence(fullMatrix(p), start));
    });

    test('a learning rate at which the map flies apart is an error that names it', async () => {
      await assert.rejects(
        descend(p, start, { ...settings, iterations: 50, learningRate: 1e300 }, {}, addon),
        {
          kind: 'usage',
          message: /learningRate: the map diverged with learning rate 1e\+300\n.*smaller/,
        },
      );
    });

    test('it reports progress, and can be stopped', async () => {
      const signal = AbortSignal.timeout(100);
      const seen: number[] = [];
      const endless = descend(
        p,
        start,
        { ...settings, iterations: 1_000_000 },
        { signal, onProgress: ({ done }) => seen.push(done) },
        addon,
      );
      await assert.rejects(endless, { kind: 'aborted' });
      const quick: number[] = [];
      await descend(p, start, settings, { onProgress: ({ done }) => quick.push(done) }, addon);
      assert.equal(quick.at(-1), 1);
    });
  });
}

test('native and TypeScript give the same bits, on any number of threads', { skip }, async () => {
  const long = { ...settings, iterations: 200, learningRate: 50, theta: 0.5 };
  const expected = await descend(p, start, long, {}, null);
  for (const threads of [1, 2, 3]) {
    const { positions, normaliser } = await descend(p, start, { ...long, threads });
    assert.deepEqual({ positions, normaliser }, expected);
  }
});
