import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gloveTextBlocks } from '../../../src/formats/glove-text.js';
import { parseAnalogies, readAnalogies } from '../../../src/vectors/evaluate/analogies.js';
import { evaluateAnalogies } from '../../../src/vectors/evaluate/evaluate-analogies.js';
import { evaluatePairs } from '../../../src/vectors/evaluate/evaluate-pairs.js';
import type { ScoringOptions } from '../../../src/vectors/evaluate/options.js';
import { readWordPairs } from '../../../src/vectors/evaluate/word-pairs.js';
import { bytesOf, padded, readAs, temporaryFolder } from '../../formats/support.js';
import { peerPython } from '../../support/peers.js';
import { analogyText, clusteredVectors, pairsText } from './support.js';

const python = peerPython('gensim');

/** Evaluates with gensim; 3CosMul, which its evaluation has not, by its most_similar_cosmul on single questions. */
const SCRIPT = `
import json, sys
from gensim.models import KeyedVectors
task = json.load(sys.stdin)
vectors = KeyedVectors.load_word2vec_format(task['vectors'], no_header=True)
for options in task['settings']:
    pearson, spearman, unknown = vectors.evaluate_word_pairs(task['pairs'], **options)
    total, sections = vectors.evaluate_word_analogies(task['analogies'], **options)
    print(json.dumps({
        'pairs': [float(x) for x in (spearman[0], spearman[1], pearson[0], pearson[1], unknown / 100)],
        'total': total,
        'sections': [[s['section'], len(s['correct']), len(s['incorrect'])] for s in sections[:-1]],
    }))
print(json.dumps([vectors.most_similar_cosmul(positive=[b, c], negative=[a], topn=1)[0][0] for a, b, c in task['questions']]))
`;

const SETTINGS: [ScoringOptions, Record<string, unknown>][] = [
  [{}, {}],
  [{ restrictVocabulary: 150 }, { restrict_vocab: 150 }],
  [{ caseFolding: false }, { case_insensitive: false }],
  [{ unknownAsZero: true }, { dummy4unknown: true }],
  [
    { restrictVocabulary: 200, caseFolding: false, unknownAsZero: true },
    { restrict_vocab: 200, case_insensitive: false, dummy4unknown: true },
  ],
];

describe('gensim 4.4 gives the same numbers', { skip: python ? false : 'no Python here has gensim' }, () => {
  const path = (name: string) => join(folder, name);
  const folder = temporaryFolder();

  test('of pairs and analogies, in every setting; of 3CosMul the same answers', async () => {
    const { words, rows } = clusteredVectors();
    writeFileSync(path('v.txt'), await bytesOf(gloveTextBlocks({ words, matrix: padded(rows) })));
    writeFileSync(path('pairs.tsv'), pairsText(words));
    writeFileSync(path('analogies.txt'), analogyText());
    const vectors = await readAs('glove')(path('v.txt'));
    const [pairs, analogies] = [
      await readWordPairs(path('pairs.tsv')),
      await readAnalogies(path('analogies.txt')),
    ];
    const questions = analogies.sections
      .flatMap((section) => section.questions)
      .filter(({ a, b, c }) => [a, b, c].every((word) => words.includes(word)))
      .slice(0, 300);
    const { stdout, stderr, status } = spawnSync(python!, ['-c', SCRIPT], {
      encoding: 'utf8',
      input: JSON.stringify({
        ...{ vectors: path('v.txt'), pairs: path('pairs.tsv'), analogies: path('analogies.txt') },
        settings: SETTINGS.map(([, theirs]) => theirs),
        questions: questions.map(({ a, b, c }) => [a, b, c]),
      }),
    });
    assert.equal(status, 0, stderr);
    const results = stdout.trim().split('\n');
    for (const [index, [options]] of SETTINGS.entries()) {
      const expected = JSON.parse(results[index]!);
      const { spearman, pearson, unknown, pairs: count } = evaluatePairs(vectors, pairs, options);
      const ours = [
        spearman.coefficient,
        spearman.pValue,
        pearson.coefficient,
        pearson.pValue,
        unknown / count,
      ];
      for (const [each, value] of ours.entries())
        assert.ok(Math.abs(value - expected.pairs[each]) < 1e-6, `${index}: ${ours} ${expected.pairs}`);
      const { accuracy, sections } = await evaluateAnalogies(vectors, analogies, options);
      assert.deepEqual(
        sections.map(({ name, correct, answered }) => [name, correct, answered - correct]),
        expected.sections,
      );
      assert.equal(accuracy, expected.total);
    }
    const answers = JSON.parse(results.at(-1)!) as string[];
    const expectedText = questions.map(({ a, b, c }, index) => `${a} ${b} ${c} ${answers[index]}`).join('\n');
    const theirs = parseAnalogies(expectedText, { name: 'answers of gensim' });
    const multiplied = await evaluateAnalogies(vectors, theirs, { method: 'multiply', caseFolding: false });
    assert.deepEqual([multiplied.answered, multiplied.accuracy], [300, 1]);
  });
});
