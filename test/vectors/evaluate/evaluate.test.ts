import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { parseAnalogies } from '../../../src/vectors/evaluate/analogies.js';
import { answerAnalogies } from '../../../src/vectors/evaluate/answer-analogies.js';
import { evaluateAnalogies } from '../../../src/vectors/evaluate/evaluate-analogies.js';
import { evaluatePairs } from '../../../src/vectors/evaluate/evaluate-pairs.js';
import { missedMinimums } from '../../../src/vectors/evaluate/minimum.js';
import { parseWordPairs } from '../../../src/vectors/evaluate/word-pairs.js';
import { padded } from '../../formats/support.js';

const name = 'set';
const vectorsOf = (rows: Record<string, readonly number[]>) => ({
  words: Object.keys(rows),
  matrix: padded(Object.values(rows), 3),
});

describe('evaluatePairs', () => {
  // Cosines with east: 1, 0.8, 0.6, 0, -1.
  const vectors = vectorsOf({
    ...{ east: [2, 0], e8: [8, 6], e6: [3, 4], north: [0, 1], west: [-5, 0], East: [0, 9], nowhere: [0, 0] },
  });
  const set = parseWordPairs('east east 10\neast e8 9\neast e6 3\neast north 4\neast west 1\neast mars 8\n', {
    name,
  });

  test('correlates cosines and judgements of the pairs whose words are known', () => {
    const { spearman, pearson, pairs, unknown, covered } = evaluatePairs(vectors, set);
    // Ranks 5 4 2 3 1 and 5 4 3 2 1: 9 / 10.
    assert.ok(Math.abs(spearman.coefficient - 0.9) < 1e-12);
    // Deviations (4.6 3.6 -2.4 -1.4 -4.4) and (.72 .52 .32 -.28 -1.28): 10.44 / sqrt(61.2 * 2.608).
    assert.ok(Math.abs(pearson.coefficient - 10.44 / Math.sqrt(61.2 * 2.608)) < 1e-6);
    assert.deepEqual([pairs, unknown, covered], [6, 1, 5 / 6]);
  });

  test('with unknownAsZero a pair that is not known is not similar at all', () => {
    const { spearman, unknown } = evaluatePairs(vectors, set, { unknownAsZero: true });
    // Ranks 6 5 2 3 1 4 and 6 5 4 2.5 1 2.5: 14 / sqrt(17.5 * 17).
    assert.ok(Math.abs(spearman.coefficient - 14 / Math.sqrt(17.5 * 17)) < 1e-12);
    assert.equal(unknown, 1);
  });

  test('upper and lower case are one word, the first of them, unless they are to be told apart', () => {
    const pairs = parseWordPairs('EAST e8 9\nEast e6 3\neast west 1\n', { name });
    assert.equal(evaluatePairs(vectors, pairs).unknown, 0);
    assert.equal(evaluatePairs(vectors, pairs).spearman.coefficient, 1);
    // East is north: its cosine with e6 is 0.8.
    const apart = evaluatePairs(vectors, pairs, { caseFolding: false });
    assert.deepEqual([apart.unknown, apart.spearman.coefficient], [1, 1]);
  });

  test('knows only the first words of a restricted vocabulary', () => {
    assert.equal(evaluatePairs(vectors, set, { restrictVocabulary: 4 }).unknown, 2);
    const none = evaluatePairs(vectors, set, { restrictVocabulary: 1 });
    assert.deepEqual([none.unknown, none.covered], [5, 1 / 6]);
    assert.ok(Number.isNaN(none.spearman.coefficient));
  });

  test('a vector of length 0 is similar to none', () => {
    const pairs = parseWordPairs('nowhere east 1\neast e6 2\neast e8 3\n', { name });
    assert.equal(evaluatePairs(vectors, pairs).spearman.coefficient, 1);
  });
});

describe('evaluateAnalogies', () => {
  const vectors = vectorsOf({
    ...{ man: [1, 0, 0], woman: [1, 1, 0], king: [1, 0, 1], queen: [1, 1, 1], Woman: [1, 1, 0.9] },
    ...{ broken: [1, Number.NaN, 1], apple: [-1, 0, 0], woman2: [1, 1, 0] },
  });
  const set = (text: string) => parseAnalogies(text, { name });

  test('the answer is the nearest to b - a + c but for a, b and c themselves, whatever their case', async () => {
    const { correct, sections } = await evaluateAnalogies(
      vectors,
      set(': people\nman woman king queen\nking man queen apple\n: gram1\nMAN king woman QUEEN\n'),
    );
    assert.equal(correct, 2);
    assert.deepEqual(
      sections.map((section) => [section.name, section.correct, section.answered, section.accuracy]),
      [
        ['people', 1, 2, 0.5],
        ['gram1', 1, 1, 1],
      ],
    );
  });

  test('groups are those of word2vec’s set: sections gram… are syntactic', async () => {
    const { groups } = await evaluateAnalogies(
      vectors,
      set(': a\nman woman king queen\n: gram1\nman woman king apple\n: b\nman king woman apple\n'),
    );
    assert.deepEqual(groups, {
      semantic: { correct: 1, answered: 2, accuracy: 0.5 },
      syntactic: { correct: 0, answered: 1, accuracy: 0 },
    });
    assert.equal((await evaluateAnalogies(vectors, set(': a\nman woman king queen\n'))).groups, undefined);
  });

  test('questions with unknown words are left out, or wrong', async () => {
    const questions = set(': a\nman woman king queen\nman woman king emperor\n');
    const left = await evaluateAnalogies(vectors, questions);
    assert.deepEqual([left.accuracy, left.answered, left.unknown, left.covered], [1, 1, 1, 0.5]);
    const wrong = await evaluateAnalogies(vectors, questions, { unknownAsZero: true });
    assert.deepEqual([wrong.accuracy, wrong.answered, wrong.unknown], [0.5, 2, 1]);
    const restricted = await evaluateAnalogies(vectors, questions, { restrictVocabulary: 3 });
    assert.deepEqual([restricted.accuracy, restricted.answered, restricted.unknown], [0, 0, 2]);
  });

  test('3CosMul weighs the parts: it is not misled by one large cosine', async () => {
    // From a = (1, 0), b = (0, 1), c = (0.6, 0.8): cosines of x and y with them are (-1, 0, -0.6) and (0.6, -0.8, -0.28).
    const plane = vectorsOf({ a: [1, 0], b: [0, 1], c: [0.6, 0.8], x: [-1, 0], y: [0.6, -0.8] });
    const answers = async (expected: string) => {
      const questions = set(`: s\na b c ${expected}\n`);
      const scores = [];
      for (const method of ['add', 'multiply'] as const)
        scores.push((await evaluateAnalogies(plane, questions, { method })).correct);
      return scores;
    };
    // Sums: x 0.4, y -1.68. Products: x 0.5 * 0.2 / 0.000001, y 0.1 * 0.36 / 0.8.
    assert.deepEqual(
      [await answers('x'), await answers('y')],
      [
        [1, 1],
        [0, 0],
      ],
    );
  });

  test('of a word that comes twice only the first row can be an answer', async () => {
    const twice = {
      words: ['man', 'woman', 'king', 'other', 'queen', 'queen'],
      matrix: padded([
        [1, 0, 0],
        [1, 1, 0],
        [1, 0, 1],
        [1, 1, 0.9],
        [-1, 0, 0],
        [1, 1, 1],
      ]),
    };
    assert.equal((await evaluateAnalogies(twice, set(': s\nman woman king queen\n'))).correct, 0);
    assert.equal((await evaluateAnalogies(twice, set(': s\nman woman king other\n'))).correct, 1);
  });
});

describe('answerAnalogies', () => {
  test('ends when it is told to', async () => {
    const task = {
      ...{ matrix: padded([[1], [2]]), candidates: Uint32Array.of(0, 1), method: 'add' as const },
      ...{ words: [{ row: 0, leftOut: [0] }], questions: Uint32Array.of(0, 0, 0) },
    };
    assert.deepEqual([...(await answerAnalogies(task))], [1]);
    await assert.rejects(answerAnalogies(task, { signal: AbortSignal.abort() }), { kind: 'aborted' });
  });

  test('is the same natively and in TypeScript, on whole blocks and the rest', async () => {
    const random = new Random(5);
    for (const [rows, dimensions] of [
      [300, 37],
      [128, 16],
      [9, 3],
    ] as const) {
      const numbers = Array.from({ length: rows }, () =>
        Array.from({ length: dimensions }, () => random.unit() - 0.5),
      );
      const matrix = padded(numbers, 5);
      const words = [0, 3, 5, 7].map((row) => ({ row, leftOut: [row] }));
      const questions = Uint32Array.of(0, 1, 2, 3, 2, 1, 1, 3, 0);
      for (const method of ['add', 'multiply'] as const) {
        const candidates = Uint32Array.from({ length: rows }, (_, row) => row);
        const task = { matrix, candidates, words, questions, method };
        assert.deepEqual(await answerAnalogies(task), await answerAnalogies(task, { addon: null }));
      }
    }
  });

  test('has no answer where nothing is left', async () => {
    const answers = await answerAnalogies({
      ...{ matrix: padded([[1]]), candidates: Uint32Array.of(0), method: 'multiply' },
      ...{ words: [{ row: 0, leftOut: [0] }], questions: Uint32Array.of(0, 0, 0) },
    });
    assert.deepEqual([...answers], [-1]);
  });
});

describe('missedMinimums', () => {
  test('are scores that are lower, or no number', () => {
    const scores = ['good', 'low', 'none', 'free'].map((each, index) => ({
      ...{ kind: 'analogies' as const, name: each, sections: [], correct: 0, answered: 0, questions: 0 },
      ...{ unknown: 0, covered: 1, otherLines: 0, accuracy: [0.5, 0.4, Number.NaN, 0][index]! },
    }));
    assert.deepEqual(missedMinimums(scores, { good: 0.5, low: 0.5, none: 0 }), [
      { name: 'low', score: 0.4, minimum: 0.5 },
      { name: 'none', score: Number.NaN, minimum: 0 },
    ]);
  });
});
