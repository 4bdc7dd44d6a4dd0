import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { skipWithoutTensorFlow } from '../support/tensorflow.js';
import { failingCall, notBuilt, type Outcome, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('wordmill train --engine tensorflow', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus(60));
  });
  after(() => remove());

  const run = (line: string, backend?: string): Promise<Outcome> =>
    wordmill(line.split(' '), { cwd: folder, ...(backend && { env: { WORDMILL_TENSORFLOW: backend } }) });

  async function checkVectors(file: string, dimensions: number): Promise<void> {
    const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 15 + 1, 'the words, and <unk>');
    for (const line of lines) {
      const numbers = line.split(' ').slice(1).map(Number);
      assert.equal(numbers.length, dimensions);
      assert.ok(numbers.every(Number.isFinite));
    }
  }

  const NPLM =
    'train corpus.txt --engine tensorflow --model nplm --shape last --size 4 --dimensions 12 --epochs 2';

  for (const backend of ['native', 'wasm', 'cpu']) {
    const skip = backend === 'native' && skipWithoutTensorFlow;
    test(`nplm with perplexity on held-out text, on ${backend}`, { skip }, async () => {
      const file = `nplm-${backend}.txt`;
      const { code, stderr } = await run(
        `${NPLM} --validation 0.1 --learning-rate 0.02 --threads 2 --glove ${file}`,
        backend,
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^epoch 2: perplexity \d+\.\d\d on \d+ held-out words$/m);
      const threads = backend === 'native' ? '2 threads' : '1 thread';
      assert.match(stderr, new RegExp(`^trained: .* \\(tensorflow, ${threads}\\), loss \\d`, 'm'));
      const warnings = stderr.match(/TensorFlow runs on/g) ?? [];
      assert.equal(warnings.length, backend === 'native' ? 0 : 1, 'one warning where it is not native');
      await checkVectors(file, 12);
    });
  }

  test('nplm vectors as word2vec binary are those of the text, to its six digits', async () => {
    const { code, stderr } = await run(`${NPLM} --glove both.txt --word2vec both.bin`, 'cpu');
    assert.equal(code, 0, stderr);
    const lines = (await readFile(join(folder, 'both.txt'), 'utf8')).trimEnd().split('\n');
    const bytes = await readFile(join(folder, 'both.bin'));
    // As word2vec.c reads it: a line with the sizes, then each word up to its space and its numbers, little-endian.
    let position = bytes.indexOf('\n') + 1;
    const [rows, dimensions] = bytes.toString('latin1', 0, position).split(' ').map(Number);
    assert.equal(dimensions, 12);
    const inText = new Map(lines.map((line) => [line.split(' ')[0]!, line.split(' ').slice(1).map(Number)]));
    for (let row = 0; row < rows!; row++) {
      const space = bytes.indexOf(' ', position);
      const word = bytes.toString('utf8', position, space).trimStart();
      const vector = Array.from({ length: 12 }, (_, i) => bytes.readFloatLE(space + 1 + 4 * i));
      assert.deepEqual(
        vector.map((number) => Number(number.toPrecision(6))),
        inText.get(word),
        word,
      );
      position = space + 1 + 4 * 12;
    }
    assert.equal(rows, 15);
    assert.equal(bytes.toString('latin1', position).trim(), '');
  });

  for (const flags of [
    '--model skipgram',
    '--model cbow',
    '--model cbow --loss softmax',
    '--model nplm --loss sampled --samples 6',
  ]) {
    test(`${flags}, on plain JavaScript`, async () => {
      const line = `train corpus.txt --engine tensorflow ${flags} --dimensions 8 --epochs 1 --glove other.txt`;
      const { code, stderr } = await run(line, 'cpu');
      assert.equal(code, 0, stderr);
      await checkVectors('other.txt', 8);
    });
  }

  test('--require-native: exit code 69 before the text is read, and nothing is written', async () => {
    const { code, stderr } = await run(`${NPLM} --require-native --glove never.txt`, 'cpu');
    assert.equal(code, 69, stderr);
    assert.match(stderr, /TensorFlow's native library cannot be used: WORDMILL_TENSORFLOW asks for cpu/);
    assert.doesNotMatch(stderr, /vocabulary/);
    assert.ok(!existsSync(join(folder, 'never.txt')));
  });

  test('as a definition: printed, checked and run', async () => {
    const printed = await run(`${NPLM} --glove printed.txt --print-definition`);
    const definition = parse(printed.stdout);
    assert.equal(definition.train.model, 'nplm');
    assert.deepEqual([definition.sampling.shape, definition.sampling.size], ['last', 4]);
    await writeFile(join(folder, 'job.yaml'), printed.stdout);
    const checked = await run('check job.yaml');
    assert.equal(checked.code, 0, checked.stderr);
    assert.equal(parse(checked.stdout).train.hiddenUnits, 100);
    assert.match(checked.stdout, /^# engine {3}tensorflow: as the definition asks$/m);
    const ran = await run('run job.yaml --set train.epochs=1', 'cpu');
    assert.equal(ran.code, 0, ran.stderr);
    await checkVectors('printed.txt', 12);
  });
});

describe('options that do not go together', () => {
  for (const [flags, message] of [
    ['corpus.txt --model nplm --loss negative', /no engine trains nplm with loss negative\n {2}What works: /],
    ['corpus.txt --model nplm --engine native', /engine native does not train nplm/],
    ['corpus.txt --model nplm --hidden-units 0', /--hidden-units: without hidden units/],
    ['corpus.txt --size 300', /--size: has no effect on skipgram[\s\S]*train\.dimensions/],
    ['corpus.txt --patience 3', /--patience: needs held-out text/],
    ['--pairs pairs.txt --model nplm', /--model: nplm cannot be trained on pairs/],
    ['corpus.txt --model nplm --shape next', /--shape: must be one of last, around, previous, nearby/],
  ] as const) {
    test(`${flags}: exit code 2, with what to do`, async () => {
      const { code, stderr } = await failingCall(`train ${flags} --glove v.txt`.split(' '));
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
  }
});
