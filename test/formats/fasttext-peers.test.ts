import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { openContext, run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { fasttextBinary } from '../../src/sinks/fasttext-file.js';
import { word2vecText } from '../../src/sinks/vector-files.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { loadVectors } from '../../src/vectors/load.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { training } from '../sinks/support.js';
import { fasttextPath, peerPython } from '../support/peers.js';
import { ALL_WORDS, corpusOf, SMALL } from '../train/support/corpora.js';
import { DIFFICULT_WORDS, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
/** A reader in C takes these for white space, or for the end of a word. */
const WORDS = DIFFICULT_WORDS.filter((word) => !/^[\u00a0\u3000\u0085]$/.test(word)).concat('where', 'there');
const UNSEEN = ['nowhere', 'theres', 'ünïcode', '漢字', '😀😀', 'x'];

async function trained(loss: 'negative' | 'hierarchical' | 'softmax'): Promise<TrainedVectors> {
  const random = new Random(1);
  const sentences = Array.from({ length: 60 }, () =>
    Array.from({ length: 12 }, () => WORDS[random.below(WORDS.length)]!),
  );
  const { context } = openContext();
  const options = { ...SMALL, loss, minn: 1, maxn: 4, buckets: 5_000, dimensions: 10 };
  return referenceEngine.train(corpusOf(sentences), options, ALL_WORDS, context);
}

function close(theirs: readonly number[], ours: Float32Array, tolerance: number, word: string): void {
  assert.equal(theirs.length, ours.length);
  for (const [j, value] of theirs.entries())
    assert.ok(Math.abs(value - ours[j]!) <= tolerance, `${word}: ${value}, ours ${ours[j]}`);
}

const python = peerPython('gensim');
describe('gensim', { skip: python === undefined && 'no Python here has gensim' }, () => {
  const SCRIPT = `
import json, sys
from gensim.models.fasttext import load_facebook_model, load_facebook_vectors
path, words = json.load(sys.stdin)
vectors = load_facebook_vectors(path)
model = load_facebook_model(path)
print(json.dumps({"vectors": {word: [float(x) for x in vectors[word]] for word in words}, "size": len(vectors),
  "counts": {word: int(vectors.get_vecattr(word, "count")) for word in vectors.index_to_key},
  "same": bool(all((vectors[word] == model.wv[word]).all() for word in words)), "negative": model.negative, "hs": model.hs}))`;

  for (const loss of ['negative', 'hierarchical'] as const) {
    test(`has our vectors of words and of any other string: ${loss}`, async () => {
      const vectors = await trained(loss);
      await run(compose(training(vectors), fasttextBinary(path(`${loss}.bin`))));
      const ours = Vectors.of(vectors);
      const { stdout, stderr } = spawnSync(python!, ['-c', SCRIPT], {
        encoding: 'utf8',
        input: JSON.stringify([path(`${loss}.bin`), [...WORDS, ...UNSEEN]]),
      });
      assert.ok(stdout, stderr);
      const theirs = JSON.parse(stdout);
      assert.equal(theirs.size, ours.size);
      assert.ok(theirs.same);
      assert.equal(theirs.hs, loss === 'hierarchical' ? 1 : 0);
      for (const word of [...WORDS, ...UNSEEN]) close(theirs.vectors[word], ours.get(word), 2e-6, word);
      for (const [id, word] of vectors.vocabulary.words.entries())
        assert.equal(theirs.counts[word], vectors.vocabulary.counts[id]);
    });
  }
});

const fasttext = fasttextPath();
describe('fastText itself', { skip: fasttext === undefined && 'fasttext is not installed' }, () => {
  function printed(model: string, words: readonly string[]): Map<string, number[]> {
    const { stdout, stderr } = spawnSync(fasttext!, ['print-word-vectors', model], {
      encoding: 'utf8',
      input: words.map((word) => `${word}\n`).join(''),
    });
    assert.ok(stdout, stderr);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd().split(' '));
    return new Map(rows.map(([word, ...numbers]) => [word!, numbers.map(Number)]));
  }

  for (const loss of ['negative', 'hierarchical', 'softmax'] as const) {
    test(`has our vectors of words and of any other string: ${loss}`, async () => {
      const vectors = await trained(loss);
      await run(compose(training(vectors), fasttextBinary(path('ours.bin')), word2vecText(path('ours.vec'))));
      const ours = Vectors.of(vectors);
      const theirs = printed(path('ours.bin'), [...WORDS, ...UNSEEN]);
      // It prints five digits.
      for (const word of [...WORDS, ...UNSEEN]) close(theirs.get(word)!, ours.get(word), 2e-5, word);
    });
  }

  test('its nn finds the neighbours that we find', async () => {
    const vectors = await trained('negative');
    await run(compose(training(vectors), fasttextBinary(path('nn.bin'))));
    const { stdout } = spawnSync(fasttext!, ['nn', path('nn.bin'), '3'], {
      encoding: 'utf8',
      input: 'nowhere\n',
    });
    const theirs = [...stdout.matchAll(/(\S+) (-?[\d.e-]+)$/gm)].map(([, word, score]) => [
      word,
      Number(score),
    ]);
    const ours = Vectors.of(vectors).nearest('nowhere', 3);
    assert.equal(theirs.length, 3, stdout);
    for (const [i, { word, similarity }] of ours.entries()) {
      assert.equal((theirs[i]![0] as string).replace(/^\S*\?/, ''), word);
      assert.ok(Math.abs((theirs[i]![1] as number) - similarity) < 1e-5);
    }
  });

  for (const [name, flags] of [
    ['skipgram', ['-minn', '2', '-maxn', '4', '-bucket', '3000']],
    ['cbow', ['-minn', '3', '-maxn', '6', '-bucket', '20000', '-loss', 'hs']],
    ['skipgram', ['-maxn', '0']],
  ] as const) {
    test(`what it trains is read: ${name} ${flags.join(' ')}`, async () => {
      const random = new Random(2);
      const lines = Array.from({ length: 50 }, () =>
        Array.from({ length: 20 }, () => WORDS[random.below(WORDS.length)]).join(' '),
      );
      writeFileSync(path('text'), `${lines.join('\n')}\n`);
      const args = [
        '-input',
        path('text'),
        '-output',
        path('theirs'),
        '-dim',
        '12',
        '-epoch',
        '2',
        '-thread',
        '1',
      ];
      const { status, stderr } = spawnSync(fasttext!, [name, ...args, ...flags], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const ours = await loadVectors(path('theirs.bin'));
      const hasNGrams = !flags.includes('0' as never);
      const asked = hasNGrams ? [...ours.words, ...UNSEEN.slice(0, 3)] : [...ours.words];
      const theirs = printed(path('theirs.bin'), asked);
      assert.ok(ours.has('</s>') && ours.size === WORDS.length + 1);
      for (const word of asked) close(theirs.get(word)!, ours.get(word), 2e-5, word);
      assert.equal(ours.has('nowhere'), hasNGrams);
      const vec = await loadVectors(path('theirs.vec'));
      assert.equal(vec.size, ours.size);
      assert.ok(readFileSync(path('theirs.vec')).length > 0);
    });
  }
});
