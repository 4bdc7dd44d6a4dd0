import assert from 'node:assert/strict';
import { readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { Progress } from '../../src/core/report.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { planRun, planShards } from '../../src/distributed/plan-shards.js';
import { undistributable } from '../../src/distributed/refuse-undistributable.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { recordsIn, stepContext, storageIn, temporaryFolder } from './helpers.js';

const { signal } = new AbortController();

function plan(definition: Definition) {
  return planShards(resolveDefinition(definition), { signal });
}

/** Lines of so many bytes each, their ends included. */
function lines(...lengths: number[]): string {
  return lengths.map((length, index) => `${String(index % 10).repeat(length - 1)}\n`).join('');
}

test('a plain file is cut where lines begin, into shards of about one size', async (t) => {
  const path = join(await temporaryFolder(t), 'text');
  const random = new Random(5);
  await writeFile(path, lines(...Array.from({ length: 3_000 }, () => 1 + Math.floor(80 * random.unit()))));
  const bytes = await readFile(path);
  const { shards } = await plan({ source: { files: path }, distributed: { shards: 7 } });
  assert.equal(shards.length, 7);
  let end = 0;
  for (const [part, ...others] of shards) {
    assert.deepEqual(others, []);
    assert.equal(part!.start, end);
    assert.ok(end === 0 || bytes[end - 1] === 0x0a);
    end = part!.end;
    assert.ok(Math.abs(part!.end - part!.start - bytes.length / 7) <= 80);
  }
  assert.equal(end, bytes.length);
});

test('a line longer than a shard stays whole, and there are fewer shards', async (t) => {
  const path = join(await temporaryFolder(t), 'text');
  await writeFile(path, lines(10, 1_000, 10));
  const { shards } = await plan({ source: { files: path }, distributed: { shards: 5 } });
  const starts = shards.flat().map(({ start }) => start);
  assert.deepEqual(starts, [0, 1_010]);
});

test('what cannot be cut goes whole to a shard, in the order of the corpus', async (t) => {
  const folder = await temporaryFolder(t);
  const write = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const text = lines(...new Array<number>(200).fill(10));
  const files = [
    await write('a.csv', `text\n${text}`),
    await write('b.txt', text),
    await write('c.txt', gzipSync(text)),
    await write('d.txt', ''),
    await write('e.txt', text.replaceAll('\n', '\r')),
    await write('f.xml', `<mediawiki xml:lang="en">\n${text}`),
  ];
  const { shards, inputs } = await plan({ source: { files }, distributed: { shards: 8 } });
  const parts = shards.flat();
  const cut = parts.filter(({ whole }) => !whole).map(({ path }) => path);
  assert.deepEqual([...new Set(cut)], [files[1]]);
  assert.deepEqual([...new Set(parts.map(({ path }) => path))], files);
  assert.deepEqual(Object.keys(inputs), files);
  const paragraphs = await plan({ source: { files: files[1]!, unit: 'paragraphs' } });
  assert.deepEqual(paragraphs.shards, [[{ path: files[1], start: 0, end: 2_000, whole: true }]]);
});

test('files of a server that does not say how long they are, are shared out', async (t) => {
  const server = createServer((_, response) => {
    // Without a length.
    response.write('a b\n');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const files = Array.from({ length: 6 }, (_, index) => `http://127.0.0.1:${port}/${index}.txt`);
  const { shards } = await plan({ source: { files }, distributed: { shards: 3 } });
  assert.deepEqual(
    shards.map((parts) => parts.map(({ path }) => path)),
    [files.slice(0, 2), files.slice(2, 4), files.slice(4)],
  );
});

test('a run is planned once, and its ID is not for another definition', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text');
  await writeFile(path, lines(10, 10, 10));
  const storage = await storageIn(folder);
  const definition = (shards: number) =>
    resolveDefinition({ source: { files: path }, distributed: { shards } });
  const first = await planRun(storage, definition(2), signal);
  assert.equal(first.shards.length, 2);
  assert.deepEqual(await planRun(storage, definition(2), signal), first);
  await assert.rejects(planRun(storage, definition(3), signal), {
    kind: 'usage',
    message: /run test is planned already, by another definition:\s+distributed.shards: 3, was 2/,
  });
  assert.deepEqual(await planRun(storage, { ...definition(2), name: 'other' }, signal), first);
});

test('a step that is done is not done again, and one that cannot be done yet says what is missing', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text');
  await writeFile(path, 'a a b b\na b\n');
  const storage = await storageIn(folder);
  const definition = { source: { files: path }, vocabulary: { minCount: 1 }, distributed: { shards: 2 } };
  await planRun(storage, resolveDefinition(definition), signal);
  const context = await stepContext(storage, folder);
  await assert.rejects(mergeCounts(context), {
    kind: 'noInput',
    message: /the step ingest-0 of run test is not done/,
  });
  await assert.rejects(ingestShard(context, 2), {
    kind: 'usage',
    message: /there is no shard 2: this run has 2/,
  });
  const records = await Promise.all([
    ingestShard(context, 0),
    ingestShard(context, 0),
    ingestShard(context, 1),
  ]);
  assert.deepEqual(records[1], records[0]);
  await truncate(path, 0);
  assert.deepEqual(await ingestShard(context, 0), records[0]);
  await mergeCounts(context);
  await mergeCounts(context);
  assert.deepEqual(await recordsIn(folder), ['ingest-0', 'ingest-1', 'plan', 'vocabulary']);
});

test('a file that has changed since the plan ends its step; another time alone is warned of', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text');
  await writeFile(path, lines(10, 10));
  const storage = await storageIn(folder);
  await planRun(storage, resolveDefinition({ source: { files: path }, distributed: { shards: 2 } }), signal);
  const context = await stepContext(storage, folder);
  await utimes(path, 1, 1);
  await ingestShard(context, 0);
  assert.match(context.report.warnings.join(), /has the planned length but another time/);
  await writeFile(path, `${lines(9)}0${lines(10)}`);
  await assert.rejects(ingestShard(context, 1), { kind: 'data', message: /does not begin with a line/ });
  await writeFile(path, lines(10, 10, 10));
  await assert.rejects(ingestShard(context, 1), { kind: 'data', message: /20 bytes then, 30 now/ });
});

test('a step that is aborted ends, and leaves no record', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text');
  await writeFile(path, lines(...new Array<number>(1_000).fill(100)));
  const storage = await storageIn(folder);
  await planRun(storage, resolveDefinition({ source: { files: path } }), signal);
  const aborting = new AbortController();
  const context = await stepContext(storage, folder, aborting.signal);
  aborting.abort();
  await assert.rejects(ingestShard(context, 0), { kind: 'aborted' });
  assert.deepEqual(await recordsIn(folder), ['plan']);
});

const REFUSED: readonly (readonly [string, Definition])[] = [
  ['source.stdin', { source: { stdin: true } }],
  ['source.pairs', { source: { pairs: 'pairs' } }],
  [
    'source.cooccurrence',
    { source: { cooccurrence: 'cells' }, vocabulary: { read: 'words' }, train: { model: 'glove' } },
  ],
  ['source.files', { source: { files: 'https://example.org/text?key=1' } }],
  ['filter.skip', { source: { files: 'a' }, filter: { skip: 1 } }],
  ['filter.sampleShare', { source: { files: 'a' }, filter: { sampleShare: 0.5 } }],
  ['filter.unique', { source: { files: 'a' }, filter: { unique: true } }],
  ['filter.limit', { source: { files: 'a' }, filter: { limit: 1 } }],
  ['filter.shuffleBuffer', { source: { files: 'a' }, filter: { shuffleBuffer: 9 } }],
  ['filter.rejected', { source: { files: 'a' }, filter: { rejected: 'file' } }],
  ['tokenize.module', { source: { files: 'a' }, tokenize: { module: 'mine.js' } }],
  ['phrases', { source: { files: 'a' }, phrases: {} }],
  ['vocabulary.pruneAt', { source: { files: 'a' }, vocabulary: { pruneAt: 9 } }],
  ['vocabulary.spool', { source: { files: 'a' }, vocabulary: { spool: 'folder' } }],
  ['train.engine', { source: { files: 'a' }, train: { engine: 'reference' } }],
  ['train.model', { source: { files: 'a' }, train: { model: 'nplm' } }],
  ['train.validation', { source: { files: 'a' }, train: { validation: 0.1 } }],
  ['train.initialVectors', { source: { files: 'a' }, train: { initialVectors: 'v' } }],
  ['train.freeze', { source: { files: 'a' }, train: { freeze: 'words' } }],
  ['evaluate.everyEpoch', { source: { files: 'a' }, evaluate: { pairs: 'p', everyEpoch: true } }],
];

for (const [key, definition] of REFUSED) {
  test(`${key} is refused, by name`, async () => {
    assert.deepEqual(
      undistributable(resolveDefinition(definition)).map((found) => found.key),
      [key],
    );
    await assert.rejects(plan(definition), (error) => {
      assert.ok(error instanceof WordmillError && error.kind === 'usage');
      assert.equal(error.place!.key, key);
      assert.ok(error.hint);
      return true;
    });
  });
}

test('all that cannot be shared out is named at once, and what goes by the unit alone is not', async () => {
  const files = { source: { files: 'a' } };
  await assert.rejects(
    plan({ ...files, filter: { skip: 1, limit: 2 }, phrases: {} }),
    /filter\.limit, phrases/,
  );
  const filter = { minWords: 2, script: 'Latin', match: 'a', exclude: 'b' };
  assert.deepEqual(undistributable(resolveDefinition({ ...files, filter, phrases: { read: 'p' } })), []);
});

test('steps tell how far they are', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'text');
  await writeFile(path, 'one two three two\n'.repeat(20_000));
  const storage = await storageIn(folder);
  await planRun(storage, resolveDefinition({ source: { files: path }, distributed: { shards: 2 } }), signal);
  const context = await stepContext(storage, folder);
  const told: Progress[] = [];
  context.report.attach({ progress: (progress) => told.push(progress) });
  const ends: unknown[] = [];
  const done = (): void => {
    const { phase, done, total } = told.at(-1)!;
    ends.push({ phase, whole: done === total });
    told.length = 0;
  };
  for (const shard of [0, 1]) {
    await ingestShard(context, shard);
    done();
  }
  await mergeCounts(context);
  await encodeShard(context, 0);
  assert.ok(told.length > 1);
  done();
  const read = { phase: 'read', whole: true };
  assert.deepEqual(ends, [read, read, { phase: 'write', whole: true }]);
});
