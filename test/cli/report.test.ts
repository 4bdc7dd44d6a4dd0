import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('the report page, from the command line', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    const job =
      'source: { files: corpus.txt }\ntrain: { dimensions: 4, epochs: 1 }\nsinks: [{ glove: job.txt }]\n';
    ({ folder, remove } = await temporaryFolder({ 'corpus.txt': smallCorpus(), 'job.yaml': job }));
  });
  after(() => remove());

  /** Runs a command that is to succeed; gives what it said, and the pages that are there. */
  async function call(line: string): Promise<{ stdout: string; stderr: string; pages: string[] }> {
    const { code, stdout, stderr } = await wordmill(line.split(' '), { cwd: folder });
    assert.equal(code, 0, stderr);
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.html'));
    return { stdout, stderr, pages };
  }

  test('is left out where no file is written, and where it is not wanted', async () => {
    const train = 'train corpus.txt --dimensions 4 --epochs 1 --glove';
    const piped = await call(`${train} -`);
    assert.match(piped.stdout, /^the /m);
    assert.deepEqual(piped.pages, []);
    const { stderr, pages } = await call(`${train} v.txt --no-report`);
    assert.deepEqual(pages, []);
    assert.doesNotMatch(stderr, /report/);
    assert.deepEqual((await call('run job.yaml --no-report')).pages, []);
  });

  test('is where the flag says, else beside the first output, and is told of', async () => {
    assert.match((await call('check job.yaml')).stdout, /^# output {3}job\.txt\.report\.html$/m);
    const elsewhere = await call('run job.yaml --report page.html');
    assert.match(elsewhere.stderr, /^wrote: job\.txt\nreport: page\.html$/m);
    assert.deepEqual(elsewhere.pages, ['page.html']);
    const beside = await call('train corpus.txt --dimensions 4 --epochs 1 --glove v.txt');
    assert.match(beside.stderr, /^report: v\.txt\.report\.html$/m);
    assert.deepEqual(beside.pages, ['page.html', 'v.txt.report.html']);
  });
});
