import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortError, describePlace, EXIT_CODES, WordmillError } from '../../src/core/errors.js';

test('an error says where, what and what to do, in that order', () => {
  const error = new WordmillError('data', 'invalid UTF-8', {
    place: { file: 'corpus.txt', line: 12, byte: 345 },
    hint: 'Convert it with iconv.',
  });
  assert.equal(error.message, 'corpus.txt:12 (byte 345): invalid UTF-8\n  Convert it with iconv.');
  assert.equal(error.exitCode, 65);
});

test('a place is described by what is known of it', () => {
  assert.equal(
    describePlace({ file: 'a.yaml', line: 3, column: 5, key: 'train.epochs' }),
    'a.yaml:3:5: train.epochs',
  );
  assert.equal(describePlace({ line: 7 }), 'line 7');
  assert.equal(describePlace({ key: '--dimensions' }), '--dimensions');
  assert.equal(describePlace({ byte: 0 }), 'byte 0');
});

test('exit codes are those that the design names', () => {
  assert.deepEqual(EXIT_CODES, {
    belowMinimum: 1,
    different: 1,
    usage: 2,
    data: 65,
    noInput: 66,
    unavailable: 69,
    internal: 70,
    outOfMemory: 71,
    cannotCreate: 73,
    inputOutput: 74,
    tryAgain: 75,
    aborted: 130,
  });
});

test('a WordmillError given as the reason of an abort is what stages throw', () => {
  const reason = new WordmillError('tryAgain', 'timed out');
  assert.equal(abortError(AbortSignal.abort(reason)), reason);
  assert.equal(abortError(AbortSignal.abort()).kind, 'aborted');
});
