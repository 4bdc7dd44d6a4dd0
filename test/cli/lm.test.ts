import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { skipWithoutTensorFlow } from '../support/tensorflow.js';
import { BINARY, failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

const DEFINITION = `
source: { files: corpus.txt }
validation: { share: 0.2 }
model: { layers: 1, units: 16, dimensions: 8, dropout: 0.1 }
train: { epochs: 3, batch: 4, steps: 8, learningRate: 0.02, threads: 1 }
output: lm
`;

describe('wordmill lm', { skip: notBuilt || skipWithoutTensorFlow }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus(20));
    await writeFile(join(folder, 'job.yaml'), DEFINITION);
  });
  after(() => remove());

  const run = (line: string, input?: string, env?: Record<string, string>) =>
    wordmill(line.split(' '), { cwd: folder, ...(input !== undefined && { input }), ...(env && { env }) });

  async function output(line: string, input?: string): Promise<string> {
    const outcome = await run(line, input);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  }

  test('trains, evaluates and samples', async () => {
    const trained = await run('lm train job.yaml --require-native');
    assert.equal(trained.code, 0, trained.stderr);
    assert.equal(trained.stdout, '');
    assert.match(trained.stderr, /^epoch 3\/3: loss \d.*, held-out perplexity \d.*, [\d,]+ words\/s/m);
    assert.match(trained.stderr, /^epoch 3 of 3: held-out perplexity .*, 17 words\nwrote: lm$/m);
    assert.ok(!existsSync(join(folder, 'lm.checkpoint')));

    const text = await output('lm eval lm corpus.txt');
    assert.match(text, /^perplexity {2}\d+\.\d\d {2}\(\d\.\d{4} nats an event\)$/m);
    assert.match(text, /^events {6}360 {2}\(320 words, 40 ends of sentences\)$/m);
    const report = JSON.parse(await output('lm eval lm - --json', 'the lazy unicorn\n\n'));
    assert.deepEqual([report.events, report.words, report.unknown], [4, 3, 1]);

    const once = await output('lm sample lm --length 12 --seed 5 --prompt The');
    assert.match(once, /^the /);
    assert.equal(await output('lm sample lm --length 12 --seed 5 --prompt The'), once);
    const lines = (await output('lm sample lm --count 3 --json --length 4')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => [JSON.parse(line).words.length, JSON.parse(line).seed]),
      [
        [4, 1],
        [4, 2],
        [4, 3],
      ],
    );
  });

  test('takes the corpus from a pipe, and other options from --set', async () => {
    const line = 'lm train job.yaml - --set output=piped --set train.epochs=1 --set vocabulary.maxSize=5';
    const outcome = await run(line, smallCorpus(20));
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stderr, /, 7 words\nwrote: piped\nreport: piped\.report\.html$/m); // five, </s> and <UNK>
  });

  test('is interrupted with a checkpoint, and goes on to the same numbers', async () => {
    // One word a batch, so that an epoch lasts long enough to be interrupted.
    const slow = '--set train.batch=1 --set train.steps=1 --set output=slow';
    assert.equal((await run(`lm train job.yaml ${slow}`)).code, 0);
    const weights = () => readFile(join(folder, 'slow', 'weights.safetensors'));
    const whole = await weights();

    const child = spawn(process.execPath, [BINARY, ...`lm train job.yaml ${slow}`.split(' ')], {
      cwd: folder,
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (/^epoch 1\/3/m.test(stderr)) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 75, stderr);
    assert.match(
      stderr,
      /interrupted after \d+ batches of epoch 2; a checkpoint was written to slow\.checkpoint/,
    );
    assert.deepEqual(await weights(), whole);

    const other = await run(`lm train job.yaml ${slow} --set model.units=17 --resume`);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /slow\.checkpoint: model\.units: this checkpoint was made with 16, not 17/);
    const resumed = await run(`lm train job.yaml ${slow} --resume`);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await weights(), whole);
    assert.ok(!(await readdir(folder)).some((name) => /checkpoint|tmp/.test(name)));
  });

  test('runs without the native library, with a warning, unless it is required', async () => {
    const portable = { WORDMILL_TENSORFLOW: 'cpu' };
    const refused = await run('lm train job.yaml --require-native --set output=portable', '', portable);
    assert.equal(refused.code, 69);
    assert.ok(!existsSync(join(folder, 'portable')));
    const warned = await run('lm train job.yaml --set train.epochs=1 --set output=portable', '', portable);
    assert.equal(warned.code, 0, warned.stderr);
    assert.match(warned.stderr, /warning: TensorFlow runs on plain JavaScript/);
    assert.match((await run('lm eval portable corpus.txt')).stdout, /^perplexity/);
  });

  test('names the file of a model whose vocabulary is not that of its weights, and leaves it alone', async () => {
    const trained = await run('lm train job.yaml --set train.epochs=1 --set output=mixed');
    assert.equal(trained.code, 0, trained.stderr);
    const [vocabulary, config] = ['vocabulary.txt', 'config.json'].map((name) => join(folder, 'mixed', name));
    // A word less, and the size in config.json as if it had been so from the start.
    const lines = (await readFile(vocabulary!, 'utf8')).split('\n');
    const shorter = [lines[0], ...lines.slice(2)].join('\n');
    await writeFile(vocabulary!, shorter);
    const described = JSON.parse(await readFile(config!, 'utf8'));
    described.files['vocabulary.txt'] = Buffer.byteLength(shorter);
    await writeFile(config!, JSON.stringify(described));
    const state = async () =>
      Promise.all(
        (await readdir(join(folder, 'mixed'))).sort().map((name) => readFile(join(folder, 'mixed', name))),
      );
    const before = await state();
    for (const line of ['lm eval mixed corpus.txt', 'lm sample mixed']) {
      const { code, stdout, stderr } = await run(line);
      assert.deepEqual([code, stdout], [65, '']);
      assert.match(
        stderr,
        /mixed\/vocabulary\.txt: this vocabulary has 16 words, but 'embedding' in weights\.safetensors has 17 rows/,
      );
    }
    assert.deepEqual(await state(), before);
  });

  test('says what is wrong with a model', async () => {
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const outcomes: [line: string, code: number, message: RegExp][] = [
      ['lm eval nowhere corpus.txt', 66, /nowhere: there is no such folder/],
      ['lm eval notes.txt corpus.txt', 66, /notes\.txt: this is a file; a saved model is a folder/],
      ['lm train job.yaml --set output=notes.txt', 73, /notes\.txt: this is a file/],
      ['lm train job.yaml --set output=fresh --resume', 66, /fresh\.checkpoint: there is no such folder/],
    ];
    for (const [line, code, message] of outcomes) {
      const outcome = await run(line);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
    }
    assert.equal(await readFile(join(folder, 'notes.txt'), 'utf8'), 'mine');
  });
});

describe('the words of wordmill lm', () => {
  const refused = async (line: string) => {
    const { code, stderr } = await failingCall(line.split(' '));
    assert.equal(code, 2);
    return stderr;
  };

  test('are answered with the right ones where they are mistyped', async () => {
    assert.match(await refused('lm'), /wordmill lm needs one of its commands: train, eval, sample/);
    assert.match(await refused('lm trian'), /unknown command lm trian\n {2}Did you mean wordmill lm train\?/);
    assert.match(await refused('lm frobnicate'), /The commands are train, eval, sample\./);
    assert.match(
      await refused('lm train'),
      /PIPELINE is missing\n {2}It is: wordmill lm train \[options\] PIPELINE/,
    );
    assert.match(await refused('lm eval model'), /FILES… is missing/);
    assert.match(
      await refused('lm sample model --temprature 1'),
      /unknown flag --temprature\n {2}Did you mean '--temperature'/,
    );
    assert.match(
      await refused('lm sample model --temperature -1'),
      /--temperature: must be a number from 0 to 1000, not '-1'/,
    );
    assert.match(
      await refused('lm eval model text.txt --streams 100000'),
      /--streams: must be a whole number from 1 to 1024, not '100000'/,
    );
    assert.match(await refused('lm sample model --length 1.5'), /--length: must be a whole number from 1/);
    assert.match(await refused('lm train job.yaml other.txt'), /after the definition only - /);
  });

  test('are listed and explained by --help', { skip: notBuilt }, async () => {
    const help = async (line: string) => (await wordmill(line.split(' '), { cwd: '.' })).stdout;
    const commands = await help('lm --help');
    for (const name of ['train', 'eval', 'sample'])
      assert.match(commands, new RegExp(`^ {2}wordmill lm ${name} `, 'm'));
    assert.match(await help('--help'), /^ {2}wordmill lm {2,}Language models/m);
    assert.match(await help('lm train --help'), /^wordmill lm train \[options\] PIPELINE \[-\]$/m);
    assert.match(await help('lm sample --help'), /--temperature .*\[number\] \[default: 1\]/s);
    assert.match(await help('--get-yargs-completions wordmill lm ev'), /^eval$/m);
    assert.match(await help('--get-yargs-completions wordmill lm eval --str'), /^--streams$/m);
  });
});
