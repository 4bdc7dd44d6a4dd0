import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineUtilFunctions } from '../../../../src/train/tensorflow/backend/shim.js';

for (const [node, util] of [
  ['23, which lacks isNullOrUndefined and isArray,', {}],
  ['22, which warns where they are called,', { isArray: deprecated, isNullOrUndefined: deprecated }],
] as [string, Record<string, (value: unknown) => boolean>][]) {
  test(`on Node ${node} they say what they always said`, () => {
    defineUtilFunctions(util);
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
}

function deprecated(): boolean {
  throw new Error('deprecated');
}
