import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineRemovedFunctions } from '../../../../src/train/tensorflow/backend/shim.js';

test('where util lacks isNullOrUndefined and isArray they are defined, and say what they said', () => {
  const util: Record<string, (value: unknown) => boolean> = {};
  defineRemovedFunctions(util);
  const values = [null, undefined, 0, '', [], { length: 0 }];
  assert.deepEqual(
    values.map((value) => util.isNullOrUndefined!(value)),
    [true, true, false, false, false, false],
  );
  assert.deepEqual(
    values.map((value) => util.isArray!(value)),
    [false, false, false, false, true, false],
  );
});

test('functions that are there stay as they are', () => {
  const isArray = () => false;
  const util = { isArray };
  defineRemovedFunctions(util);
  assert.equal(util.isArray, isArray);
});
