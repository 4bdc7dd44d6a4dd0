import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import type { Recovery } from '../../src/core/recovery.js';
import { run } from '../../src/core/run.js';
import type { Source } from '../../src/core/stage.js';

function recovery(saved: string[] = []): Recovery {
  return {
    ...{ folder: '/nowhere', resume: false, interval: 300, keep: 2 },
    saved: (what) => saved.push(what),
  };
}

/** A source that stops with the error of its signal, after it has saved something if it is to. */
function interrupted(stop: () => void, saves?: string): Source<never> {
  // biome-ignore lint/correctness/useYield: it ends before it gives anything.
  return async function* (_input, { recovery, signal }) {
    if (saves) recovery?.saved(saves);
    stop();
    throw signal.reason;
  };
}

function stopping(reason: WordmillError) {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort(reason) };
}

test('an interruption with something to go on from says what, how to go on, and to try again', async () => {
  const saved: string[] = [];
  const { signal, stop } = stopping(new WordmillError('aborted', 'interrupted; nothing was written'));
  const source = interrupted(stop, 'a checkpoint in epoch 3 of 5');
  await assert.rejects(run(source, { signal, recovery: recovery(saved) }), {
    kind: 'tryAgain',
    exitCode: 75,
    message:
      'interrupted; kept: a checkpoint in epoch 3 of 5\n  Run the same command with --resume to go on from there.',
  });
  assert.deepEqual(saved, ['a checkpoint in epoch 3 of 5']);
});

test('a time-out keeps its own advice', async () => {
  const reason = new WordmillError('tryAgain', 'stopped after 60 s', { hint: 'Give a longer --timeout.' });
  const { signal, stop } = stopping(reason);
  await assert.rejects(run(interrupted(stop, 'a spool'), { signal, recovery: recovery() }), {
    kind: 'tryAgain',
    message:
      'stopped after 60 s; kept: a spool\n  Give a longer --timeout. Run the same command with --resume to go on from there.',
  });
});

test('without anything to go on from, an interruption stays what it is', async () => {
  const { signal, stop } = stopping(new WordmillError('aborted', 'interrupted; nothing was written'));
  await assert.rejects(run(interrupted(stop), { signal, recovery: recovery() }), { kind: 'aborted' });
});

test('an error that is not the interruption is left alone', async () => {
  // biome-ignore lint/correctness/useYield: it ends before it gives anything.
  const source: Source<never> = async function* (_input, context) {
    context.recovery?.saved('a spool');
    throw new WordmillError('data', 'the corpus is damaged');
  };
  await assert.rejects(run(source, { recovery: recovery() }), { kind: 'data' });
});
