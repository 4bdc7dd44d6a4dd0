import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import { listRuns } from '../../../src/pipeline/runs/list-runs.js';
import type { Definition } from '../../../src/pipeline/schema.js';
import { smallCorpus, temporaryFolder } from '../../cli/helpers.js';

describe('a run that is wanted only if something has changed', () => {
  let parent: string;
  let folder: string;
  let remove: () => Promise<void>;
  let number = 0;
  before(async () => {
    ({ folder: parent, remove } = await temporaryFolder());
  });
  after(() => remove());
  beforeEach(async () => {
    folder = join(parent, String(number++));
    await mkdir(folder);
    await writeFile(file('a.txt'), smallCorpus(10));
    await writeFile(file('pairs.tsv'), 'quick\tbrown\t9\nlazy\tdog\t8\nglass\torange\t1\n');
  });

  const file = (name: string) => join(folder, name);
  const definition = (more: Partial<Definition> = {}): Definition => ({
    source: { files: join(folder, '*.txt') },
    vocabulary: { minCount: 1 },
    train: { engine: 'reference', dimensions: 4, epochs: 1 },
    evaluate: { pairs: file('pairs.tsv') },
    sinks: [{ word2vec: file('out.bin') }],
    report: false,
    ...more,
  });

  /** What the run says has changed, or undefined where it did nothing. */
  async function changed(more: Partial<Definition> = {}, runs: string | undefined = file('runs')) {
    const notes: string[] = [];
    const listener = { note: (message: string) => notes.push(message) };
    const { unchangedSince, outputs } = await runDefinition(definition(more), {
      ...{ runs, listener },
      ifChanged: true,
    });
    const told = notes.find((note) => note.startsWith('something has changed: '));
    assert.equal(unchangedSince === undefined, told !== undefined);
    assert.deepEqual(outputs.map(String).filter((path) => path.endsWith('out.bin')).length, 1);
    return told?.replace('something has changed: ', '').replaceAll(`${folder}/`, '');
  }

  test('runs the first time, then not again', async () => {
    assert.equal(await changed(), 'no earlier run has written these outputs');
    const { manifest } = (await listRuns(file('runs'))).runs[0]!;
    assert.equal(await changed(), undefined);
    const { unchangedSince } = await runDefinition(definition(), { runs: file('runs'), ifChanged: true });
    assert.equal(unchangedSince!.id, manifest.id);
    assert.equal((await listRuns(file('runs'))).runs.length, 1);
  });

  test('runs again when its definition is another, but for how it is run', async () => {
    await changed();
    assert.equal(
      await changed({ train: { engine: 'reference', dimensions: 5, epochs: 1 } }),
      'train.dimensions: 5, was 4',
    );
    await changed();
    assert.equal(await changed({ name: 'x', timeout: '1h', metrics: file('x.prom') }), undefined);
  });

  test('runs again when an input is another, is new or is gone', async () => {
    await changed();
    await appendFile(file('a.txt'), 'more words\n');
    assert.equal(await changed(), 'a.txt has changed');
    await writeFile(file('b.txt'), 'more words\n');
    assert.equal(await changed(), 'b.txt is new');
    await rm(file('b.txt'));
    assert.equal(await changed(), 'b.txt is no longer read');
    await appendFile(file('pairs.tsv'), 'fox\tdog\t7\n');
    assert.equal(await changed(), 'pairs.tsv has changed');
    assert.equal(await changed(), undefined);
  });

  test('does not run when a file was touched, and runs when it was changed without becoming longer', async () => {
    await changed();
    await utimes(file('a.txt'), 1, 1);
    assert.equal(await changed(), undefined);
    const text = await readFile(file('a.txt'), 'utf8');
    await writeFile(file('a.txt'), text.replace('quick', 'quiet'));
    assert.equal(await changed(), 'a.txt has changed');
  });

  test('runs again when an output is gone or is not as it was written', async () => {
    await changed();
    await rm(file('out.bin'));
    assert.equal(await changed(), 'the output out.bin is gone');
    await appendFile(file('out.bin'), ' ');
    assert.equal(await changed(), 'the output out.bin is not as it was written');
    await utimes(file('out.bin'), 1, 1);
    assert.equal(await changed(), undefined);
  });

  test('runs again with another major version of wordmill', async () => {
    await changed();
    const { runs } = await listRuns(file('runs'));
    const path = runs[0]!.folder.manifestPath;
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    const { wordmill } = manifest.versions;
    manifest.versions.wordmill = '99.0.0';
    await writeFile(path, JSON.stringify(manifest));
    assert.equal(await changed(), `wordmill is version ${wordmill}, and was 99.0.0`);
  });

  test('runs again after runs that failed, and not for one that succeeded before them', async () => {
    await changed();
    const failing = definition({ vocabulary: { minCount: 1e6 } });
    await assert.rejects(runDefinition(failing, { runs: file('runs') }));
    assert.equal(await changed(), undefined);
  });

  test('looks where the link of an output folder leads', async () => {
    const folded = { output: { folder: file('set') }, sinks: [{ word2vec: 'out.bin' }] };
    assert.equal(await changed(folded), 'no earlier run has written these outputs');
    assert.equal(await changed(folded), undefined);
    await rm(file('set/current'));
    assert.equal(await changed(folded), 'set/current does not lead to the last run');
    assert.equal(await changed(folded), undefined);
  });

  test('asks servers for the version of a file', async () => {
    let version = '"1"';
    const server = createServer((_, response) => {
      response.setHeader('ETag', version);
      response.end(smallCorpus(10));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/corpus.txt`;
    try {
      await changed({ source: { files: url } });
      assert.equal(await changed({ source: { files: url } }), undefined);
      version = '"2"';
      assert.equal(await changed({ source: { files: url } }), `${url} has changed`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('is refused where nothing can be compared', async () => {
    const refused = async (more: Partial<Definition>, message: RegExp, runs?: string) =>
      assert.rejects(runDefinition(definition(more), { runs, ifChanged: true }), { kind: 'usage', message });
    await refused({ source: { stdin: true } }, /standard input cannot be compared/, file('runs'));
    await refused({ sinks: [{ glove: '-' }] }, /what went to standard output is not there/, file('runs'));
    await refused({}, /runs are not kept/);
  });
});
