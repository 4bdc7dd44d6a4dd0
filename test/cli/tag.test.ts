import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipWithoutTensorFlow } from '../support/tensorflow.js';
import { BINARY, failingCall, notBuilt, temporaryFolder, wordmill } from './helpers.js';

const SHIPPED = fileURLToPath(new URL('../../pipelines/tagger.yaml', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let remove: () => Promise<void>;
before(async () => ({ folder, remove } = await temporaryFolder()));
after(() => remove());
const at = (name: string) => join(folder, name);

describe('wordmill tag', { skip: notBuilt || skipWithoutTensorFlow }, () => {
  test('trains by the definition that ships, scores it and saves a model', async () => {
    const { code, stdout, stderr } = await wordmill(
      ['tag', 'train', SHIPPED, '--require-native', '--set', `output=${at('model')}`],
      { cwd: ROOT },
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /epoch 1: loss \d+\.\d+, F1 \d+\.\d+ on the development data\n/);
    assert.match(
      stderr,
      /test data: processed 71 tokens with 14 phrases; found: \d+ phrases; correct: \d+\./,
    );
    assert.match(stderr, /wrote: .*\/model\nreport: .*\/model\.report\.html\n$/);
    assert.ok(!existsSync(at('model.checkpoint')));
    const config = JSON.parse(readFileSync(at('model/config.json'), 'utf8'));
    assert.equal(config.kind, 'tagger');
    assert.deepEqual(Object.keys(config.files).sort(), [
      'characters.json',
      'vocabulary.txt',
      'weights.safetensors',
    ]);
  });

  test('scores a model on labelled text, as a table or JSON', async () => {
    const file = join(ROOT, 'pipelines/tagger/train.conll');
    const table = await wordmill(['tag', 'eval', at('model'), file], { cwd: folder });
    assert.equal(table.code, 0, table.stderr);
    assert.match(
      table.stdout,
      /^processed \d+ tokens with 61 phrases; found: \d+ phrases; correct: \d+\.\naccuracy: .*\n +LOC: precision: /,
    );
    const json = await wordmill(['tag', 'eval', at('model'), '-', '--json'], {
      cwd: folder,
      input: readFileSync(file),
    });
    const { gold, f1, byType } = JSON.parse(json.stdout);
    assert.equal(gold, 61);
    assert.ok(f1 > 0.8, `F1 ${f1} on its own training text`);
    assert.deepEqual(Object.keys(byType), ['LOC', 'ORG', 'PER']);
  });

  test('tags plain text, its case and punctuation kept', async () => {
    const input = "Sally Johnson isn't in Lima, is she?\n\nNobody knows.\n";
    const { code, stdout, stderr } = await wordmill(['tag', 'run', at('model')], { cwd: folder, input });
    assert.equal(code, 0, stderr);
    const lines = stdout.split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['Sally', 'Johnson', "isn't", 'in', 'Lima', ',', 'is', 'she', '?', '', 'Nobody', 'knows', '.', '', ''],
    );
    assert.deepEqual(lines.slice(0, 5), ['Sally B-PER', 'Johnson I-PER', "isn't O", 'in O', 'Lima B-LOC']);
  });

  test('tags CoNLL columns, with a last column, or as JSON lines', async () => {
    const input = 'Sally NNP\nJohnson NNP\nsells VBZ\n';
    const columns = await wordmill(['tag', 'run', at('model'), '-', '--input', 'conll'], {
      cwd: folder,
      input,
    });
    assert.equal(columns.stdout, 'Sally NNP B-PER\nJohnson NNP I-PER\nsells VBZ O\n\n');
    const args = ['tag', 'run', at('model'), '-', '--input', 'conll', '--format', 'jsonl'];
    const lines = await wordmill(args, { cwd: folder, input });
    assert.deepEqual(JSON.parse(lines.stdout), {
      tokens: ['Sally', 'Johnson', 'sells'],
      tags: ['B-PER', 'I-PER', 'O'],
      entities: [{ type: 'PER', start: 0, end: 2, text: 'Sally Johnson' }],
    });
  });

  test('tags a sentence of 10,000 tokens in pieces, and says so with its line', async () => {
    const input = `Rain O\n\n${'Lima O\n'.repeat(10_000)}`;
    await writeFile(at('long.conll'), input);
    const { code, stdout, stderr } = await wordmill(
      ['tag', 'run', at('model'), at('long.conll'), '--input', 'conll'],
      { cwd: folder },
    );
    assert.equal(code, 0);
    assert.equal(stdout.split('\n').length, 10_001 + 3);
    assert.match(stderr, /long\.conll:3: this sentence has 10000 tokens; it is tagged in pieces of 1000/);
  });

  test('refuses to train on bad input, with file and line, and leaves the model that was there', async () => {
    await mkdir(at('bad'), { recursive: true });
    await writeFile(at('bad/column.conll'), 'Sally B-PER\nJohnson\n');
    await writeFile(at('bad/tag.conll'), 'Sally B-PER\n\nis PER\n');
    await writeFile(at('bad/empty.conll'), '\n\n');
    await writeFile(at('bad/long.conll'), `a O\n\n${'b O\n'.repeat(10_000)}`);
    await writeFile(at('bad/vectors.txt'), 'orange 1 2 3\nfarmer 4 5 6\n');
    const before = readFileSync(at('model/weights.safetensors'));
    const cases: [set: string, code: number, message: RegExp][] = [
      [
        `data.train=${at('bad/column.conll')}`,
        65,
        /column\.conll:2: this line has 1 column, those before it 2/,
      ],
      [`data.train=${at('bad/tag.conll')}`, 65, /tag\.conll:3: no scheme has the tag 'PER'/],
      [`data.train=${at('bad/empty.conll')}`, 65, /empty\.conll: there is no sentence in this file/],
      [`data.train=${at('bad/long.conll')}`, 65, /long\.conll:3: this sentence has 10000 tokens/],
      [`data.train=${at('bad/none.conll')}`, 66, /none\.conll/],
      ['data.scheme=IO', 65, /train\.conll:1: IO cannot have the tag 'B-PER'/],
      [
        'data.scheme=IOB3',
        2,
        /--set data\.scheme=IOB3: must be one of IO, IOB1, IOB2, BIOES, BIO, not 'IOB3'/,
      ],
      ['data.tagColumn=3', 65, /train\.conll:1: this line has 2 columns; the tag is wanted from column 3/],
      [
        `vectors.file=${at('bad/vectors.txt')} model.dimensions=50`,
        65,
        /vectors\.txt:1: these vectors have 3 dimensions/,
      ],
      ['vectors.frozen=true', 2, /vectors\.frozen/],
      ['model.cell=transformer', 2, /must be one of rnn, gru-simple, gru, lstm/],
    ];
    for (const [set, expected, message] of cases) {
      const given = ['--set', `output=${at('model')}`, ...set.split(' ').flatMap((one) => ['--set', one])];
      const { code, stderr } = await failingCall(['tag', 'train', SHIPPED, ...given]);
      assert.match(stderr, message, set);
      assert.equal(code, expected, set);
    }
    assert.deepEqual(readFileSync(at('model/weights.safetensors')), before);
    assert.ok(!existsSync(at('model.checkpoint')));
  });

  test('interrupted, keeps a checkpoint and exits with 75; --resume goes on from it', async () => {
    const call = (...more: string[]) => [
      ...['tag', 'train', SHIPPED, '--set', `output=${at('long')}`, '--set', 'train.checkpointMinutes=0'],
      ...more,
    ];
    const child = spawn(process.execPath, [BINARY, ...call('--set', 'train.patience=1000')], { cwd: ROOT });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (/epoch 3: /.test(stderr)) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 75, stderr);
    assert.match(stderr, /interrupted; .*long\.checkpoint has what epoch \d+ came to\n.*--resume/);
    assert.ok(!existsSync(at('long')));
    const resumed = await wordmill(call('--resume'), { cwd: ROOT });
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.doesNotMatch(resumed.stderr, /epoch 1: /);
    assert.ok(existsSync(at('long/config.json')) && !existsSync(at('long.checkpoint')));
  });

  test('looks for TensorFlow and the checkpoint before it reads labelled text', async () => {
    const call = (...more: string[]) => [
      ...['tag', 'train', SHIPPED, '--set', `output=${at('first')}`],
      ...['--set', `data.train=${at('nowhere.conll')}`, ...more],
    ];
    const native = await wordmill(call('--require-native'), {
      ...{ cwd: ROOT, env: { WORDMILL_TENSORFLOW: 'cpu' } },
    });
    assert.equal(native.code, 69, native.stderr);
    const resumed = await failingCall(call('--resume'));
    assert.equal(resumed.code, 66);
    assert.match(resumed.stderr, /first\.checkpoint: there is no checkpoint to go on from/);
  });

  test('trains from word2vec text and binary', async () => {
    const row = Buffer.from(Float32Array.of(1, -2, 0.5).buffer);
    const binary = [Buffer.from('1 3\nSally '), row, Buffer.from('\n')];
    await writeFile(at('vectors.txt'), '1 3\nSally 1 -2 0.5\n');
    await writeFile(at('vectors.bin'), Buffer.concat(binary));
    for (const name of ['vectors.txt', 'vectors.bin']) {
      const { code, stderr } = await wordmill(
        [
          ...['tag', 'train', SHIPPED, '--set', `output=${at('by-vectors')}`, '--set', 'train.epochs=1'],
          ...['--set', `vectors.file=${at(name)}`],
        ],
        { cwd: ROOT },
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /vectors: .*vectors\.\w+ has [\d.]+ % of the \d+ words of the training text/);
      const vocabulary = readFileSync(at('by-vectors/vocabulary.txt'), 'utf8');
      assert.match(vocabulary, /^Sally \d/);
    }
  });

  test('composes words that it does not know of their n-grams, from a fastText model', async () => {
    const train = [
      '--model',
      'fasttext',
      '--buckets',
      '500',
      '--dimensions',
      '6',
      '--epochs',
      '1',
      '--min-count',
      '1',
    ];
    const made = await wordmill(
      ['train', '-', '--no-lowercase', ...train, '--engine', 'reference', '--fasttext', at('grams.bin')],
      { cwd: folder, input: 'Sally Johnson grows oranges\nRobert Lin grows apples\n' },
    );
    assert.equal(made.code, 0, made.stderr);
    const set = [`output=${at('of-grams')}`, 'train.epochs=1', `vectors.file=${at('grams.bin')}`];
    const trained = await wordmill(['tag', 'train', SHIPPED, ...set.flatMap((one) => ['--set', one])], {
      cwd: ROOT,
    });
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /vectors: .*grams\.bin has 100(\.0+)? % of the \d+ words/);
    const text = { cwd: folder, input: 'Sallyanne Johnsonsson\n' };
    const tagged = await wordmill(['tag', 'run', at('of-grams'), '--vectors', at('grams.bin')], text);
    assert.equal(tagged.code, 0, tagged.stderr);
    assert.match(tagged.stdout, /^Sallyanne \S+\nJohnsonsson \S+\n/m);
  });

  test('refuses what is no tagger, and labelled text without tags', async () => {
    const none = await failingCall(['tag', 'eval', at('bad'), at('long.conll')]);
    assert.equal(none.code, 66);
    await writeFile(at('untagged.conll'), 'Sally\nJohnson\n');
    const untagged = await failingCall(['tag', 'eval', at('model'), at('untagged.conll')]);
    assert.equal(untagged.code, 65);
    assert.match(untagged.stderr, /untagged\.conll:1: .*token and tag would be the same/);
  });
});
