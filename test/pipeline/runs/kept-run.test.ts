import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WordmillError } from '../../../src/core/errors.js';
import { withoutUrlSecrets } from '../../../src/core/shown-url.js';
import { loadDefinition, resolveDefinition } from '../../../src/pipeline/definition.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import type { Manifest } from '../../../src/pipeline/runs/manifest.js';
import { RunFolder } from '../../../src/pipeline/runs/run-folder.js';
import type { Definition } from '../../../src/pipeline/schema.js';

describe('a run that is kept', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    await writeFile(join(folder, 'corpus.txt'), 'a small corpus of a few words\n\n'.repeat(40));
    await writeFile(join(folder, 'pairs.tsv'), 'small\tcorpus\t3\nfew\twords\t1\na\tof\t2\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const definition = (more: Partial<Definition> = {}): Definition => ({
    name: 'small',
    source: { files: join(folder, 'corpus.txt') },
    train: { engine: 'reference', dimensions: 4, epochs: 2, seed: 7 },
    sinks: [{ glove: join(folder, 'vectors.txt') }],
    ...more,
  });

  async function onlyRun(root: string): Promise<{ folder: RunFolder; manifest: Manifest; files: string[] }> {
    const ids = await readdir(root);
    assert.equal(ids.length, 1);
    const run = new RunFolder(join(root, ids[0]!));
    return { folder: run, manifest: await run.readManifest(), files: (await readdir(run.path)).sort() };
  }

  async function logOf(run: RunFolder): Promise<Record<string, unknown>[]> {
    return (await readFile(run.logPath, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('has its definition, manifest, log and report, which tell all of it', async () => {
    const runs = join(folder, 'runs');
    const evaluate = { pairs: join(folder, 'pairs.tsv') };
    await runDefinition(definition({ evaluate }), { runs, command: ['run', 'small.yaml'] });
    const { folder: run, manifest, files } = await onlyRun(runs);
    assert.deepEqual(files, ['definition.yaml', 'log.jsonl', 'manifest.json', 'report.html']);

    assert.deepEqual(await loadDefinition(run.definitionPath), resolveDefinition(definition({ evaluate })));

    assert.equal(manifest.id, run.id);
    assert.deepEqual(
      [manifest.name, manifest.status, manifest.command, manifest.seed, manifest.versions.node],
      ['small', 'done', ['run', 'small.yaml'], 7, process.versions.node],
    );
    assert.equal(manifest.stages.tokenize!.counts.tokens, 280);
    assert.deepEqual(
      manifest.phases.map(({ phase }) => phase),
      ['read', 'train', 'write'],
    );
    assert.deepEqual(Object.keys(manifest.evaluation[0]!.scores), ['pairs']);
    assert.equal(manifest.training!.vocabulary, 6);
    assert.deepEqual(
      manifest.attempts.map(({ status, resumed, process: { pid } }) => [status, resumed, pid]),
      [['done', false, process.pid]],
    );
    const vectors = await readFile(join(folder, 'vectors.txt'));
    const written = manifest.outputs.find(({ path }) => path === join(folder, 'vectors.txt'))!;
    assert.equal(written.sha256, createHash('sha256').update(vectors).digest('hex'));
    assert.equal(written.bytes, vectors.length);
    assert.equal(written.modified, (await stat(join(folder, 'vectors.txt'))).mtime.toISOString());

    const log = await logOf(run);
    assert.equal(log[0]!.event, 'begin');
    assert.deepEqual([log.at(-1)!.event, log.at(-1)!.vocabulary], ['done', 6]);

    const page = await readFile(run.reportPath);
    assert.deepEqual(page, await readFile(join(folder, 'vectors.txt.report.html')));
  });

  test('names what it read: the text, and what else its definition names', async () => {
    const runs = join(folder, 'inputs');
    await runDefinition(definition({ evaluate: { pairs: join(folder, 'pairs.tsv') } }), { runs });
    const { manifest } = await onlyRun(runs);
    const facts = async (name: string) => {
      const bytes = await readFile(join(folder, name));
      return {
        name: join(folder, name),
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        modified: (await stat(join(folder, name))).mtime.toISOString(),
      };
    };
    assert.deepEqual(manifest.inputs, [await facts('corpus.txt'), await facts('pairs.tsv')]);
    assert.match(manifest.inputsFingerprint!, /^[0-9a-f]{64}$/);
  });

  test('keeps no secret of a URL: neither its query nor, in a command line, a password', () => {
    const files = ['corpus.txt', 'https://example.org/a.gz?key=secret', 'https://example.org/b.gz'];
    assert.deepEqual(withoutUrlSecrets(resolveDefinition(definition({ source: { files } }))).source.files, [
      'corpus.txt',
      'https://example.org/a.gz?…',
      'https://example.org/b.gz',
    ]);
    assert.deepEqual(
      withoutUrlSecrets(['train', ...files, '--set', 'source.files=[http://me:secret@example.org/c?d,x]']),
      [
        ...['train', 'corpus.txt', 'https://example.org/a.gz?…', 'https://example.org/b.gz'],
        ...['--set', 'source.files=[http://example.org/c?…'],
      ],
    );
  });

  test('keeps no secret of what was meant as a URL and is none', () => {
    assert.deepEqual(
      withoutUrlSecrets([
        ...['https://example.org:99999/a?key=secret', 'https://me:sec#ret@no host/a'],
        ...['--set', 'source.files=[ftp://me:secret@example.org/c]'],
      ]),
      [...['https://example.org:99999/a?…', 'https://…'], ...['--set', 'source.files=[ftp://example.org/c]']],
    );
  });

  test('has a report also where its definition wants none beside the outputs', async () => {
    const runs = join(folder, 'no-page');
    await runDefinition(definition({ report: false }), { runs });
    const { files, manifest } = await onlyRun(runs);
    assert.ok(files.includes('report.html'));
    assert.deepEqual(
      manifest.outputs.map(({ path }) => path),
      [join(folder, 'vectors.txt')],
    );
  });

  test('and fails says why, and has no report', async () => {
    const runs = join(folder, 'failed');
    const source = { files: join(folder, 'missing.txt') };
    await assert.rejects(runDefinition(definition({ source }), { runs }), { kind: 'noInput' });
    const { folder: run, manifest, files } = await onlyRun(runs);
    assert.deepEqual(files, ['definition.yaml', 'log.jsonl', 'manifest.json']);
    assert.deepEqual(
      [manifest.status, manifest.error!.kind, manifest.error!.exitCode],
      ['failed', 'noInput', 66],
    );
    assert.deepEqual(manifest.outputs, []);
    const last = (await logOf(run)).at(-1)!;
    assert.deepEqual([last.level, last.kind, last.message], ['error', 'noInput', manifest.error!.message]);
  });

  test('and misses a minimum is marked as such, with the outputs that it wrote', async () => {
    const runs = join(folder, 'below');
    const evaluate = { pairs: join(folder, 'pairs.tsv'), minimum: { pairs: 1 } };
    await assert.rejects(runDefinition(definition({ evaluate }), { runs }), { kind: 'belowMinimum' });
    const { manifest, files } = await onlyRun(runs);
    assert.deepEqual([manifest.status, manifest.error!.exitCode], ['belowMinimum', 1]);
    assert.equal(manifest.outputs.length, 2);
    assert.ok(files.includes('report.html'));
  });

  test('and is interrupted is marked as such', async () => {
    const runs = join(folder, 'interrupted');
    const controller = new AbortController();
    const onEpoch = () => controller.abort(new WordmillError('aborted', 'interrupted'));
    await assert.rejects(
      runDefinition(definition({ train: { engine: 'reference', epochs: 500 } }), {
        ...{ runs, onEpoch, signal: controller.signal },
      }),
    );
    const { manifest } = await onlyRun(runs);
    assert.equal(manifest.status, 'interrupted');
    assert.ok(manifest.ended);
  });

  test('is kept nowhere where nothing says so; where nobody asked for the place, one that cannot be is a warning', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'runs');
    await assert.rejects(runDefinition(definition(), { runs: path }), { kind: 'cannotCreate' });
    const warnings: string[] = [];
    const listener = { warning: (message: string) => warnings.push(message) };
    await runDefinition(definition(), { runs: { path, asked: false }, listener });
    assert.match(
      warnings.join(),
      /^this run is not kept, and cannot be resumed: .*a part of this path is a file/,
    );
  });
});
