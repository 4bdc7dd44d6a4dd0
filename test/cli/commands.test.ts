import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

const SENTENCE = 'I want a glass of orange juice to go along with my cereal';

describe('the command', { skip: notBuilt, concurrency: 2 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
  });
  after(() => remove());

  const run = (line: string, input?: string | Uint8Array) =>
    wordmill(line.split(' '), { cwd: folder, ...(input !== undefined && { input }) });
  const text = (path: string) => readFile(join(folder, path), 'utf8');

  async function output(line: string, input?: string): Promise<string> {
    const outcome = await run(line, input);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  }

  test('--version writes the version, --help the commands, and nothing at all is a usage error', async () => {
    assert.match(await output('--version'), /^\d+\.\d+\.\d+\n$/);
    const help = await output('--help');
    for (const command of 'run check train tokenize phrases vocab pairs windows nearest similarity analogy odd-one-out vector direction doctor completion'.split(
      ' ',
    )) {
      assert.match(help, new RegExp(`^ {2}wordmill ${command} `, 'm'));
    }
    const nothing = await wordmill([], { cwd: folder });
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /no command given; the commands are run, check/);
  });

  test('--help of a command shows its flags with defaults and choices', async () => {
    const help = await output('train --help');
    assert.match(help, /--dimensions .*Length of a vector/);
    assert.match(help, /--dimensions .* {2}\[number\] \[default: 100\]$/m);
    assert.match(help, / {2}\[choices: "negative", "hierarchical", "softmax", "sampled", "leastSquares"/);
    assert.match(help, /wordmill train corpus\.txt --glove vectors\.txt/);
  });

  test('completion prints a shell script, and completes commands and flags', async () => {
    assert.match(await output('completion'), /begin-wordmill-completions/);
    assert.match(await output('--get-yargs-completions wordmill ne'), /^nearest$/m);
    assert.match(await output('--get-yargs-completions wordmill train --epo'), /^--epochs$/m);
  });

  test('tokenize writes a sentence on each line', async () => {
    assert.equal(await output('tokenize', "Don't PANIC!\n\nIt's 42.\n"), "don't panic\nit's 42\n");
    assert.equal(await output('tokenize --no-lowercase --splitter whitespace -', 'A b, c\n'), 'A b, c\n');
    assert.equal((await output('tokenize corpus.txt')).split('\n').length, 201);
  });

  test('vocab writes words and counts, the most frequent first', async () => {
    assert.equal(await output('vocab', 'b a b c\na b\n'), 'b 3\na 2\nc 1\n');
    assert.equal(await output('vocab --min-count 2', 'b a b c\na b\n'), 'b 3\na 2\n<UNK> 1\n');
  });

  test('pairs writes context, target and offset as text, CSV or binary', async () => {
    const flags = 'pairs --window 10 --window-mode fixed';
    const pairs = (await output(flags, `${SENTENCE}\n`)).split('\n');
    for (const pair of ['orange\tjuice\t+1', 'orange\tglass\t-2', 'orange\tmy\t+6'])
      assert.ok(pairs.includes(pair), pair);
    const csv = (await output(`${flags} --format csv`, `${SENTENCE}\n`)).split('\n');
    assert.equal(csv[0], 'context,target,offset');
    assert.ok(csv.includes('orange,glass,-2'));
    const binary = await run(`${flags} --format binary`, 'a b\n');
    assert.equal(binary.code, 0);
    assert.equal(binary.bytes.length, 2 * 12);
  });

  test('pairs needs no more than the text so far where the vocabulary is given', async () => {
    await writeFile(join(folder, 'given.txt'), 'a 2\nb 1\n');
    const flags = 'pairs --read-vocabulary given.txt --window-mode fixed';
    assert.equal(await output(flags, 'a x b\n'), 'b\ta\t-1\na\tb\t+1\n');
  });

  test('windows writes a word, and the words that predict it', async () => {
    assert.equal(await output('windows --size 2', 'a b c d\n'), 'c\ta\tb\nd\tb\tc\n');
    assert.equal(await output('windows --shape previous', 'a b c\n'), 'b\ta\nc\tb\n');
    const wrong = await run('windows --size 0', 'a\n');
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'wordmill: --size: must be a whole number from 1 to 1000, not 0\n'],
    );
  });

  test('train writes every output, and nearest reads each of them', async () => {
    await mkdir(join(folder, 'out'));
    const outcome = await run(
      'train corpus.txt --dimensions 8 --epochs 2 --glove out/v.txt --word2vec out/v.bin --word2vec-text out/v.w2v --save-vocabulary out/words',
    );
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, /^vocabulary: 15 words$/m);
    assert.match(outcome.stderr, /^trained: 3,200 words in .* words\/s \(.*, loss \d/m);
    assert.match(outcome.stderr, /^wrote: out\/v\.txt, out\/v\.bin, out\/v\.w2v, out\/words$/m);
    assert.equal((await text('out/v.txt')).trimEnd().split('\n').length, 16); // <unk> comes last
    assert.match(await text('out/words'), /^the 200\n/);
    for (const path of ['out/v.txt', 'out/v.bin', 'out/v.w2v']) {
      const lines = (await output(`nearest ${path} juice orange -n 3`)).split('\n');
      assert.equal(lines[0], 'juice');
      assert.equal(lines[4], 'orange');
      assert.match(lines[1]!, /^ +-?\d\.\d{4} {2}\S+$/);
    }
  });

  test('nearest answers what it can, and warns of words without a vector', async () => {
    await writeFile(join(folder, 'tiny.txt'), 'cat 1 0\ndog 0.9 0.1\ncar 0 1\n');
    const some = await run('nearest tiny.txt cat dogg -n 1');
    assert.deepEqual([some.code, some.stdout], [0, 'cat\n   0.9939  dog\n']);
    assert.match(some.stderr, /warning: the word "dogg" is not among these vectors\n {2}Did you mean "dog"/);
    const [first, second, ...more] = (await output('nearest tiny.txt --json -n 2', 'cat\ncar\n')).split('\n');
    const { word, nearest } = JSON.parse(first!);
    assert.deepEqual([word, nearest.length], ['cat', 2]);
    assert.equal(JSON.parse(second!).word, 'car');
    assert.deepEqual(more, ['']);
    assert.equal((await run('nearest tiny.txt bird')).code, 65);
    const none = await failingCall(['nearest', join(folder, 'tiny.txt'), 'cat', '-n', '0']);
    assert.deepEqual(none.code, 2);
    assert.match(none.stderr, /^wordmill: -n: must be a whole number of at least 1, not '0'/);
  });

  test('flags and YAML make the same run: what --print-definition writes, run trains alike', async () => {
    const flags =
      'train corpus.txt --dimensions 6 --epochs 2 --threads 1 --seed 7 --window 3 --no-lowercase --unk token';
    const definition = await output(`${flags} --glove b.txt --print-definition`);
    await writeFile(join(folder, 'b.yaml'), definition);
    await output(`${flags} --glove a.txt`);
    await output('run b.yaml');
    assert.equal(await text('a.txt'), await text('b.txt'));
  });

  test('run takes a definition from a file, its corpus from standard input, and overrides', async () => {
    await writeFile(
      join(folder, 'job.json'),
      '{ "source": { "files": "no-such.txt" }, "train": { "dimensions": 4 }, "sinks": [{ "glove": "job.txt" }] }',
    );
    const outcome = await run(
      'run job.json - --set train.dimensions=3 --set vocabulary.minCount=1',
      'a b a b\n',
    );
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal((await text('job.txt')).split('\n')[0]!.split(' ').length, 4);
  });

  test('check prints the plan with all defaults and runs nothing', async () => {
    await writeFile(
      join(folder, 'plan.yaml'),
      'source: { files: corpus.txt }\nsinks: [{ glove: gone/v.txt }]\n',
    );
    const outcome = await run('check plan.yaml --set train.engine=reference --set train.threads=1');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stdout, /^ {2}dimensions: 100$/m);
    assert.match(outcome.stdout, /^ {2}learningRate: 0\.025$/m);
    assert.match(outcome.stdout, /^# engine {3}reference: as the definition asks$/m);
    assert.match(outcome.stdout, /^# input {4}1 file, 0\.0 MB$/m);
    assert.match(
      outcome.stderr,
      /warning: the folder of the output gone\/v\.txt does not exist: mkdir -p gone/,
    );
  });

  test('check tells of test sets that are not there, and of a minimum of none of them with its place', async () => {
    const job = (minimum: string) =>
      writeFile(
        join(folder, 'scored.yaml'),
        `source: { files: corpus.txt }\nevaluate: { pairs: [gone.tsv], minimum: { ${minimum}: 0.3 } }\nsinks: [{ glove: v.txt }]\n`,
      );
    await job('gone');
    const absent = await run('check scored.yaml');
    assert.equal(absent.code, 0);
    assert.match(absent.stderr, /warning: evaluate\.pairs: there is no file gone\.tsv\n/);
    await job('gon');
    const misspelt = await run('check scored.yaml');
    assert.equal(misspelt.code, 2);
    assert.match(
      misspelt.stderr,
      /scored\.yaml:2:48: evaluate\.minimum\.gon: unknown test set 'gon'\n {2}Did you mean 'gone'\?/,
    );
  });

  test('pairs, any filter, and train --pairs make a pipe', async () => {
    const pairs = await output('pairs corpus.txt');
    const filtered = pairs
      .split('\n')
      .filter((line) => !line.includes('the'))
      .join('\n');
    const outcome = await run('train --pairs - --dimensions 5 --epochs 1 --glove pairs.txt', filtered);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.doesNotMatch(await text('pairs.txt'), /^the /m);
    assert.match(await text('pairs.txt'), /^juice /m);
  });

  test('a spool is written once, and a second run starts from it', async () => {
    const line = 'train corpus.txt --spool spool --dimensions 4 --epochs 1 --threads 1';
    const first = await run(`${line} --glove s1.txt`);
    const second = await run(`${line} --glove s2.txt`);
    assert.doesNotMatch(first.stderr, /starting from the spool/);
    assert.match(second.stderr, /starting from the spool in spool/);
    assert.equal(await text('s1.txt'), await text('s2.txt'));
  });

  test('train stops early, goes on from vectors, and freezes them', async () => {
    const line = 'train corpus.txt --dimensions 4 --threads 1 --min-count 1';
    const first = await run(
      `${line} --epochs 30 --learning-rate 0.5 --validation 0.3 --patience 1 --word2vec-text a.vec --output-weights a.bin`,
    );
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^before training: held-out loss \d\.\d{4} \([\d,]+ predictions\)$/m);
    assert.match(first.stderr, /^epoch 1: loss \d\.\d{4}, held-out loss \d\.\d{4}$/m);
    assert.match(first.stderr, /^trained: .*, held-out loss \d\.\d{4}/m);
    await writeFile(join(folder, 'more.txt'), 'unheard of words\n'.repeat(5));
    const more = 'train more.txt --dimensions 4 --initial-vectors a.vec --epochs 1 --threads 1';
    const second = await run(`${more} --initial-output-weights a.bin --freeze initial --word2vec-text b.vec`);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /^frozen: the vectors of \d+ words$/m);
    const [old, both] = await Promise.all(
      ['a.vec', 'b.vec'].map(async (name) =>
        (await readFile(join(folder, name), 'utf8')).split('\n').slice(1),
      ),
    );
    for (const row of old!) assert.ok(both!.includes(row), row);
    assert.ok(both!.some((row) => row.startsWith('unheard ')));
    const third = await run(`${more} --no-keep-initial-words --word2vec-text c.vec`);
    assert.equal(third.code, 0, third.stderr);
    assert.match(await readFile(join(folder, 'c.vec'), 'utf8'), /^3 4\n/);
    const wrong = await run(`${more} --patience 2 --word2vec-text c.vec`);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--patience: needs held-out text/);
  });

  test('doctor says what can train, as text and as JSON', async () => {
    assert.match(await output('doctor'), /^engine {8}reference: runs$/m);
    const diagnosis = JSON.parse(await output('doctor --json'));
    assert.equal(diagnosis.node, process.version);
    assert.ok(diagnosis.engines.some(({ name }: { name: string }) => name === 'reference'));
  });

  test('--quiet leaves only warnings and errors; --log-format json makes each line an object', async () => {
    const line = 'train corpus.txt --dimensions 4 --epochs 1 --glove q.txt';
    const { code, stdout, stderr } = await run(`${line} --quiet`);
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
    const events = (await run(`${line} --log-format json`)).stderr
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry));
    const done = events.at(-1);
    assert.deepEqual(
      [done.event, done.level, done.vocabulary, done.outputs],
      ['done', 'info', 15, ['q.txt']],
    );
    assert.ok(events.some(({ event, phase }) => event === 'progress' && phase === 'train'));
    const failed = await run('train nothing.txt --glove q.txt --log-format json');
    const { level, kind, exitCode } = JSON.parse(failed.stderr.trim().split('\n').at(-1)!);
    assert.deepEqual([failed.code, level, kind, exitCode], [66, 'error', 'noInput', 66]);
  });
});
