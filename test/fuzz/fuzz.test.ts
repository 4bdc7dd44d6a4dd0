import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fuzz } from './run.js';
import { TARGETS } from './targets.js';

/** Damaged inputs of each reader; `npm run test:fuzz` reads a million in all. */
const INPUTS = Number(process.env.WORDMILL_FUZZ_INPUTS ?? 200);
const SEED = Number(process.env.WORDMILL_FUZZ_SEED ?? 1);
const PROCESSES = 2;

const parts = TARGETS.map(({ name }) => ({ target: name, from: 0, to: INPUTS }));
const found = Promise.all(
  Array.from({ length: PROCESSES }, (_, number) =>
    fuzz(
      SEED,
      parts.filter((_part, index) => index % PROCESSES === number),
    ),
  ),
);

describe('whatever a file holds, its reader reads it or says what is wrong', { concurrency: true }, () => {
  for (const { name } of TARGETS) {
    test(name, async () => {
      const findings = (await found).flat().filter(({ target }) => target === name);
      assert.deepEqual(
        findings.map(({ input, problem }) => `--seed ${SEED} --input ${input}: ${problem.split('\n')[0]}`),
        [],
        'npm run test:fuzz with --target, --seed and --input shows more',
      );
    });
  }
});
