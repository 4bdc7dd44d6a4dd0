import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { iterate } from '../../src/core/run.js';
import { rowOf, type TrainedVectors } from '../../src/core/vectors.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import { plan } from '../../src/pipeline/plan.js';
import { pipelineOf, runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';

let folder: string;
const path = (name: string) => join(folder, name);

const OLD = 'x 0.25 -0.5 1\nb 1 2 3\ny 4 5 6\na 0.5 0.5 0.5\n';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  await writeFile(path('new.txt'), 'c b c\nc d a\nb c d\n'.repeat(3));
  await writeFile(path('old.txt'), OLD);
});
afterEach(() => rm(folder, { recursive: true }));

type Train = NonNullable<Definition['train']>;

function definition(train: Train = {}, rest: Partial<Definition> = {}): Definition {
  return {
    source: { files: path('new.txt') },
    vocabulary: { minCount: 4 },
    sampling: { subsample: 0 },
    train: { engine: 'reference', dimensions: 3, epochs: 2, initialVectors: path('old.txt'), ...train },
    sinks: [{ word2vecText: path('v.txt') }],
    ...rest,
  };
}

/** Runs it; gives what came out, and what was said. */
async function learn(train: Train = {}, rest: Partial<Definition> = {}) {
  const said: string[] = [];
  const say = (message: string) => said.push(message);
  const { last } = await runDefinition(definition(train, rest), { listener: { note: say, warning: say } });
  return { ...last!, said };
}

function vectorOf({ vocabulary, input }: TrainedVectors, word: string): number[] {
  assert.ok(vocabulary.has(word), `${word} is in the vocabulary`);
  return [...rowOf(input, vocabulary.idOf(word)!)];
}

/** Too slow to change a float32. */
const still = { learningRate: 1e-30 };

describe('going on from vectors', () => {
  test('their words start from them, new words at random; words that the text lacks stay, after all others', async () => {
    const vectors = await learn(still);
    const { words, counts } = vectors.vocabulary;
    // a occurs 3 times, below minCount: it is kept for being old.
    assert.deepEqual(words, ['c', 'b', 'd', 'a', 'x', 'y']);
    assert.deepEqual([...counts], [12, 6, 6, 3, 0, 0]);
    assert.deepEqual(vectorOf(vectors, 'b'), [1, 2, 3]);
    assert.deepEqual(vectorOf(vectors, 'a'), [0.5, 0.5, 0.5]);
    assert.deepEqual(vectorOf(vectors, 'x'), [0.25, -0.5, 1]);
    assert.match(await readFile(path('v.txt'), 'utf8'), /^6 3\nc .*\nb 1 2 3\nd .*\n.*\nx 0\.25 -0\.5 1\n/);
    const { last: fresh } = await runDefinition(definition({ initialVectors: undefined, ...still }));
    assert.deepEqual(vectorOf(vectors, 'c'), vectorOf(fresh!, 'c'));
    assert.ok(
      vectors.said.includes(
        'initial vectors: 4 of 6 words start from them (2 do not occur in the text), 2 are new',
      ),
      vectors.said.join('\n'),
    );
  });

  test('what the text has learns, what it lacks stays bit for bit, in every loss', async () => {
    for (const model of ['skipgram', 'cbow'] as const) {
      for (const loss of ['negative', 'hierarchical', 'softmax'] as const) {
        const vectors = await learn({ model, loss });
        assert.notDeepEqual(vectorOf(vectors, 'b'), [1, 2, 3]);
        assert.deepEqual(vectorOf(vectors, 'x'), [0.25, -0.5, 1]);
        assert.deepEqual(vectorOf(vectors, 'y'), [4, 5, 6]);
      }
    }
  });

  test('words that the text lacks are never drawn as negatives', async () => {
    const { vocabulary, output } = await learn({ negative: 20, epochs: 20 });
    const row = (word: string) => rowOf(output, vocabulary.idOf(word)!);
    assert.ok(row('x').every((value) => value === 0));
    assert.ok(row('b').some((value) => value !== 0));
  });

  test('without keepInitialWords the vocabulary is that of the text', async () => {
    const vectors = await learn({ keepInitialWords: false, ...still });
    assert.deepEqual(vectors.vocabulary.words, ['c', 'b', 'd']);
    assert.deepEqual(vectorOf(vectors, 'b'), [1, 2, 3]);
    assert.deepEqual(
      vectors.said.filter((line) => line.includes('initial words')),
      [],
    );
  });

  test('with output weights saved too, training starts where it ended; without, W starts at zero', async () => {
    await writeFile(path('first.txt'), 'a b x\nb y a\n'.repeat(5));
    const sinks = [{ word2vec: path('first.bin') }, { outputWeights: path('first.weights.bin') }];
    const first = await learn(
      { initialVectors: undefined, epochs: 5 },
      { source: { files: path('first.txt') }, sinks },
    );
    const files = { initialVectors: path('first.bin'), initialOutputWeights: path('first.weights.bin') };
    const second = await learn({ ...files, ...still });
    for (const word of ['a', 'b', 'x', 'y']) {
      assert.deepEqual(vectorOf(second, word), vectorOf(first, word));
      const [after, before] = [second, first].map(({ vocabulary, output }) =>
        rowOf(output, vocabulary.idOf(word)!),
      );
      assert.deepEqual(after, before);
      assert.ok(before!.some((value) => value !== 0));
    }
    const { vocabulary, output } = second;
    assert.ok(rowOf(output, vocabulary.idOf('c')!).every((value) => Math.abs(value) < 1e-20));
    const without = await learn({ initialVectors: path('first.bin'), ...still });
    assert.ok(without.output.data.every((value) => Math.abs(value) < 1e-20));
  });

  test('<UNK> starts from the row of GloVe text, where it is trained', async () => {
    await writeFile(path('old.txt'), `${OLD}<unk> 7 8 9\n`);
    const trained = await learn(still, { vocabulary: { minCount: 4, unk: 'token' } });
    assert.deepEqual(trained.vocabulary.words.slice(-3), ['x', 'y', '<UNK>']);
    assert.deepEqual(vectorOf(trained, '<UNK>'), [7, 8, 9]);
    const dropped = await learn(still);
    assert.equal(dropped.vocabulary.has('<UNK>'), false);
  });

  test('vectors of other dimensions, or none, are refused before the text is read', async () => {
    const nothing = { source: { files: path('missing.txt') } };
    await assert.rejects(learn({ dimensions: 4 }, nothing), {
      kind: 'usage',
      message:
        /^train\.initialVectors: .*old\.txt has vectors of 3 dimensions, but 4 are to be trained\n {2}Train with dimensions 3\.$/,
    });
    await assert.rejects(learn({ initialVectors: path('none.bin') }, nothing), { kind: 'noInput' });
  });

  test('a text that shares no word with them is warned of', async () => {
    await writeFile(path('new.txt'), 'u v w u v w\n'.repeat(5));
    const { said } = await learn();
    assert.ok(said.some((line) => line.startsWith('no word of the text has one of the initial vectors')));
  });

  test('pairs go on from vectors too', async () => {
    await writeFile(path('pairs.txt'), 'b c\nc b\nb d\n'.repeat(5));
    const { vocabulary, input } = await learn(still, {
      source: { pairs: path('pairs.txt') },
      sampling: undefined,
    });
    assert.deepEqual(vocabulary.words, ['b', 'c', 'd', 'x', 'y', 'a']);
    assert.deepEqual([...rowOf(input, 0)], [1, 2, 3]);
  });
});

describe('frozen vectors', () => {
  test('initial: those of the initial vectors stay bit for bit, the others learn', async () => {
    const vectors = await learn({ freeze: 'initial', epochs: 5 });
    assert.deepEqual(vectorOf(vectors, 'b'), [1, 2, 3]);
    assert.deepEqual(vectorOf(vectors, 'a'), [0.5, 0.5, 0.5]);
    const start = await learn(still);
    assert.notDeepEqual(vectorOf(vectors, 'c'), vectorOf(start, 'c'));
    assert.ok(vectors.said.includes('frozen: the vectors of 4 words'));
  });

  test('a file: those of its words, one on each line', async () => {
    await writeFile(path('words.txt'), 'b\r\n\nunheard-of\nc');
    const vectors = await learn({ freeze: path('words.txt') });
    assert.deepEqual(vectorOf(vectors, 'b'), [1, 2, 3]);
    assert.deepEqual(vectorOf(vectors, 'c'), vectorOf(await learn(still), 'c'));
    assert.notDeepEqual(vectorOf(vectors, 'a'), [0.5, 0.5, 0.5]);
    assert.ok(vectors.said.includes('frozen: the vectors of 2 words'));
    await assert.rejects(learn({ freeze: path('none.txt') }), {
      kind: 'noInput',
      message: /none\.txt: train\.freeze: there is no such list of words\n.*or give initial/,
    });
  });
});

test('the output weights of hierarchical softmax are refused before anything is read', async () => {
  const job = definition({ loss: 'hierarchical', initialVectors: undefined });
  assert.throws(() => resolveDefinition({ ...job, sinks: [{ outputWeights: path('w.bin') }] }), {
    kind: 'usage',
    message: /sinks\[0\]\.outputWeights: the output weights of hierarchical softmax belong to no words/,
  });
});

test('a plan says what is missing of what training is to go on from', async () => {
  const files = { initialVectors: path('old.txt'), initialOutputWeights: path('w.bin'), freeze: 'initial' };
  const { warnings } = await plan(resolveDefinition(definition(files)));
  assert.deepEqual(warnings, [`train.initialOutputWeights: there is no file ${path('w.bin')}`]);
});

test('a definition that runs calls back after each epoch', async () => {
  const epochs: number[] = [];
  const { last } = await runDefinition(definition({ epochs: 9 }), {
    onEpoch({ epoch, vectors, stop }) {
      epochs.push(epoch);
      assert.ok(vectors.vocabulary.has('c'));
      if (epoch === 3) stop();
    },
  });
  assert.deepEqual(epochs, [1, 2, 3]);
  assert.equal(last!.summary.epochs, 3);
  for await (const { summary } of iterate(pipelineOf(resolveDefinition(definition())))) {
    assert.equal(summary.epochs, 2);
  }
});
