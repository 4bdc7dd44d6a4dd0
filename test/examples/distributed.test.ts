import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseCommandLine } from '../../src/cli/parse.js';
import { EXIT_CODES } from '../../src/core/errors.js';
import { redisSettings, storageAddress } from '../../src/distributed/settings.js';
import { BINARY, temporaryFolder } from '../cli/helpers.js';
import { peerPython } from '../support/peers.js';

const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/distributed/${name}`, import.meta.url));
const textOf = (name: string) => readFile(example(name), 'utf8');

/** Takes a command line as wordmill does, so that a flag that there is not is found. */
const accepts = async (args: readonly string[]) => {
  const parsed = await parseCommandLine(args, '0');
  assert.ok(parsed);
};

describe('the examples of distributed runs', () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await mkdir(join(folder, 'bin'));
    await symlink(BINARY, join(folder, 'bin/wordmill'));
  });
  after(() => remove());

  test('have a connection file that is read', async () => {
    const ca = join(folder, 'redis-ca.pem');
    await writeFile(ca, 'CERTIFICATE');
    const text = await textOf('connection.yaml');
    const connection = join(folder, 'connection.yaml');
    await writeFile(connection, text.replace('/etc/wordmill/redis-ca.pem', ca));
    const { host, port, tls, password, ca: pem } = await redisSettings({ connection }, {});
    assert.deepEqual([host, port, tls, pem], ['queue.example.com', 6380, true, 'CERTIFICATE']);
    assert.equal(password, 'change-me');
    assert.equal(await storageAddress({ connection }, {}), 's3://embeddings/wordmill');
  });

  test('for systemd: the unit is what systemd-analyze verify passes, and its command line one that wordmill takes', async (context) => {
    const text = await textOf('wordmill-worker.service');
    await accepts(/^ExecStart=\/usr\/local\/bin\/wordmill (.*)$/m.exec(text)![1]!.split(' '));
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      return context.skip('systemd-analyze is not here: apt-get install systemd');
    }
    const verify = async (name: string, content: string) => {
      await writeFile(join(folder, name), content.replaceAll('/usr/local/bin', join(folder, 'bin')));
      const checked = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, name)], {
        encoding: 'utf8',
      });
      const about = (checked.stdout + checked.stderr).split('\n').filter((line) => line.includes('wordmill'));
      return { status: checked.status, about };
    };
    assert.deepEqual(await verify('wordmill-worker.service', text), { status: 0, about: [] });
    const wrong = await verify(
      'wordmill-wrong.service',
      text.replace('TimeoutStopSec=20s', 'TimeoutStopSec=soon'),
    );
    assert.match(wrong.about.join('\n'), /soon/);
  });

  test('for Kubernetes: command lines and exit codes are those of wordmill', async () => {
    const containers = [parse(await textOf('workers.yaml')), parse(await textOf('run.yaml'))].flatMap(
      ({ spec }) => spec.template.spec.containers as { args: string[] }[],
    );
    for (const { args } of containers) await accepts(args);
    const { rules } = parse(await textOf('run.yaml')).spec.podFailurePolicy;
    const failing = rules.find(({ action }: { action: string }) => action === 'FailJob').onExitCodes.values;
    const { belowMinimum, usage, data, noInput, cannotCreate } = EXIT_CODES;
    assert.deepEqual(failing, [belowMinimum, usage, data, noInput, cannotCreate]);
  });

  test('for Kubernetes: the manifests are valid by the schemas of Kubernetes', (context) => {
    const python = peerPython('kubernetes_validate');
    if (!python) return context.skip('needs kubernetes_validate: node scripts/peers.mjs kubernetes');
    const program = `
import sys, yaml, kubernetes_validate
for path in sys.argv[1:]:
    manifest = yaml.safe_load(open(path))
    kubernetes_validate.validate(manifest, '1.30', strict=True)
    manifest['spec']['template']['spec']['contianers'] = []
    try:
        kubernetes_validate.validate(manifest, '1.30', strict=True)
    except kubernetes_validate.ValidationError as error:
        print('would have told of', error.message)`;
    const { status, stdout, stderr } = spawnSync(
      python,
      ['-c', program, example('workers.yaml'), example('run.yaml')],
      { encoding: 'utf8' },
    );
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(stdout.match(/would have told of .*contianers/g)?.length, 2);
  });
});
