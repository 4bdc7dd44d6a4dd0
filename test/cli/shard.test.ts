import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('wordmill shard', { skip: notBuilt, concurrency: 2 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let env: Record<string, string>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    env = { WORDMILL_CACHE: join(folder, 'cache') };
    const lines = `${smallCorpus()}naïve 東京 <UNK> <unk> don't\nнужно 東京 naïve\n`.split('\n');
    const half = Math.floor(lines.length / 2);
    await writeFile(join(folder, 'a.txt'), lines.slice(0, half).join('\n'));
    await writeFile(join(folder, 'b.txt'), lines.slice(half).join('\r\n'));
    await writeFile(join(folder, 'job.yaml'), 'source: {files: [a.txt, b.txt]}\nvocabulary: {minCount: 2}\n');
  });
  after(() => remove());

  const run = (line: string, input?: string | Uint8Array) =>
    wordmill(line.split(' '), { cwd: folder, env, ...(input !== undefined && { input }) });

  async function output(line: string, input?: string | Uint8Array): Promise<string> {
    const outcome = await run(line, input);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  }

  test('counts of parts, joined, sorted and repeated by any tool, merge to the vocabulary of the whole', async () => {
    const counts = await output('shard ingest a.txt');
    assert.match(counts, /^[^\t\n]+\t[1-9]\d*\n/);
    const others = await output('shard ingest', await readFile(join(folder, 'b.txt')));
    const lines = `${counts}${others}`.trimEnd().split('\n').reverse();
    const all = `${lines.join('\n')}\n`;
    for (const options of ['', ' --min-count 3', ' --max-vocabulary 5 --unk token']) {
      assert.equal(await output(`shard merge${options}`, all), await output(`vocab a.txt b.txt${options}`));
    }
    await writeFile(join(folder, 'counts'), all);
    assert.equal(await output('shard merge --output merged counts'), '');
    assert.equal(await readFile(join(folder, 'merged'), 'utf8'), await output('vocab a.txt b.txt'));
  });

  test('a spool that was kept is encoded with a vocabulary', async () => {
    const ingested = await run('shard ingest --spool spool-a --counts counts-a a.txt');
    assert.equal(ingested.code, 0, ingested.stderr);
    assert.match(ingested.stderr, /tokens of .* words, in .* sentences/);
    assert.ok((await stat(join(folder, 'counts-a'))).size > 0);
    await output('shard merge --output vocabulary counts-a');
    await output('shard encode --spool spool-a --read-vocabulary vocabulary --output encoded-a');
    assert.deepEqual((await readdir(join(folder, 'encoded-a'))).sort(), ['chunks', 'encoded.json', 'tokens']);
    const { sentences, words } = JSON.parse(
      await readFile(join(folder, 'encoded-a', 'encoded.json'), 'utf8'),
    );
    const tokenized = (await output('tokenize a.txt')).trimEnd().split('\n');
    assert.equal(sentences, tokenized.length);
    assert.equal(words, tokenized.join(' ').split(' ').length);
    const again = await run('shard ingest --spool spool-a a.txt');
    assert.equal(again.code, 73);
    assert.match(again.stderr, /spool-a: this is there already/);
  });

  test('the steps of a run in storage give the vocabulary of a local run, and can be done again', async () => {
    const where = '--storage store --run first';
    assert.equal(await output(`shard plan job.yaml --shards 3 ${where}`), '3 20\n');
    assert.equal(await output(`shard plan job.yaml --shards 3 ${where}`), '3 20\n');
    const other = await run(`shard plan job.yaml --shards 5 ${where}`);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /run first is planned already, by another definition:/);
    for (const shard of [2, 0, 1, 1]) await output(`shard ingest ${where} --shard ${shard}`);
    const merged = await run(`shard merge ${where}`);
    assert.equal(merged.code, 0, merged.stderr);
    for (const shard of [0, 1, 2, 2]) await output(`shard encode ${where} --shard ${shard}`);
    const records = await readdir(join(folder, 'store', 'runs', 'first'));
    const names = [
      'encode-0',
      'encode-1',
      'encode-2',
      'ingest-0',
      'ingest-1',
      'ingest-2',
      'plan',
      'vocabulary',
    ];
    assert.deepEqual(records.map((name) => name.replace('.json', '')).sort(), names);
    const record = await readFile(join(folder, 'store', 'runs', 'first', 'vocabulary.json'), 'utf8');
    const { sha256 } = JSON.parse(record).vocabulary as { sha256: string };
    const blob = await readFile(join(folder, 'store', 'blobs', sha256.slice(0, 2), sha256), 'utf8');
    assert.equal(blob, await output('vocab --min-count 2 a.txt b.txt'));
  });

  test('a plan without a storage is shown, and nothing is stored', async () => {
    const plan = JSON.parse(await output('shard plan job.yaml --shards 2 --rounds-per-epoch 3'));
    assert.equal(plan.shards.length, 2);
    assert.equal(plan.roundsPerEpoch, 3);
    assert.equal(plan.shards[0][0].path, join(folder, 'a.txt'));
  });

  test('what is wrong ends with the exit code of its kind, and leaves no output', async () => {
    const calls: readonly (readonly [string, number, RegExp, string?])[] = [
      ['shard merge --output out', 65, /standard input:2: "x" is not a count/, 'a\t1\nb\tx\n'],
      ['shard merge --output out', 65, /standard input:1: no tab in "a 1"/, 'a 1\n'],
      ['shard merge --output out', 65, /standard input:1: no word before the count/, '\t1\n'],
      ['shard merge --output out', 65, /standard input:1: "0" is not a count/, 'a\t0\n'],
      ['shard merge --output out', 65, /passes 2\^53/, 'a\t9007199254740991\na\t1\n'],
      ['shard merge --output out', 65, /there is no word in these counts/, ''],
      ['shard merge --output out --min-count 3', 65, /no word occurs 3 times/, 'a\t2\n'],
      ['shard merge --output out nowhere', 66, /nowhere: no such file/],
      ['shard ingest --counts out nowhere', 66, /nowhere: no such file/],
      [
        'shard ingest --counts out --skip 1 a.txt',
        2,
        /--skip: counts units from the start of the whole text/,
      ],
      ['shard ingest --counts nowhere/out a.txt', 73, /nowhere\/out/],
      ['shard encode --spool a.txt --read-vocabulary job.yaml --output out', 65, /job\.yaml:1/],
    ];
    for (const [line, code, message, input] of calls) {
      const outcome = await run(line, input);
      assert.equal(outcome.code, code, `${line}: ${outcome.stderr}`);
      assert.match(outcome.stderr, message);
      await assert.rejects(stat(join(folder, 'out')), line);
    }
  });
});

describe('the words of wordmill shard', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['shard', 2, /wordmill shard needs one of its commands: plan, ingest, merge, encode/],
    ['shard ingst', 2, /Did you mean wordmill shard ingest\?/],
    ['shard ingest --run r --shard 0 file', 2, /--run: is for a run in storage, and file is not/],
    ['shard ingest --run r --shard 0 --counts c', 2, /--run: is for a run in storage, and --counts is not/],
    ['shard ingest --run r', 2, /--shard: is missing/],
    ['shard ingest --run r --shard one', 2, /--shard: must be a whole number from 0, not 'one'/],
    ['shard ingest --storage /nowhere --shard 0', 2, /--run: is missing/],
    ['shard merge --storage /nowhere-at-all/x --run r', 66, /there is no run r in this storage/],
    ['shard merge --storage ftp://x --run r', 2, /storage cannot be at ftp:/],
    ['shard encode', 2, /--spool: is missing/],
  ];
  for (const [line, code, message] of cases) {
    test(`wordmill ${line} ends with ${code}`, async () => {
      const { code: found, stderr } = await failingCall(line.split(' '));
      assert.match(stderr, message);
      assert.equal(found, code);
    });
  }

  test('a run without a storage says where it can be named', async () => {
    const { WORDMILL_STORAGE: before } = process.env;
    delete process.env.WORDMILL_STORAGE;
    const { code, stderr } = await failingCall(['shard', 'merge', '--run', 'r']);
    if (before !== undefined) process.env.WORDMILL_STORAGE = before;
    assert.equal(code, 2);
    assert.match(stderr, /no storage is given .*\n.*WORDMILL_STORAGE/);
  });
});
