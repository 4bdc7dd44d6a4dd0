import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { run } from '../../../src/core/run.js';
import { compose, type StageContext } from '../../../src/core/stage.js';
import { runReport } from '../../../src/pipeline/report/run-report.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import type { Definition } from '../../../src/pipeline/schema.js';
import { notBuilt } from '../../cli/helpers.js';

let folder: string;
let definition: Definition;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  await writeFile(path('corpus.txt'), `${'a b c a b\nd c b a d\n'.repeat(200)}${'x'.repeat(2000)}\n`);
  definition = {
    name: 'Cats & <dogs>',
    source: { files: path('corpus.txt') },
    vocabulary: { minCount: 2 },
    sampling: { subsample: 0 },
    train: { engine: 'reference', dimensions: 4, epochs: 3, validation: 0.2, seed: 7 },
    sinks: [{ word2vec: path('v.bin') }, { vocabulary: path('words.txt') }],
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** The rows of the table whose heading, caption or summary is just before it. */
function tableAfter(html: string, heading: string): string[][] {
  const from = html.slice(html.indexOf(heading));
  assert.ok(html.includes(heading), heading);
  const body = from.slice(from.indexOf('<tbody>'), from.indexOf('</tbody>'));
  return [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!),
  );
}

describe('the report page of a run', { skip: notBuilt }, () => {
  test('stands beside the first output, and has the numbers of the summary', async () => {
    const { last, report } = await runDefinition(definition);
    const { summary, vocabulary } = last!;
    const html = await readFile(path('v.bin.report.html'), 'utf8');
    const loss = tableAfter(html, '<h3>Loss</h3>');
    const ofEpochs = loss.filter(([, , mean]) => mean !== '');
    assert.deepEqual(
      ofEpochs.map(([, , mean, heldOut]) => [mean, heldOut]),
      summary.lossByEpoch.map((mean, i) => [mean.toFixed(4), summary.validationLossByEpoch![i]!.toFixed(4)]),
    );
    assert.equal(ofEpochs.length, 3);
    assert.match(html, new RegExp(`<dt>vocabulary</dt><dd>${vocabulary.size} words</dd>`));
    assert.match(
      html,
      new RegExp(`<dt>held-out loss</dt><dd>${summary.validationLossByEpoch![2]!.toFixed(4)}</dd>`),
    );
    const made = new Map(tableAfter(html, '<h2>Made with</h2>') as [string, string][]);
    assert.equal(made.get('seed'), '7');
    assert.equal(made.get('epochs'), '3');
    assert.equal(made.get('dimensions'), '4');
    const [reason, amount] = Object.entries(report.stages.tokenize!.dropped)[0]!;
    assert.ok(amount > 0);
    const tokenize = tableAfter(html, '<h2>Stages</h2>').find(([stage]) => stage === 'tokenize')!;
    assert.ok(tokenize[2]!.includes(`${amount} ${reason}`), tokenize[2]);
    const files = new Map(tableAfter(html, '<h2>Files</h2>') as [string, string][]);
    assert.deepEqual([...files.keys()].sort(), [path('v.bin'), path('words.txt')]);
    assert.equal(files.get(path('words.txt')), `${(await stat(path('words.txt'))).size} B`);
    assert.match(html, /<h2>Definition<\/h2><pre[^>]*>name: Cats &amp; &lt;dogs&gt;\n/);
  });

  test('has what was evaluated: by epoch in a chart, what came of it among the figures', async () => {
    const vectors = { ...(await runDefinition({ ...definition, sinks: [] })).last! };
    const evaluated = compose(
      async function* (_: AsyncIterable<never>, { report }: StageContext) {
        report.evaluated({ epoch: 1, scores: { simlex: 0.125, analogies: Number.NaN } });
        report.evaluated({ epoch: 3, scores: { simlex: 0.25, analogies: 0.5 } });
        report.evaluated({ scores: { simlex: 0.3 } });
        yield vectors;
      },
      runReport(path('page.html')),
    );
    await run(evaluated);
    const html = await readFile(path('page.html'), 'utf8');
    assert.deepEqual(
      tableAfter(html, '<h3>Evaluation</h3>').map(([, ...scores]) => scores),
      [
        ['0.1250', ''],
        ['0.2500', '0.5000'],
      ],
    );
    assert.match(html, /<dt>simlex<\/dt><dd>0\.3000<\/dd>/);
    assert.match(html, /<dt>analogies<\/dt><dd>0\.5000<\/dd>/);
  });

  test('escapes what comes from data, and loads nothing', async () => {
    await runDefinition({ ...definition, name: '</title><script>alert(1)</script>' });
    const html = await readFile(path('v.bin.report.html'), 'utf8');
    assert.doesNotMatch(html, /<script>alert/);
    assert.match(html, /<h1>&lt;\/title&gt;&lt;script&gt;alert\(1\)/);
    assert.doesNotMatch(html, /(src|href)="(?!data:,)/);
    assert.doesNotMatch(html, /https?:\/\/|@import|url\(/);
  });

  test('goes where the definition says, or nowhere', async () => {
    await runDefinition({ ...definition, report: path('page.html') });
    await runDefinition({ ...definition, sinks: [{ glove: path('g.txt') }], report: false });
    assert.deepEqual((await readdir(folder)).sort(), [
      'corpus.txt',
      'g.txt',
      'page.html',
      'v.bin',
      'words.txt',
    ]);
  });

  test('is not written where the run fails or is stopped, and then the old one stays', async () => {
    await writeFile(path('v.bin.report.html'), 'old');
    const stop = new AbortController();
    const stopped = runDefinition(definition, { signal: stop.signal, onEpoch: () => stop.abort() });
    await assert.rejects(stopped, { kind: 'aborted' });
    await assert.rejects(runDefinition({ ...definition, vocabulary: { minCount: 1e6 } }), { kind: 'data' });
    assert.deepEqual((await readdir(folder)).sort(), ['corpus.txt', 'v.bin.report.html']);
    assert.equal(await readFile(path('v.bin.report.html'), 'utf8'), 'old');
  });

  test('is refused before anything is read where it cannot be written', async () => {
    const report = path('gone/page.html');
    await assert.rejects(runDefinition({ ...definition, source: { files: path('none.txt') }, report }), {
      kind: 'cannotCreate',
      message: /gone\/page\.html: the folder of this output does not exist/,
    });
  });
});
