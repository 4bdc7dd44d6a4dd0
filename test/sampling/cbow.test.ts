import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBlock, type WindowBlock } from '../../src/core/blocks.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { cbowWindows } from '../../src/sampling/cbow.js';
import { resolveDraws } from '../../src/sampling/draw-options.js';
import { trainingGroups } from '../../src/sampling/groups.js';
import { skipGramPairs } from '../../src/sampling/skip-gram.js';
import { collect, collectWithReport } from '../support/collect.js';

const windowsOf = (blocks: WindowBlock[]): [target: number, contexts: number[]][] =>
  blocks.flatMap(({ contexts, contextEnds, targets }) =>
    Array.from(targets, (target, i): [number, number[]] => [
      target,
      [...contexts.subarray(i === 0 ? 0 : contextEnds[i - 1], contextEnds[i])],
    ]),
  );

test('each word is the target of its window, whose words stand in text order', async () => {
  const block = idBlock([[10, 20, 30, 40], [50], [60, 70]]);
  const windows = await collect(cbowWindows({ window: 2, windowMode: 'fixed' }), [block]);
  assert.deepEqual(windowsOf(windows), [
    [10, [20, 30]],
    [20, [10, 30, 40]],
    [30, [10, 20, 40]],
    [40, [20, 30]],
    [60, [70]],
    [70, [60]],
  ]);
});

test('the windows are those of skip-gram with all targets, under the same seed', async () => {
  const vocabulary = new Vocabulary({ words: ['a', 'b', 'c'], counts: [500, 300, 200] });
  const ids = Array.from({ length: 300 }, (_, i) => (i * i) % 3);
  const options = { vocabulary, subsample: 0.1, window: 4, seed: 8, epoch: 1 };
  const block = idBlock([ids, ids.slice(50)]);
  const flat = windowsOf(await collect(cbowWindows(options), [block])).flatMap(([target, contexts]) =>
    contexts.map((context) => [context, target]),
  );
  const pairs = await collect(skipGramPairs(options), [block]);
  assert.ok(flat.length > 500);
  assert.deepEqual(
    flat,
    pairs.flatMap(({ contexts, targets }) => Array.from(contexts, (context, i) => [context, targets[i]])),
  );
});

test('blocks of windows stay small, and all windows are counted', async () => {
  const ids = Array.from({ length: 2000 }, (_, i) => i);
  const stage = cbowWindows({ window: 100, windowMode: 'fixed' });
  const { batches, report } = await collectWithReport(stage, [idBlock([ids])]);
  assert.ok(batches.length > 1);
  assert.ok(batches.every((block) => block.contexts.length <= 65_536));
  assert.deepEqual(
    windowsOf(batches).map(([target]) => target),
    ids,
  );
  assert.equal(report.stages.windows?.counts.windows, 2000);
});

test('a trainer that walks groups sentence by sentence sees the pairs of the stage, in its order', async () => {
  const sentences = [[1, 2, 3, 4, 5, 6], [7], [], [8, 9, 8, 9, 8]];
  const block = idBlock(sentences, 5);
  for (const targets of ['all', 1, 3] as const) {
    const options = { window: 3, targets, seed: 2, epoch: 4 };
    const draws = resolveDraws(options);
    const sampler = draws.sampler();
    const seen: number[][] = [];
    let start = 0;
    for (const [index, end] of block.sentenceEnds.entries()) {
      sampler.start(block.ids, start, end, draws.epoch, block.firstSentence + index);
      for (const group of trainingGroups(sampler, draws.sampling.targets)) {
        if (targets !== 'all') assert.equal(group.length, 1);
        for (let i = 0; i < group.length; i++) {
          seen.push([group.contexts[i]!, group.target, group.targetPosition - group.contextPositions[i]!]);
        }
      }
      start = end;
    }
    const [pairs] = await collect(skipGramPairs(options), [block]);
    assert.deepEqual(
      seen,
      Array.from(pairs!.contexts, (context, i) => [context, pairs!.targets[i], pairs!.offsets[i]]),
    );
  }
});
