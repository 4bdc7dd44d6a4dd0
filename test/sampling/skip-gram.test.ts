import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IdBlock, idBlock, type PairBlock } from '../../src/core/blocks.js';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { skipGramPairs } from '../../src/sampling/skip-gram.js';
import { chiSquarePValue } from '../support/chi-square.js';
import { collect, collectWithReport } from '../support/collect.js';

type Pair = [context: number, target: number, offset: number];

const pairsOf = (blocks: PairBlock[]): Pair[] =>
  blocks.flatMap(({ contexts, targets, offsets }) =>
    Array.from(contexts, (context, i): Pair => [context, targets[i]!, offsets[i]!]),
  );

const sentence = 'I want a glass of orange juice to go along with my cereal'.split(' ');

test('context orange, with a fixed window of 10, has these targets, each with its offset', async () => {
  const block = idBlock([sentence.map((_, id) => id)]);
  const pairs = pairsOf(await collect(skipGramPairs({ window: 10, windowMode: 'fixed' }), [block]));
  const ofOrange = pairs
    .filter(([context]) => sentence[context] === 'orange')
    .map(([, target, offset]) => [sentence[target], offset]);
  assert.deepEqual(ofOrange, [
    ['I', -5],
    ['want', -4],
    ['a', -3],
    ['glass', -2],
    ['of', -1],
    ['juice', +1],
    ['to', +2],
    ['go', +3],
    ['along', +4],
    ['with', +5],
    ['my', +6],
    ['cereal', +7],
  ]);
});

test('all targets: the targets come in order of their positions, each with its contexts from left to right', async () => {
  const pairs = pairsOf(
    await collect(skipGramPairs({ window: 2, windowMode: 'fixed' }), [idBlock([[10, 20, 30, 40]])]),
  );
  assert.deepEqual(pairs, [
    [20, 10, -1],
    [30, 10, -2],
    [10, 20, +1],
    [30, 20, -1],
    [40, 20, -2],
    [10, 30, +2],
    [20, 30, +1],
    [40, 30, -1],
    [20, 40, +2],
    [30, 40, +1],
  ]);
});

test('N targets of windows with at most N words: the contexts come in order, each with all its targets', async () => {
  const options = { window: 1, windowMode: 'fixed', targets: 2 } as const;
  const pairs = pairsOf(await collect(skipGramPairs(options), [idBlock([[10, 20, 30]])]));
  assert.deepEqual(pairs, [
    [10, 20, +1],
    [20, 10, -1],
    [20, 30, +1],
    [30, 20, -1],
  ]);
});

test('no window crosses the end of a sentence, and a word alone has no pairs', async () => {
  const block = idBlock([[1, 2], [], [3], [4, 5]]);
  const pairs = pairsOf(await collect(skipGramPairs({ windowMode: 'fixed' }), [block]));
  assert.deepEqual(pairs, [
    [2, 1, -1],
    [1, 2, +1],
    [5, 4, -1],
    [4, 5, +1],
  ]);
});

test('a fixed window of w gives a sentence of n words 2wn - w(w+1) pairs, or n(n-1) where it holds them all', async () => {
  for (const n of [2, 3, 7, 12, 40]) {
    for (const w of [1, 2, 5, 11, 50]) {
      const block = idBlock([Array.from({ length: n }, (_, i) => i)]);
      const pairs = pairsOf(await collect(skipGramPairs({ window: w, windowMode: 'fixed' }), [block]));
      assert.equal(pairs.length, w < n ? 2 * w * n - w * (w + 1) : n * (n - 1), `n ${n}, w ${w}`);
      for (const [context, target, offset] of pairs) assert.equal(target - context, offset);
    }
  }
});

test('draws follow docs/sampling.md: subsampling first, then at each position its reach', async () => {
  const vocabulary = new Vocabulary({ words: ['the', 'of', 'rare'], counts: [600, 390, 10] });
  const ids = Array.from({ length: 60 }, (_, i) => (i * 7) % 3);
  const options = { vocabulary, subsample: 0.2, window: 4, seed: 9, epoch: 2 };
  const pairs = pairsOf(await collect(skipGramPairs(options), [idBlock([[], ids], 1000)]));

  const random = new Random(9, 1, 2, 1001);
  const keep = [600, 390].map((count) => {
    const ratio = 0.2 / (count / 1000);
    return Math.floor((Math.sqrt(ratio) + ratio) * 2 ** 32);
  });
  assert.ok(keep[0]! < 2 ** 32 && keep[1]! > 2 ** 32, '"the" takes draws; "of" and "rare" take none');
  const kept = ids.filter((id) => id !== 0 || random.next() < keep[0]!);
  const expected: Pair[] = [];
  for (let t = 0; t < kept.length; t++) {
    const reach = 1 + random.below(4);
    for (let c = t - reach; c <= t + reach; c++) {
      if (c >= 0 && c < kept.length && c !== t) expected.push([kept[c]!, kept[t]!, t - c]);
    }
  }
  assert.ok(kept.length < 60 && kept.length > 40);
  assert.deepEqual(pairs, expected);
});

test('N targets are drawn as docs/sampling.md says: a partial shuffle of the window', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => 100 + i);
  const pairs = pairsOf(await collect(skipGramPairs({ window: 5, targets: 3, seed: 4 }), [idBlock([ids])]));

  const random = new Random(4, 1, 0, 0);
  const expected: Pair[] = [];
  for (let c = 0; c < ids.length; c++) {
    const reach = 1 + random.below(5);
    const list: number[] = [];
    for (let t = c - reach; t <= c + reach; t++) if (t >= 0 && t < ids.length && t !== c) list.push(t);
    const { length } = list;
    for (let i = 0; i < Math.min(3, length); i++) {
      if (length > 3) {
        const j = i + random.below(length - i);
        [list[i], list[j]] = [list[j]!, list[i]!];
      }
      expected.push([ids[c]!, ids[list[i]!]!, list[i]! - c]);
    }
  }
  assert.deepEqual(pairs, expected);
});

test('a corpus cut into blocks at any sentence boundary gives the same pairs', async () => {
  const random = new Random(12);
  const sentences = Array.from({ length: 40 }, () =>
    Array.from({ length: random.below(25) }, () => random.below(50)),
  );
  const vocabulary = new Vocabulary({
    words: Array.from({ length: 50 }, (_, i) => `w${i}`),
    counts: Array.from({ length: 50 }, (_, i) => 1000 / (i + 1)),
  });
  for (const targets of ['all', 2] as const) {
    const stage = skipGramPairs({ vocabulary, subsample: 0.01, targets });
    const whole = pairsOf(await collect(stage, [idBlock(sentences)]));
    assert.ok(whole.length > 500);
    for (let cut = 0; cut <= sentences.length; cut++) {
      const blocks = [idBlock(sentences.slice(0, cut)), idBlock(sentences.slice(cut), cut)];
      assert.deepEqual(pairsOf(await collect(stage, blocks)), whole, `cut at ${cut}`);
    }
  }
});

test('blocks of pairs stay small however large the sentence is, and all pairs are counted', async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => i % 10);
  const stage = skipGramPairs({ window: 100, windowMode: 'fixed' });
  const { batches, report } = await collectWithReport(stage, [idBlock([ids])]);
  const total = 2 * 100 * 3000 - 100 * 101;
  assert.equal(
    batches.reduce((sum, block) => sum + block.contexts.length, 0),
    total,
  );
  assert.ok(batches.every((block) => block.contexts.length <= 65_536));
  assert.equal(report.stages.pairs?.counts.pairs, total);
});

test('a seed and an epoch give the same pairs each time; another seed or epoch gives others', async () => {
  const block = idBlock([Array.from({ length: 200 }, (_, i) => i)]);
  const draw = async (options: { seed?: number; epoch?: number }) =>
    JSON.stringify(pairsOf(await collect(skipGramPairs(options), [block])));
  assert.equal(await draw({ seed: 1 }), await draw({}));
  assert.notEqual(await draw({ seed: 2 }), await draw({}));
  assert.notEqual(await draw({ epoch: 1 }), await draw({}));
});

test('dynamic windows reach 1 to window words, each as likely, and as often to the left as to the right', async () => {
  const window = 6;
  const pairs = pairsOf(await collect(skipGramPairs({ window, seed: 21 }), [longSentence(60_000)]));
  const reach = new Map<number, number>();
  const byOffset = new Map<number, number>();
  for (const [, target, offset] of pairs) {
    if (target < window || target >= 60_000 - window) continue;
    reach.set(target, Math.max(reach.get(target) ?? 0, Math.abs(offset)));
    byOffset.set(offset, (byOffset.get(offset) ?? 0) + 1);
  }
  const histogram = new Float64Array(window);
  for (const distance of reach.values()) histogram[distance - 1]!++;
  const p = chiSquarePValue(histogram, new Float64Array(window).fill(reach.size / window));
  assert.ok(p > 1e-3, `p = ${p}`);
  for (let k = 1; k <= window; k++) assert.equal(byOffset.get(k), byOffset.get(-k));
});

test('N targets are uniform over the positions of the window, and never the same position twice', async () => {
  const options = { window: 4, windowMode: 'fixed', targets: 3, seed: 5 } as const;
  const pairs = pairsOf(await collect(skipGramPairs(options), [longSentence(40_000)])).filter(
    ([context]) => context >= 4 && context < 39_996,
  );
  for (const place of [0, 1, 2]) {
    const counts = new Map<number, number>();
    for (let i = place; i < pairs.length; i += 3) {
      const offset = pairs[i]![2];
      counts.set(offset, (counts.get(offset) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts.keys()].sort((a, b) => a - b),
      [-4, -3, -2, -1, 1, 2, 3, 4],
    );
    const p = chiSquarePValue([...counts.values()], new Array(8).fill(pairs.length / 3 / 8));
    assert.ok(p > 1e-3, `place ${place}: p = ${p}`);
  }
  for (let i = 0; i < pairs.length; i += 3) {
    const triple = pairs.slice(i, i + 3);
    assert.equal(new Set(triple.map(([, target]) => target)).size, 3);
    assert.equal(new Set(triple.map(([context]) => context)).size, 1);
  }
});

test('an option out of range is refused by name', () => {
  const refused = (options: Parameters<typeof skipGramPairs>[0], key: string) =>
    assert.throws(
      () => skipGramPairs(options),
      (error: unknown) =>
        error instanceof WordmillError && error.kind === 'usage' && error.place?.key === key,
    );
  refused({ window: 0 }, 'sampling.window');
  refused({ targets: 0 }, 'sampling.targets');
  refused({ windowMode: 'elastic' as 'fixed' }, 'sampling.windowMode');
  refused({ subsample: 1e-3 }, 'sampling.subsample');
});

test('an id that the vocabulary does not have is an error, not a word silently lost', async () => {
  const vocabulary = new Vocabulary({ words: ['a', 'b'], counts: [5, 5] });
  await assert.rejects(
    collect(skipGramPairs({ vocabulary }), [idBlock([[0, 1, 2]])]),
    /id 2 is not in the vocabulary, which has 2 words/,
  );
});

function longSentence(length: number): IdBlock {
  return {
    ids: new Uint32Array(length).map((_, i) => i),
    sentenceEnds: Uint32Array.of(length),
    firstSentence: 0,
  };
}
