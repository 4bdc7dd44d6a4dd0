import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

describe('scripts/build-native.mjs', () => {
  let checkout = '';

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'wordmill-build-'));
    mkdirSync(join(checkout, 'src'));
    for (const part of ['binding.gyp', 'scripts/build-native.mjs', 'scripts/node-gyp.mjs'])
      cpSync(join(root, part), join(checkout, part));
    mkdirSync(join(checkout, 'src', 'native'));
    writeFileSync(join(checkout, 'src', 'native', 'addon.cc'), 'int one;');
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  /** Runs the script with a stand-in for node-gyp. */
  function build(nodeGyp: string, ...flags: string[]) {
    const path = join(checkout, 'node-gyp.mjs');
    writeFileSync(path, nodeGyp);
    const environment = { ...process.env, npm_config_node_gyp: path };
    const script = join(checkout, 'scripts', 'build-native.mjs');
    return spawnSync(process.execPath, [script, ...flags], { env: environment, encoding: 'utf8' });
  }

  const builds = `import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('build/Release', { recursive: true });
    writeFileSync('build/Release/wordmill.node', process.argv.slice(2).join(' '));`;
  const fails = `console.error('gyp ERR! find Python'); console.error('noise');
    console.error('gyp ERR! stack at async build (build.js:36:3)'); console.error('gyp ERR! not ok');
    process.exit(1);`;
  const addon = () => join(checkout, 'build', 'Release', 'wordmill.node');
  const note = () => join(checkout, 'build', 'native-failure.txt');

  test('builds once, and again when a source has changed', () => {
    const first = build(builds);
    assert.equal(first.status, 0);
    assert.match(first.stderr, /building the native engine/);
    assert.match(readFileSync(addon(), 'utf8'), /^rebuild /);
    assert.equal(build(fails).stderr, '', 'nothing to do');
    writeFileSync(join(checkout, 'src', 'native', 'addon.cc'), 'int two;');
    assert.match(build(builds).stderr, /building the native engine/);
  });

  test('a failure ends with 1 and says what is needed', () => {
    const { status, stderr } = build(fails);
    assert.equal(status, 1);
    assert.match(stderr, /could not be built:\n {2}gyp ERR! find Python\n.*C\+\+17 compiler/s);
    assert.ok(!existsSync(addon()));
  });

  test('with --optional a failure ends well, and leaves the reason for the doctor', () => {
    const { status, stderr } = build(fails, '--optional');
    assert.equal(status, 0);
    assert.match(stderr, /going on without it.*--engine reference/);
    assert.equal(readFileSync(note(), 'utf8'), 'gyp ERR! find Python\n');
    assert.equal(build(builds).status, 0);
    assert.ok(!existsSync(note()), 'a build that succeeds takes the note away');
  });
});
