import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { loadVectors } from '../../src/vectors/load.js';
import type { Neighbour, Vectors } from '../../src/vectors/vectors.js';
import { temporaryFolder } from '../formats/support.js';
import { peerPython } from '../support/peers.js';

const python = peerPython('gensim');

/** gensim writes vectors of lengths that differ much, and answers questions about them. */
const SCRIPT = `
import json, sys
import numpy as np
from gensim.models import KeyedVectors
random = np.random.default_rng(3)
vectors = KeyedVectors(25)
rows = random.normal(size=(400, 25)) * random.uniform(0.1, 9, size=(400, 1))
vectors.add_vectors([f"w{i}" for i in range(400)], rows.astype(np.float32))
vectors.save_word2vec_format(sys.argv[1], binary=True)
triples = [[f"w{n}" for n in random.choice(400, 3, replace=False)] for _ in range(12)]
groups = [[f"w{n}" for n in random.choice(400, 5, replace=False)] for _ in range(12)]
def pairs(found): return [[word, float(score)] for word, score in found]
print(json.dumps(dict(
    triples=triples, groups=groups,
    nearest=[pairs(vectors.most_similar(a, topn=7)) for a, _, _ in triples],
    similarity=[float(vectors.similarity(a, b)) for a, b, _ in triples],
    add=[pairs(vectors.most_similar(positive=[c, b], negative=[a], topn=7)) for a, b, c in triples],
    multiply=[pairs(vectors.most_similar_cosmul(positive=[c, b], negative=[a], topn=7)) for a, b, c in triples],
    odd=[vectors.doesnt_match(group) for group in groups],
    mean=[vectors.get_mean_vector(group, pre_normalize=False).tolist() for group in groups],
    unit_mean=[vectors.get_mean_vector(group).tolist() for group in groups],
)))
`;

type Scored = readonly (readonly [string, number])[];

interface Answers {
  readonly triples: readonly (readonly [string, string, string])[];
  readonly groups: readonly (readonly string[])[];
  readonly nearest: readonly Scored[];
  readonly similarity: readonly number[];
  readonly add: readonly Scored[];
  readonly multiply: readonly Scored[];
  readonly odd: readonly string[];
  readonly mean: readonly (readonly number[])[];
  readonly unit_mean: readonly (readonly number[])[];
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    // gensim computes in float32.
    const tolerance = 1e-5 * Math.max(1, Math.abs(expected[i]!));
    assert.ok(Math.abs(actual[i]! - expected[i]!) < tolerance, `${actual[i]} is not ${expected[i]}`);
  }
}

function assertSame(actual: readonly Neighbour[], expected: Scored): void {
  assert.deepEqual(
    actual.map(({ word }) => word),
    expected.map(([word]) => word),
  );
  assertNear(
    actual.map(({ similarity }) => similarity),
    expected.map(([, score]) => score),
  );
}

describe('vectors that gensim wrote are answered as gensim answers', {
  skip: python ? false : 'no Python with gensim here',
}, () => {
  let vectors: Vectors;
  let gensim: Answers;

  before(async () => {
    const path = join(temporaryFolder(), 'vectors.bin');
    gensim = JSON.parse(execFileSync(python!, ['-c', SCRIPT, path], { encoding: 'utf8' }));
    vectors = await loadVectors(path);
  });

  test('most_similar of a word, similarity of two', () => {
    for (const [i, [a, b]] of gensim.triples.entries()) {
      assertSame(vectors.nearest(a, 7), gensim.nearest[i]!);
      assertNear([vectors.similarity(a, b)], [gensim.similarity[i]!]);
    }
  });

  test('most_similar of words added and taken away: sums and analogies', () => {
    for (const [i, [a, b, c]] of gensim.triples.entries()) {
      assertSame(vectors.nearest(vectors.expression(`${c} - ${a} + ${b}`), 7), gensim.add[i]!);
      assertSame(vectors.analogy(a, b, c, { count: 7 }), gensim.add[i]!);
    }
  });

  test('most_similar_cosmul, with the epsilon that gensim has', () => {
    for (const [i, [a, b, c]] of gensim.triples.entries()) {
      const ours = vectors.analogy(a, b, c, { count: 7, method: 'multiply', epsilon: 1e-6 });
      assertSame(ours, gensim.multiply[i]!);
    }
  });

  test('doesnt_match', () => {
    const odd = gensim.groups.map((group) => vectors.oddOneOut(group)[0]!.word);
    assert.deepEqual(odd, gensim.odd);
  });

  test('get_mean_vector, of vectors as they are and of length 1', () => {
    for (const [i, group] of gensim.groups.entries()) {
      assertNear(vectors.mean(group), gensim.mean[i]!);
      assertNear(vectors.mean(group, { unitLength: true }), gensim.unit_mean[i]!);
    }
  });
});
