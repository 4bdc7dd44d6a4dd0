import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { estimateDiscounts } from '../../../bench/language-model/discounts.js';
import { eventCorpus, type LanguageModelCorpus } from '../../../bench/language-model/events.js';
import { KneserNey, type KneserNeyOptions } from '../../../bench/language-model/kneser-ney-model.js';
import { NgramCounts } from '../../../bench/language-model/ngram-counts.js';
import { perplexity, scoreText } from '../../../bench/language-model/perplexity.js';
import { block, sampleCorpus } from './support.js';

const near = (actual: number, expected: number, relative = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= relative * expected, `${actual} is not ${expected}`);

describe('a corpus of two sentences, by hand', () => {
  // <s> a b </s>, <s> a c </s>; the events are a, b, c, <UNK> and </s>: 1/5 each at the bottom.
  let corpus: LanguageModelCorpus;
  const counts = (order: number) => new NgramCounts(corpus.train, corpus.events, order);
  /** p(word | <s> before), or without <s> when `before` begins with "…". */
  const after = (model: KneserNey, before: string, word: string) => {
    const id = (name: string) =>
      name === '</s>' ? corpus.events.sentenceEnd : corpus.vocabulary.idOf(name)!;
    const context = model.start();
    for (const name of before.split(' ').filter(Boolean)) model.advance(context, id(name));
    return model.probability(context, id(word));
  };
  before(async () => {
    corpus = await eventCorpus([block('a b', 'a c')], [block('a b')], 10);
  });

  test('order 2, D = 0.5', () => {
    const half = [0.5, 0.5, 0.5] as const;
    const model = new KneserNey(counts(2), { order: 2, discounts: [half, half] });
    // Predecessors: a 1 (<s>), b 1 (a), c 1 (a), </s> 2 (b, c): 5 in all, of which 4 x 0.5 are taken off.
    // p(a) = 0.5/5 + 2/5 · 1/5 = 0.18 = p(b) = p(c); p(</s>) = 1.5/5 + 0.08 = 0.38; p(<UNK>) = 0.08.
    // p(a | <s>) = 1.5/2 + 0.5/2 · 0.18
    near(after(model, '', 'a'), 0.795);
    // p(b | a) = 0.5/2 + 1/2 · 0.18, p(</s> | a) = 1/2 · 0.38
    near(after(model, 'a', 'b'), 0.34);
    near(after(model, 'a', '</s>'), 0.19);
    near(after(model, 'a', 'a'), 0.09);
    near(after(model, 'a', '<UNK>'), 0.04);
    // p(</s> | b) = 0.5/1 + 0.5/1 · 0.38
    near(after(model, 'a b', '</s>'), 0.69);
    // <UNK> was never a context: the 1-grams alone.
    near(after(model, '<UNK>', '</s>'), 0.38);
    // Held out: <s> a b </s>
    const { known, unknown, sentenceEnds } = scoreText(model, corpus.heldOut, corpus.events);
    near(perplexity(known, unknown, sentenceEnds), (0.795 * 0.34 * 0.69) ** (-1 / 3));
    near(perplexity(known), (0.795 * 0.34) ** (-1 / 2));
  });

  test('order 3, D1 = 0.5, D2 = 1, D3+ = 1.5: <s> a keeps its two occurrences in the middle order', () => {
    const three = [0.5, 1, 1.5] as const;
    const model = new KneserNey(counts(3), { order: 3, discounts: [three, three, three] });
    // 1-grams: 3 x 0.5 + 1 of 5 are taken off. p(a) = 0.5/5 + 2.5/5 · 1/5 = 0.2, p(</s>) = 1/5 + 0.1 = 0.3, p(<UNK>) = 0.1.
    // p(a | <s>) = (2 - 1)/2 + 1/2 · 0.2
    near(after(model, '', 'a'), 0.6);
    // "a b" has one predecessor, <s>: p(b | a) = 0.5/2 + 1/2 · 0.2 = 0.35; p(b | <s> a) = 0.5/2 + 1/2 · 0.35
    near(after(model, 'a', 'b'), 0.425);
    near(after(model, 'a', '</s>'), 0.5 * 0.5 * 0.3);
    // "b a" did not occur, a did: p(b | b a) = p(b | a)
    near(after(model, 'b a', 'b'), 0.35);
  });

  test('a model has no more words than were counted', () => {
    assert.throws(() => new KneserNey(counts(2), { order: 3 }), RangeError);
  });
});

describe('discounts', () => {
  // n1 … n4 = 4, 2, 1, 1; counts of 0, 5 and 9 do not matter. Y = 4 / (4 + 2·2) = 0.5.
  const counts = Uint32Array.of(1, 1, 1, 1, 2, 2, 3, 4, 0, 5, 9);

  test('modified: 1 - 2Y·2/4, 2 - 3Y·1/2, 3 - 4Y·1/1', () => {
    assert.deepEqual(estimateDiscounts(counts, 'modified'), { values: [0.5, 1.25, 1], estimated: true });
  });

  test('single: n1 / (n1 + 2 n2)', () => {
    assert.deepEqual(estimateDiscounts(counts, 'single'), { values: [0.5, 0.5, 0.5], estimated: true });
  });

  test('where there is no count to divide by, or a discount would be negative, the fallback stands', () => {
    const fallback = { values: [0.5, 1, 1.5], estimated: false };
    assert.deepEqual(estimateDiscounts(Uint32Array.of(1, 1, 3, 4), 'modified'), fallback);
    assert.deepEqual(estimateDiscounts(Uint32Array.of(2, 3, 4), 'modified'), fallback);
    // Y = 2/4, D2 = 2 - 3 · 0.5 · 3 / 1 < 0
    assert.deepEqual(estimateDiscounts(Uint32Array.of(1, 1, 2, 3, 3, 3, 4), 'modified'), fallback);
    const single = { values: [0.5, 0.5, 0.5], estimated: false };
    assert.deepEqual(estimateDiscounts(Uint32Array.of(2, 3), 'single'), single);
  });
});

describe('probabilities sum to 1', () => {
  let corpus: LanguageModelCorpus;
  let counts: NgramCounts;
  before(async () => {
    corpus = await sampleCorpus(300);
    counts = new NgramCounts(corpus.train, corpus.events, 5);
  });
  const total = (model: KneserNey, context: Int32Array) => {
    let sum = 0;
    for (let word = 0; word < corpus.events.types; word++) {
      const probability = model.probability(context, word);
      assert.ok(probability > 0 && probability < 1, `p = ${probability}`);
      sum += probability;
    }
    return sum;
  };

  for (const order of [1, 2, 3, 4, 5]) {
    for (const smoothing of ['modified', 'single'] as const) {
      test(`order ${order}, ${smoothing}: after contexts of the text and after any other`, () => {
        const model = new KneserNey(counts, { order, smoothing });
        near(total(model, model.start()), 1, 1e-10);
        let context = model.start();
        for (const id of corpus.train.ids.subarray(0, 150)) {
          if (id === corpus.events.sentenceEnd) context = model.start();
          else model.advance(context, id);
          near(total(model, context), 1, 1e-10);
        }
        // Multiples of a number prime to the number of words: every word comes, in an order that no text has.
        for (let step = 0; step < 300; step++) {
          model.advance(context, (step * 127) % corpus.events.sentenceEnd);
          near(total(model, context), 1, 1e-10);
        }
      });
    }
  }
});

describe('KenLM', () => {
  // What lmplz (with --discount_fallback) and query of the kenlm 0.3.0 sources print for the two sample texts. Its unknown word
  // <unk>, which does not occur in the training text, is our <UNK>: all 660 words of that text are known.
  const PRINTED = [
    { order: 2, all: 314.72016697367076, known: 179.6977716105299, discounts: [0.781403, 1.31773, 1.83791] },
    { order: 3, all: 304.89533423826714, known: 173.5393133224453, discounts: [0.916134, 1.60404, 2.35332] },
    { order: 4, all: 304.4099589889983, known: 173.3457638415901, discounts: [0.967898, 1.79742, 3] },
    { order: 5, all: 304.41715536818646, known: 173.3542099153627, discounts: [0.984794, 1.84451, 3] },
  ];

  for (const { order, all, known, discounts } of PRINTED) {
    test(`order ${order}: the same discounts and perplexities`, async () => {
      const corpus = await sampleCorpus(10_000);
      const model: KneserNeyOptions = { order };
      const kneserNey = new KneserNey(new NgramCounts(corpus.train, corpus.events, order), model);
      const score = scoreText(kneserNey, corpus.heldOut, corpus.events);
      assert.equal(score.unknown.events, 179);
      near(perplexity(score.known, score.unknown, score.sentenceEnds), all, 1e-5);
      near(perplexity(score.known, score.sentenceEnds), known, 1e-5);
      for (const [index, value] of kneserNey.discounts.at(-1)!.values.entries())
        near(value, discounts[index]!, 1e-5);
    });
  }
});
