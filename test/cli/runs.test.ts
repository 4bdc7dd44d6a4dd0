import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('wordmill runs, show and diff', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let ids: string[];
  const call = (...args: string[]) =>
    wordmill(args, { cwd: folder, env: { WORDMILL_RUNS: join(folder, 'runs') } });

  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    for (const seed of ['1', '2']) {
      const flags = ['--dimensions', '4', '--epochs', '1', '--threads', '1', '--seed', seed];
      const { code, stderr } = await call('train', 'corpus.txt', '--glove', 'v.txt', '--quiet', ...flags);
      assert.equal(code, 0, stderr);
    }
    ids = (await readdir(join(folder, 'runs'))).sort();
  });
  after(() => remove());

  test('list: a line of cells for each run, or of JSON; by status and name; what there is not is empty', async () => {
    const { stdout } = await call('runs');
    const cells = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(cells.map(([id]) => id).sort(), ids);
    assert.deepEqual(cells[0]!.slice(3, 5), ['done', 'v']);
    assert.equal(cells[0]!.at(-1), join(folder, 'v.txt'));
    const json = await call('runs', 'runs', '--limit', '1', '--json');
    assert.equal(JSON.parse(json.stdout).name, 'v');
    assert.equal((await call('runs', '--status', 'failed')).stdout, '');
    const misplaced = await call('runs', '--dry-run');
    assert.equal(misplaced.code, 2);
    assert.match(misplaced.stderr, /--dry-run: has no effect without --clean/);
  });

  test('show: definition, inputs, stages, outputs; or the definition to run again', async () => {
    const { stdout } = await call('show', 'latest');
    assert.match(stdout, /^status +done$/m);
    assert.match(stdout, /^ {2}train\.dimensions +4 +by default 100$/m);
    assert.match(stdout, /^ {2}corpus\.txt .* sha256 [0-9a-f]{12}…$/m);
    assert.match(stdout, /^ {2}tokenize .* tokens/m);
    assert.match(stdout, /v\.txt +\d.*B +sha256 [0-9a-f]{12}… +unchanged$/m);
    const { stdout: yaml } = await call('show', 'latest', '--print-definition');
    await writeFile(join(folder, 'again.yaml'), yaml);
    assert.equal((await call('check', 'again.yaml')).code, 0);
    const typo = await call('show', `${ids[0]!.slice(0, -4)}zzzz`);
    assert.equal(typo.code, 66);
    assert.match(typo.stderr, /Did you mean 20\d{6}T\d{6}-v-[0-9a-f]{4}\?/);
  });

  test('diff: ends with 1 and names what differs; with 0 where nothing does', async () => {
    const found = await call('diff', ids[0]!, ids[1]!);
    assert.equal(found.code, 1);
    assert.match(found.stdout, /^ {2}train\.seed +[12] +→ +[12]$/m);
    assert.equal(found.stderr, 'wordmill: the runs differ\n');
    const same = await call('diff', ids[0]!, ids[0]!, '--json');
    assert.deepEqual([same.code, JSON.parse(same.stdout).differ], [0, false]);
  });
});
