import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { Quadtree } from '../../../src/vectors/projection/quadtree.js';

/** For each point its sums, [x, y, weight], from the tree. */
function repulsions(positions: Float64Array, theta: number): number[][] {
  const points = positions.length / 2;
  const tree = new Quadtree(points);
  assert.ok(tree.build(positions));
  const rows = new Array<number[]>(points);
  const sums = { x: 0, y: 0, weight: 0 };
  for (let place = 0; place < points; place++) {
    tree.repulsion(place, theta, sums);
    rows[tree.order[place]!] = [sums.x, sums.y, sums.weight];
  }
  return rows;
}

function exactRepulsions(y: Float64Array): number[][] {
  const points = y.length / 2;
  return Array.from({ length: points }, (_, i) => {
    const sums = [0, 0, 0];
    for (let j = 0; j < points; j++) {
      if (i === j) continue;
      const [dx, dy] = [y[2 * i]! - y[2 * j]!, y[2 * i + 1]! - y[2 * j + 1]!];
      const q = 1 / (1 + dx * dx + dy * dy);
      sums[0]! += q * q * dx;
      sums[1]! += q * q * dy;
      sums[2]! += q;
    }
    return sums;
  });
}

function worst(actual: number[][], expected: number[][]): number {
  const differences = actual.flatMap((row, i) => row.map((value, j) => Math.abs(value - expected[i]![j]!)));
  return Math.max(...differences) / Math.max(...expected.flat().map(Math.abs));
}

const random = new Random(5);
const scattered = Float64Array.from({ length: 2 * 500 }, () => 30 * (random.unit() - 0.5));

describe('the quadtree', () => {
  test('with theta 0 it gives what all pairs give', () => {
    assert.ok(worst(repulsions(scattered, 0), exactRepulsions(scattered)) < 1e-13);
  });

  test('with theta it comes near, the nearer the smaller it is', () => {
    const exact = exactRepulsions(scattered);
    const [half, fifth] = [0.5, 0.2].map((theta) => worst(repulsions(scattered, theta), exact));
    assert.ok(half! < 0.02 && half! > 0, `${half}`);
    assert.ok(fifth! < half! / 4, `${fifth}`);
  });

  test('points that coincide, many of them, end in one leaf', () => {
    const heap = scattered.map((value, i) => (i < 400 ? [1.25, -7][i % 2]! : value));
    assert.ok(worst(repulsions(heap, 0), exactRepulsions(heap)) < 1e-12);
    const one = new Float64Array(200).fill(0.1);
    assert.deepEqual(repulsions(one, 0.5), new Array(100).fill([0, 0, 99]));
  });

  test('points that differ by the last bit only are told apart', () => {
    const close = Float64Array.from({ length: 60 }, (_, i) => 1 + (Math.floor(i / 2) % 3) * Number.EPSILON);
    assert.ok(worst(repulsions(close, 0), exactRepulsions(close)) < 1e-13);
  });

  test('points on a line, two points, one, none', () => {
    const line = Float64Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? i : 0));
    assert.ok(worst(repulsions(line, 0), exactRepulsions(line)) < 1e-13);
    assert.deepEqual(repulsions(Float64Array.of(0, 0, 1, 0), 0.5), [
      [-0.25, 0, 0.5],
      [0.25, 0, 0.5],
    ]);
    assert.deepEqual(repulsions(Float64Array.of(3, 4), 0.5), [[0, 0, 0]]);
    assert.deepEqual(repulsions(new Float64Array(0), 0.5), []);
  });

  test('points too far apart, or that are no numbers, are refused', () => {
    for (const bad of [1e31, Number.POSITIVE_INFINITY]) {
      assert.equal(new Quadtree(2).build(Float64Array.of(0, 0, bad, 0)), false);
    }
    assert.equal(new Quadtree(2).build(new Float64Array(4).fill(Number.NaN)), false);
    const some = scattered.map((value, i) => (i < 40 ? Number.NaN : value));
    assert.equal(new Quadtree(500).build(some), false);
  });
});
