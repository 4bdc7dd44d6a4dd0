import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { EXIT_CODES } from '../../src/core/errors.js';
import { loadDefinition } from '../../src/pipeline/definition.js';
import { BINARY, notBuilt, smallCorpus, temporaryFolder } from '../cli/helpers.js';
import { peerPython } from '../support/peers.js';

const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/scheduling/${name}`, import.meta.url));
const textOf = (name: string) => readFile(example(name), 'utf8');

describe('the examples of scheduling', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let bin: string;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    bin = join(folder, 'bin');
    for (const name of ['bin', 'corpus', 'metrics']) await mkdir(join(folder, name));
    await symlink(process.execPath, join(bin, 'node'));
    await symlink(BINARY, join(bin, 'wordmill'));
    await writeFile(join(folder, 'corpus/a.txt.gz'), gzipSync(smallCorpus()));
    await writeFile(join(folder, 'wordsim353.tsv'), 'quick\tbrown\t9\nlazy\tdog\t8\nglass\torange\t1\n');
    const job = await textOf('nightly.yaml');
    await writeFile(join(folder, 'nightly.yaml'), job.replace('wordsim353: 0.55', 'wordsim353: -1'));
  });
  after(() => remove());

  test('run a definition that is valid as it stands', async () => {
    const { output, timeout, metrics } = await loadDefinition(example('nightly.yaml'));
    assert.deepEqual(output, { folder: 'vectors', keep: 7 });
    assert.equal(timeout, '5h');
    assert.equal(metrics, 'metrics/nightly.prom');
  });

  test('for cron: its line runs with the environment that cron gives, and has nothing to do the second time', {
    skip: notBuilt,
  }, async () => {
    const text = (await textOf('crontab'))
      .replaceAll('/srv/embeddings', folder)
      .replaceAll('/usr/local/bin', bin);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const entry = lines.pop()!;
    const [, command] = /^30 1 \* \* \* (.+)$/.exec(entry)!;
    // To cron a % is the end of a line.
    assert.doesNotMatch(command!, /%/);
    const settings = lines.map((line) => /^(\w+)=(.*)$/.exec(line)!.slice(1) as [string, string]);
    const env = { HOME: folder, LOGNAME: 'wordmill', SHELL: '/bin/sh', ...Object.fromEntries(settings) };
    assert.deepEqual(Object.keys(env), ['HOME', 'LOGNAME', 'SHELL', 'PATH', 'MAILTO']);
    for (const skipped of [0, 1]) {
      const child = spawn('/bin/sh', ['-c', command!], { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
      let mail = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          mail += chunk;
        });
      }
      const [code] = await once(child, 'close');
      assert.equal(mail, '');
      assert.equal(code, 0);
      assert.match(
        await readFile(join(folder, 'metrics/nightly.prom'), 'utf8'),
        new RegExp(`^wordmill_run_skipped\\{pipeline="nightly"\\} ${skipped}$`, 'm'),
      );
    }
    assert.match(await readFile(join(folder, 'vectors/current/words.txt'), 'utf8'), /^the 200\n/);
  });

  test('for systemd: the units are what systemd-analyze verify passes', async (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      return context.skip('systemd-analyze is not here: apt-get install systemd');
    }
    const units = ['wordmill-nightly.service', 'wordmill-nightly.timer'];
    for (const unit of units) {
      const text = (await textOf(unit))
        .replaceAll('/usr/local/bin', bin)
        .replaceAll('/srv/embeddings', folder);
      await writeFile(join(folder, unit), text);
    }
    const verify = (paths: string[]) =>
      spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8' });
    const { status, stdout, stderr } = verify(units.map((unit) => join(folder, unit)));
    const about = (stdout + stderr).split('\n').filter((line) => line.includes('wordmill'));
    assert.deepEqual([status, about], [0, []]);
    // It would have told of what is wrong.
    const wrong = (await textOf(units[0]!)).replace(
      'RestartForceExitStatus=75',
      'RestartForceExitStatus=soon',
    );
    await writeFile(join(folder, 'wordmill-wrong.service'), wrong.replaceAll('/usr/local/bin', bin));
    assert.match(verify([join(folder, 'wordmill-wrong.service')]).stderr, /wordmill-wrong.service.*soon/);
    execFileSync('systemd-analyze', ['calendar', /^OnCalendar=(.*)$/m.exec(await textOf(units[1]!))![1]!]);
  });

  test('for systemd and Kubernetes: exit codes are those that wordmill ends with', async () => {
    const service = await textOf('wordmill-nightly.service');
    for (const key of ['SuccessExitStatus', 'RestartForceExitStatus']) {
      assert.equal(new RegExp(`^${key}=(.*)$`, 'm').exec(service)![1], String(EXIT_CODES.tryAgain));
    }
    const { jobTemplate } = parse(await textOf('cronjob.yaml')).spec;
    const rules: { action: string; onExitCodes?: { values: number[] } }[] =
      jobTemplate.spec.podFailurePolicy.rules;
    const byAction = Object.fromEntries(
      rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values]),
    );
    const { tryAgain, belowMinimum, usage, data, noInput, cannotCreate } = EXIT_CODES;
    assert.deepEqual(byAction.Count, [tryAgain]);
    assert.deepEqual(byAction.FailJob, [belowMinimum, usage, data, noInput, cannotCreate]);
  });

  test('for Kubernetes: the CronJob is valid by the schemas of Kubernetes', (context) => {
    const python = peerPython('kubernetes_validate');
    if (!python) return context.skip('needs kubernetes_validate: node scripts/peers.mjs kubernetes');
    const program = `
import sys, yaml, kubernetes_validate
manifest = yaml.safe_load(open(sys.argv[1]))
kubernetes_validate.validate(manifest, '1.30', strict=True)
manifest['spec']['jobTemplate']['spec']['backoffLimits'] = 1
try:
    kubernetes_validate.validate(manifest, '1.30', strict=True)
except kubernetes_validate.ValidationError as error:
    print('would have told of', error.message)`;
    const { status, stdout, stderr } = spawnSync(python, ['-c', program, example('cronjob.yaml')], {
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /would have told of .*backoffLimits/);
  });

  test('for Docker: the Dockerfile is one to a parser of Dockerfiles, and runs as a user without a shell between', async () => {
    const text = await textOf('Dockerfile');
    assert.deepEqual(
      validate(text).map(({ message }) => message),
      [],
    );
    assert.notDeepEqual(validate(text.replace('USER node', 'USR node')), []);
    assert.match(text, /^USER node$/m);
    assert.match(text, /^ENTRYPOINT \["wordmill"\]$/m);
    assert.match(text, /^STOPSIGNAL SIGTERM$/m);
  });
});
