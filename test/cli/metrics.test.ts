import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { peerPython } from '../support/peers.js';
import { BINARY, failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

const FILE = 'wordmill.prom';

describe('--metrics', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    await writeFile(join(folder, 'pairs.tsv'), 'quick\tbrown\t9\nlazy\tdog\t8\nglass\torange\t1\n');
    await writeFile(
      join(folder, 'job.yaml'),
      JSON.stringify({
        name: 'nightly "news"',
        source: { files: join(folder, 'corpus.txt') },
        evaluate: { pairs: join(folder, 'pairs.tsv') },
        sinks: [{ glove: join(folder, 'out.txt') }],
        metrics: join(folder, FILE),
      }),
    );
  });
  after(() => remove());
  beforeEach(() => rm(join(folder, FILE), { force: true }));

  /** The figures by name; those with labels besides the pipeline's by `name{labels}`. */
  async function figures(): Promise<Record<string, number>> {
    const text = await readFile(join(folder, FILE), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => {
        const [, name, labels, value] = /^wordmill_run_(\w+)\{pipeline="(?:[^"\\]|\\.)*",?(.*)\} (\S+)$/.exec(
          line,
        )!;
        return [name! + (labels ? `{${labels}}` : ''), Number(value)];
      }),
    );
  }

  const job = (...more: string[]) => failingCall(['run', join(folder, 'job.yaml'), ...more]);

  test('of a run that succeeded have its time and what came of it, for everyone to read', async () => {
    const before = Date.now() / 1_000;
    const { code } = await wordmill(['run', 'job.yaml', '--set', 'train.validation=0.1'], {
      cwd: folder,
      // As a scheduler may have it.
      env: { NODE_OPTIONS: '' },
    });
    assert.equal(code, 0);
    const found = await figures();
    const { start_timestamp_seconds: start, end_timestamp_seconds: end } = found;
    assert.ok(before <= start! && start! < end! && end! <= Date.now() / 1_000);
    assert.equal(found.success_timestamp_seconds, end);
    assert.ok(Math.abs(found.duration_seconds! - (end! - start!)) < 0.5);
    assert.equal(found.exit_code, 0);
    assert.equal(found.skipped, 0);
    assert.equal(found.read_bytes, smallCorpus().length);
    assert.equal(found.tokens, 1_600);
    assert.equal(found.vocabulary_words, 15);
    assert.ok(found.trained_words! > 1_000 && found.words_per_second! > 0);
    assert.ok(found.loss! > 0 && found.held_out_loss! > 0);
    assert.ok(Number.isFinite(found['evaluation_score{set="pairs"}']));
    assert.ok(process.platform !== 'linux' || found.peak_memory_bytes! > 1e6);
    assert.equal((await stat(join(folder, FILE))).mode & 0o777, 0o644);
    assert.match(await readFile(join(folder, FILE), 'utf8'), /\{pipeline="nightly \\"news\\""\}/);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('.tmp')),
      [],
    );
  });

  test('of a run that failed have its exit code, and the last success of before', async () => {
    await job();
    const { success_timestamp_seconds: success } = await figures();
    const { code } = await job('--set', `source.files=${folder}/nothing.txt`);
    assert.equal(code, 66);
    const found = await figures();
    assert.equal(found.exit_code, 66);
    assert.equal(found.success_timestamp_seconds, success);
    assert.ok(found.end_timestamp_seconds! > success!);
    assert.equal(found.loss, undefined);
  });

  test('of a run whose scores were too low have the scores, what was left out and no success', async () => {
    const { code } = await job('--set', 'evaluate.minimum={pairs: 1.1}', '--set', 'vocabulary.minCount=150');
    assert.equal(code, 1);
    const found = await figures();
    assert.equal(found.exit_code, 1);
    assert.equal(found.success_timestamp_seconds, undefined);
    assert.ok('evaluation_score{set="pairs"}' in found);
    assert.ok(Object.keys(found).some((name) => /^dropped\{stage="vocabulary",reason="/.test(name)));
  });

  test('of a run that had nothing to do count it as a success; it says so in one line, or in JSON', async () => {
    const args = ['run', 'job.yaml', '--if-changed'];
    await wordmill(args, { cwd: folder });
    const { success_timestamp_seconds: success } = await figures();
    const { code, stderr } = await wordmill(args, { cwd: folder });
    assert.equal(code, 0);
    assert.match(stderr, /^nothing has changed since run \S+, which ended 20\S+Z: nothing to do\n$/);
    const found = await figures();
    assert.equal(found.skipped, 1);
    assert.equal(found.exit_code, 0);
    assert.ok(found.success_timestamp_seconds! > success!);
    const json = await wordmill([...args, '--log-format', 'json'], { cwd: folder });
    const { event, run, outputs } = JSON.parse(json.stderr);
    assert.equal(event, 'unchanged');
    assert.match(run, /^\d{8}T\d{6}-nightly-news-/);
    assert.ok(outputs.includes(join(folder, 'out.txt')));
  });

  test('are written for a definition that cannot be read, under the name of before', async () => {
    await job();
    const { success_timestamp_seconds: success } = await figures();
    const metrics = join(folder, FILE);
    const { code } = await failingCall([
      ...['run', join(folder, 'job.yaml'), '--set', 'train.epoch=1', '--metrics', metrics],
    ]);
    assert.equal(code, 2);
    const found = await figures();
    assert.equal(found.exit_code, 2);
    assert.equal(found.success_timestamp_seconds, success);
    await rm(metrics);
    await failingCall(['run', join(folder, 'nothing.yaml'), '--metrics', metrics]);
    assert.match(await readFile(metrics, 'utf8'), /exit_code\{pipeline="nothing"\} 66\n/);
  });

  test('are written for a run that is refused, timed out, or ended by signals', async () => {
    const start = () => {
      const args = ['train', '-', '--glove', 'out.txt', '--metrics', FILE, '--timeout', '60s', '--quiet'];
      return spawn(process.execPath, [BINARY, ...args], { cwd: folder });
    };
    const child = start();
    const ended = once(child, 'close');
    while (!existsSync(join(folder, '.out.txt.lock'))) await wait(20);
    assert.equal((await job()).code, 75);
    assert.equal((await figures()).exit_code, 75);
    child.kill('SIGTERM');
    assert.equal((await ended)[0], 143);
    assert.equal((await figures()).exit_code, 143);
    assert.equal((await job('--timeout', '0.1s', '--set', 'train.epochs=100000')).code, 75);
    assert.equal((await figures()).exit_code, 75);
    const second = start();
    const gone = once(second, 'close');
    while (!existsSync(join(folder, '.out.txt.lock'))) await wait(20);
    second.kill('SIGINT');
    second.kill('SIGINT');
    await gone;
    assert.equal((await figures()).exit_code, 130);
  });

  test("are what Prometheus' own client reads", async (context) => {
    const python = peerPython('prometheus_client');
    if (!python) return context.skip('needs prometheus_client: node scripts/peers.mjs prometheus');
    await job();
    const program = `
import sys
from prometheus_client.parser import text_string_to_metric_families
for family in text_string_to_metric_families(open(sys.argv[1]).read()):
    for sample in family.samples:
        print(family.type, sample.name, sample.labels["pipeline"])`;
    const { stdout } = spawnSync(python, ['-c', program, FILE], { cwd: folder });
    const lines = String(stdout).trim().split('\n');
    assert.equal(lines.length, Object.keys(await figures()).length);
    assert.ok(
      lines.every((line) => /^gauge wordmill_run_\w+ nightly "news"$/.test(line)),
      lines.join('\n'),
    );
  });

  test('that can be written nowhere are refused before anything is read', async () => {
    for (const [path, message] of [
      [join(folder, 'nowhere/w.prom'), /the folder of this output does not exist/],
      [join(folder, 'metrics-folder'), /this is a folder; metrics need the name of a file/],
    ] as const) {
      await mkdir(join(folder, 'metrics-folder'), { recursive: true });
      const { code, stderr } = await job('--metrics', path);
      assert.equal(code, 73);
      assert.match(stderr, message);
    }
  });
});
