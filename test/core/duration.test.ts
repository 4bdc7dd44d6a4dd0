import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsOf } from '../../src/core/duration.js';
import { duration, optionProblems } from '../../src/core/options.js';

test('lengths of time are read in days, hours, minutes and seconds, in this order', () => {
  const read: [string | number, number][] = [
    ['90s', 90],
    ['30m', 1_800],
    ['1h30m', 5_400],
    ['2d', 172_800],
    ['1d2h3m4s', 93_784],
    ['0.5s', 0.5],
    [45, 45],
    [0.25, 0.25],
  ];
  for (const [given, seconds] of read) assert.equal(secondsOf(given), seconds, String(given));
});

test('what is no length of time, is nothing, or is longer than timers run is none', () => {
  for (const given of ['', 'soon', '30', '30 m', 'm', '1m1h', '-1s', '0s', 0, -5, Number.NaN, '25d', 1e9]) {
    assert.equal(secondsOf(given), undefined, String(given));
  }
});

test('an option that is no length of time is told what it may be', () => {
  assert.equal(
    optionProblems(duration(), 'soon')[0]!.problem,
    "must be a length of time such as 90s, 30m or 1h30m, of at most 24 days, not 'soon'",
  );
  assert.match(optionProblems(duration(), '25d')[0]!.problem, /at most 24 days, not '25d'$/);
});
