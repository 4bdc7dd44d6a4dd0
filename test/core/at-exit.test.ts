import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atExit, notAtExit } from '../../src/core/at-exit.js';
import { openContext } from '../../src/core/run.js';

test('what is to be done at exit is one listener, however much it is, and none once it is taken back', () => {
  const before = process.listeners('exit');
  const done: number[] = [];
  const works = Array.from({ length: 20 }, (_, index) => () => done.push(index));
  for (const work of works) atExit(work);
  atExit(works[3]!);
  notAtExit(works[5]!);
  const [added, ...more] = process.listeners('exit').filter((listener) => !before.includes(listener));
  assert.deepEqual(more, []);
  added!.call(process, 0);
  assert.deepEqual(
    done,
    [...works.keys()].filter((index) => index !== 5),
  );
  for (const work of works) notAtExit(work);
  assert.deepEqual(process.listeners('exit'), before);
});

test('many runs in one process at once have one listener for their scratch folders', async () => {
  const before = process.listenerCount('exit');
  const opened = Array.from({ length: 16 }, () => openContext());
  try {
    await Promise.all(opened.map(({ context }) => context.scratchFolder()));
    assert.equal(process.listenerCount('exit'), before + 1);
  } finally {
    for (const one of opened) await one.close();
  }
  assert.equal(process.listenerCount('exit'), before);
});
