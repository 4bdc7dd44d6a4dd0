import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TrainingSeries } from '../../../src/pipeline/report/series.js';

const START = { done: 0, seconds: 10 };

describe('the series of a training', () => {
  test('keeps each stretch as it was reported, while they are few', () => {
    const series = new TrainingSeries(START, 4);
    series.add({ done: 100, seconds: 12, loss: 3, learningRate: 0.5 });
    series.add({ done: 400, seconds: 13, loss: 2, learningRate: 0.25 });
    assert.deepEqual(series.stretches(), [
      { done: 100, loss: 3, learningRate: 0.5, perSecond: 50 },
      { done: 400, loss: 2, learningRate: 0.25, perSecond: 300 },
    ]);
  });

  test('joins neighbours when they are too many: losses by their words, speed by all words and all seconds', () => {
    const series = new TrainingSeries(START, 2);
    series.add({ done: 100, seconds: 11, loss: 3, learningRate: 0.3 });
    series.add({ done: 400, seconds: 13, loss: 2, learningRate: 0.2 });
    series.add({ done: 500, seconds: 14, loss: 1, learningRate: 0.1 });
    assert.deepEqual(series.stretches(), [
      // (100 * 3 + 300 * 2) / 400, 400 words in 3 s
      { done: 400, loss: 2.25, learningRate: 0.2, perSecond: 400 / 3 },
      { done: 500, loss: 1, learningRate: 0.1, perSecond: 100 },
    ]);
  });

  test('leaves out what says nothing new, and what was not reported', () => {
    const series = new TrainingSeries(START);
    series.add({ done: 100, seconds: 10 });
    series.add({ done: 100, seconds: 20, loss: 7 });
    assert.deepEqual(series.stretches(), [
      { done: 100, loss: undefined, learningRate: undefined, perSecond: undefined },
    ]);
  });

  test('of a million reports is as small as of some hundred, and misses none of them', () => {
    const series = new TrainingSeries({ done: 0, seconds: 0 });
    const reports = 1_000_000;
    for (let n = 1; n <= reports; n++) {
      series.add({ done: 2 * n, seconds: n, loss: n, learningRate: 1 - n / reports });
    }
    const stretches = series.stretches();
    assert.ok(stretches.length > 100 && stretches.length <= 200, `${stretches.length}`);
    assert.equal(stretches.at(-1)!.done, 2 * reports);
    assert.equal(stretches.at(-1)!.learningRate, 0);
    let before = 0;
    let sum = 0;
    for (const { done, loss, perSecond } of stretches) {
      assert.equal(perSecond, 2);
      sum += loss! * (done - before);
      before = done;
    }
    // The mean over all words is that of 1, 2, … 1,000,000.
    assert.ok(Math.abs(sum / before - (reports + 1) / 2) < 1e-6);
  });
});
