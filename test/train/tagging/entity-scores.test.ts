import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { EntityScorer, entityScores, entityScoresText } from '../../../src/train/tagging/entity-scores.js';
import { SCHEMES } from '../../../src/train/tagging/schemes.js';
import { peerPython } from '../../support/peers.js';
import { randomTags } from './support.js';

const sentence = (gold: string, predicted: string) => ({
  gold: gold.split(' '),
  predicted: predicted.split(' '),
});

describe('entity scores', () => {
  const scores = entityScores([
    sentence('B-PER I-PER O B-LOC', 'B-PER I-PER O B-PER'), // One right; a place taken for a person.
    sentence('B-LOC I-LOC O O', 'B-LOC O O B-MISC'), // Cut short; and one that is none.
    sentence('B-LOC B-LOC', 'B-LOC I-LOC'), // Two taken for one: no part of them counts.
    sentence('O I-ORG', 'O B-ORG'), // Equal entities, other tags.
  ]);

  test('counts, by hand', () => {
    // Gold: 1 PER, 1 + 1 + 2 LOC, 1 ORG. Predicted: 2 PER, 2 LOC, 1 MISC, 1 ORG. Right: the PER and the ORG.
    const { gold, predicted, correct, precision, recall, f1, tokens, accuracy } = scores;
    assert.deepEqual({ gold, predicted, correct }, { gold: 6, predicted: 6, correct: 2 });
    assert.deepEqual([precision, recall, f1], [2 / 6, 2 / 6, 1 / 3]);
    assert.deepEqual([tokens, accuracy], [12, 7 / 12]); // 3 + 2 + 1 + 1 tokens have their tags.
    const byType = Object.fromEntries(
      [...scores.byType].map(([type, score]) => [type, [score.gold, score.predicted, score.correct]]),
    );
    assert.deepEqual(byType, { LOC: [4, 2, 0], MISC: [0, 1, 0], ORG: [1, 1, 1], PER: [1, 2, 1] });
    assert.deepEqual([...scores.byType.keys()], ['LOC', 'MISC', 'ORG', 'PER']);
  });

  test("the table, in conlleval's layout", () => {
    assert.equal(
      entityScoresText(scores),
      'processed 12 tokens with 6 phrases; found: 6 phrases; correct: 2.\n' +
        'accuracy:  58.33%; precision:  33.33%; recall:  33.33%; FB1:  33.33\n' +
        '              LOC: precision:   0.00%; recall:   0.00%; FB1:   0.00  2\n' +
        '             MISC: precision:   0.00%; recall:   0.00%; FB1:   0.00  1\n' +
        '              ORG: precision: 100.00%; recall: 100.00%; FB1: 100.00  1\n' +
        '              PER: precision:  50.00%; recall: 100.00%; FB1:  66.67  2\n',
    );
  });

  test('nothing at all scores 0, and says so without a division by 0', () => {
    const empty = new EntityScorer().scores();
    assert.deepEqual([empty.precision, empty.recall, empty.f1, empty.accuracy], [0, 0, 0, 0]);
    assert.equal(entityScores([sentence('O O', 'O O')]).accuracy, 1);
  });

  test('an entity does not go on in the next sentence', () => {
    const { gold, correct } = entityScores([sentence('B-A', 'B-A'), sentence('I-A', 'I-A')]);
    assert.deepEqual([gold, correct], [2, 2]);
  });

  test('as many tags on both sides', () => {
    assert.throws(() => new EntityScorer().add(['O'], []), { kind: 'internal' });
  });
});

const python = peerPython('seqeval.metrics, conlleval');

/** Reads [[gold, predicted] of each sentence] of each corpus; prints for each what seqeval and conlleval count. */
const SCRIPT = `
import json, sys, warnings
warnings.filterwarnings('ignore')
from seqeval.metrics import accuracy_score, classification_report
import conlleval
for corpus in json.load(sys.stdin):
    gold, predicted = [g for g, p in corpus], [p for g, p in corpus]
    report = classification_report(gold, predicted, output_dict=True, zero_division=0)
    lines = [line for g, p in corpus for line in [f'w {a} {b}' for a, b in zip(g, p)] + ['']]
    counts = conlleval.evaluate(lines)
    print(json.dumps({
        'seqeval': {k: [v['precision'], v['recall'], v['f1-score'], int(v['support'])]
                    for k, v in report.items() if k not in ('macro avg', 'weighted avg')},
        'accuracy': accuracy_score(gold, predicted),
        'conlleval': {k: v['stats'] for k, v in
                      [('micro avg', counts['overall']['chunks']), *counts['slots']['chunks'].items()]},
        'tags': counts['overall']['tags']['stats'],
    }))
`;

interface Peers {
  readonly seqeval: Record<string, [precision: number, recall: number, f1: number, gold: number]>;
  readonly accuracy: number;
  readonly conlleval: Record<string, { gold: number; pred: number; correct: number }>;
  readonly tags: { pred: number; correct: number };
}

describe('seqeval and conlleval', {
  skip: python ? false : 'no Python here has seqeval and conlleval',
}, () => {
  test('count the same on random tags of every scheme, well-formed or not', () => {
    const random = new Random(20);
    const corpora = SCHEMES.flatMap((scheme) =>
      Array.from({ length: 25 }, () =>
        Array.from({ length: 1 + random.below(12) }, () => {
          const gold = randomTags(random, scheme, 1 + random.below(12));
          const predicted = randomTags(random, scheme, gold.length);
          // Mostly right, so that there is something to count.
          return {
            gold,
            predicted: predicted.map((tag, index) => (random.below(3) > 0 ? gold[index]! : tag)),
          };
        }),
      ),
    );
    const { stdout, stderr, status } = spawnSync(python!, ['-c', SCRIPT], {
      encoding: 'utf8',
      input: JSON.stringify(
        corpora.map((sentences) => sentences.map(({ gold, predicted }) => [gold, predicted])),
      ),
    });
    assert.equal(status, 0, stderr);
    const answers = stdout.trim().split('\n');
    assert.equal(answers.length, corpora.length);
    let correct = 0;
    for (const [index, sentences] of corpora.entries()) {
      const peers = JSON.parse(answers[index]!) as Peers;
      const ours = entityScores(sentences);
      correct += ours.correct;
      const scores = Object.entries(Object.fromEntries([...ours.byType, ['micro avg', ours]]));
      for (const [type, score] of scores) {
        const { gold, predicted: pred } = score;
        assert.deepEqual(peers.conlleval[type], { gold, pred, correct: score.correct }, type);
        // seqeval lists no types where there are none.
        if (!peers.seqeval[type]) continue;
        const [precision, recall, f1, support] = peers.seqeval[type];
        assert.equal(support, gold);
        close(score.precision, precision);
        close(score.recall, recall);
        close(score.f1, f1);
      }
      assert.equal(Object.keys(peers.conlleval).length, scores.length);
      assert.equal(ours.tokens, peers.tags.pred);
      close(ours.accuracy, peers.tags.correct / peers.tags.pred);
      close(ours.accuracy, peers.accuracy);
    }
    assert.ok(correct > 500, `only ${correct} entities were right`);
  });
});

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}
