import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { placeLabels } from '../../../src/vectors/map/labels.js';

const SETTINGS = { height: 10, distance: 5, gap: 2 };

describe('labels', () => {
  test('stand to the right of their point, else to its left, above, below, else nowhere', () => {
    const requests = Array.from({ length: 5 }, () => ({ x: 100, y: 50, width: 40 }));
    assert.deepEqual(placeLabels(requests, SETTINGS), [
      { index: 0, x: 105, y: 50 },
      { index: 1, x: 55, y: 50 },
    ]);
    // Above and below are free only if neither label at the sides reaches over them: a point as wide as its label.
    const tall = { ...SETTINGS, distance: 12 };
    assert.deepEqual(
      placeLabels(requests, tall).map(({ x, y }) => [x, y]),
      [
        [112, 50],
        [48, 50],
        [80, 33],
        [80, 67],
      ],
    );
  });

  test('of points near each other the first has one, and the others only where there is room', () => {
    const placed = placeLabels(
      [
        { x: 0, y: 0, width: 30 },
        { x: 20, y: 0, width: 300 },
        { x: 20, y: 20, width: 30 },
      ],
      { ...SETTINGS, bounds: [100, 100] },
    );
    assert.deepEqual(placed, [{ index: 2, x: 25, y: 20 }]);
  });

  test('never overlap, whatever the points', () => {
    const random = new Random(7, 0);
    const requests = Array.from({ length: 2_000 }, () => ({
      x: 1_000 * random.unit(),
      y: 600 * random.unit(),
      width: 10 + 120 * random.unit(),
    }));
    const placed = placeLabels(requests, SETTINGS);
    assert.ok(placed.length > 100);
    for (const [place, a] of placed.entries()) {
      for (const b of placed.slice(0, place)) {
        const apart =
          a.x + requests[a.index]!.width + 2 <= b.x ||
          b.x + requests[b.index]!.width + 2 <= a.x ||
          Math.abs(a.y - b.y) >= 12;
        assert.ok(apart, `labels ${a.index} and ${b.index} overlap`);
      }
    }
  });
});
