import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Progress } from '../../src/core/report.js';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { meanOfRarest } from '../../src/core/vectors.js';
import { sinkFor } from '../../src/sinks/sink-for.js';
import { gloveText, word2vecBinary, word2vecText } from '../../src/sinks/vector-files.js';
import { vocabularyFile } from '../../src/sinks/vocabulary-file.js';
import { temporaryFolder } from '../formats/support.js';
import { trained, training } from './support.js';

const folder = temporaryFolder();
const two = trained(
  ['a', 'b'],
  [
    [1, 2],
    [3, 5],
  ],
);
const withToken = trained(
  ['a'],
  [
    [1, 2],
    [0.5, 0.25],
  ],
  'token',
);

describe('vector sinks', () => {
  test('GloVe text ends with the mean of the rarest words as <unk> where unknown words were dropped', async () => {
    const path = join(folder, 'dropped.txt');
    const { outputs } = await run(compose(training(two), gloveText(path)));
    assert.deepEqual(outputs, [path]);
    assert.equal(readFileSync(path, 'utf8'), 'a 1 2\nb 3 5\n<unk> 2 3.5\n');
  });

  test('GloVe text takes the 100 rarest words for <unk>, no more', async () => {
    const words = Array.from({ length: 150 }, (_, id) => `w${id}`);
    const vectors = trained(
      words,
      words.map((_, id) => [id < 50 ? 1e6 : 2]),
    );
    const path = join(folder, 'rarest.txt');
    await run(compose(training(vectors), gloveText(path)));
    assert.deepEqual(meanOfRarest(vectors), Float32Array.of(2));
    assert.equal(readFileSync(path, 'utf8').split('\n').at(-2), '<unk> 2');
  });

  test('GloVe text ends with the trained row as <unk> where there is one', async () => {
    const path = join(folder, 'token.txt');
    await run(compose(training(withToken), gloveText(path)));
    assert.equal(readFileSync(path, 'utf8'), 'a 1 2\n<unk> 0.5 0.25\n');
  });

  test('word2vec text has <UNK> only where it was trained, and counts it', async () => {
    const path = join(folder, 'text.vec');
    await run(compose(training(two), word2vecText(path)));
    assert.equal(readFileSync(path, 'utf8'), '2 2\na 1 2\nb 3 5\n');
    await run(compose(training(withToken), word2vecText(path)));
    assert.equal(readFileSync(path, 'utf8'), '2 2\na 1 2\n<UNK> 0.5 0.25\n');
  });

  test('word2vec binary has <UNK> only where it was trained, and counts it', async () => {
    const path = join(folder, 'binary.bin');
    await run(compose(training(withToken), word2vecBinary(path)));
    assert.equal(
      readFileSync(path).toString('hex'),
      // 2   2 \n  a    1.0     2.0    \n  < U N K >    0.5     0.25    \n
      '3220320a61200000803f000000400a3c554e4b3e200000003f0000803e0a',
    );
  });

  test('word2vec binary notes words that its own tools cannot read', async () => {
    const notes: string[] = [];
    const vectors = trained(['x'.repeat(49), 'y'.repeat(50), '漢'.repeat(17)], [[1], [2], [3]]);
    const path = join(folder, 'long.bin');
    const listener = { note: (message: string) => notes.push(message) };
    const { report } = await run(compose(training(vectors), word2vecBinary(path)), { listener });
    assert.deepEqual(notes, [
      `${path}: words longer than 49 bytes: 2; word2vec's own distance and word-analogy misread them, other readers do not`,
    ]);
    assert.deepEqual(report.stages.word2vec?.counts, { rows: 3, 'words longer than 49 bytes': 2 });
  });

  test('the vocabulary sink writes counts, also of a corpus', async () => {
    const path = join(folder, 'vocabulary.txt');
    await run(compose(training(two), vocabularyFile(path)));
    assert.equal(readFileSync(path, 'utf8'), 'a 100\nb 99\n<UNK> 7\n');
    const corpus = async function* () {
      yield { vocabulary: withToken.vocabulary };
    };
    await run(compose(corpus, vocabularyFile(path)));
    assert.equal(readFileSync(path, 'utf8'), 'a 100\n<UNK> 7\n');
  });

  test('sinks pass the vectors on, count their rows and say how far they are', async () => {
    const seen: Progress[] = [];
    const { last, report } = await run(
      compose(
        training(two),
        gloveText(join(folder, 'chain.txt')),
        word2vecText(join(folder, 'chain.vec')),
        vocabularyFile(join(folder, 'chain.words')),
      ),
      { listener: { progress: (progress) => seen.push(progress) } },
    );
    assert.equal(last, two);
    assert.equal(report.stages.glove?.counts.rows, 3);
    assert.equal(report.stages.word2vecText?.counts.rows, 2);
    assert.deepEqual(seen, [
      { phase: 'write', done: 2, total: 3, unit: 'rows' },
      { phase: 'write', done: 3, total: 3, unit: 'rows' },
      { phase: 'write', done: 0, total: 2, unit: 'rows' },
      { phase: 'write', done: 2, total: 2, unit: 'rows' },
    ]);
  });

  const sinks = { gloveText, word2vecText, word2vecBinary };
  for (const [name, sink] of Object.entries(sinks)) {
    test(`${name} refuses a word with a space before training`, async () => {
      const source = training(trained(['New York'], [[1]]), () => assert.fail('training began'));
      await assert.rejects(run(compose(source, sink(join(folder, 'refused')))), {
        kind: 'data',
        message: /refused: .* cannot carry the word "New York" \(id 0, count 100\)/,
      });
    });

    test(`${name} refuses it also where no stage announced the vocabulary`, async () => {
      const source = async function* () {
        yield trained(['New York'], [[1]]);
      };
      await assert.rejects(run(compose(source, sink(join(folder, 'refused')))), { kind: 'data' });
    });

    test(`${name} checks its settings at once`, () => {
      assert.throws(() => sink('v', { escapewords: true } as never), {
        kind: 'usage',
        message: /unknown key 'escapewords'\n {2}Did you mean 'escapeWords'/,
      });
    });

    test(`${name} escapes it where asked to`, async () => {
      const path = join(folder, 'escaped');
      await run(compose(training(trained(['New York'], [[1]])), sink(path, { escapeWords: true })));
      assert.match(readFileSync(path, 'utf8'), /New▁York /);
    });
  }

  test('GloVe text refuses a word <unk> beside the unknown words', async () => {
    const source = training(trained(['<unk>'], [[1]]));
    await assert.rejects(run(compose(source, gloveText(join(folder, 'refused')))), { kind: 'data' });
  });

  test('the vocabulary sink refuses a word with a line break before training', async () => {
    const source = training(trained(['a\nb'], [[1]]), () => assert.fail('training began'));
    await assert.rejects(run(compose(source, vocabularyFile(join(folder, 'refused')))), {
      kind: 'data',
      message: /a vocabulary file cannot carry the word "a\\nb"/,
    });
  });

  test("a definition's entries give the sinks they name", async () => {
    const path = join(folder, 'from-entry');
    const contents: Record<string, string> = {};
    for (const key of ['glove', 'word2vecText', 'word2vec', 'vocabulary'] as const) {
      await run(compose(training(trained(['a_b'], [[1]])), sinkFor({ [key]: path } as never)));
      contents[key] = readFileSync(path, 'latin1');
    }
    assert.deepEqual(contents, {
      glove: 'a_b 1\n<unk> 1\n',
      word2vecText: '1 1\na_b 1\n',
      word2vec: '1 1\na_b \x00\x00\x80?\n',
      vocabulary: 'a_b 100\n<UNK> 7\n',
    });
  });

  test('settings reach the sinks of a definition', async () => {
    const path = join(folder, 'from-entry');
    const source = training(trained(['a b'], [[1]]));
    await run(compose(source, sinkFor({ glove: path }, { escapeWords: true })));
    assert.equal(readFileSync(path, 'utf8'), 'a▁b 1\n<unk> 1\n');
  });
});
