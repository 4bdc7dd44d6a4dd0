import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phaseInWords } from '../../src/core/report.js';

test('a phase that there is not is called what it is called, whatever objects have by that name', () => {
  assert.deepEqual(['train', 'check', 'later', '__proto__', 'constructor'].map(phaseInWords), [
    'training',
    'reading back',
    'later',
    '__proto__',
    'constructor',
  ]);
});
