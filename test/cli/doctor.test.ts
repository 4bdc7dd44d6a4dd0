import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BINARY, notBuilt } from './helpers.js';

const root = dirname(dirname(BINARY));

/** A copy of the package as it is installed, without the native engine; each test finds it as the one before left it. */
describe('wordmill doctor where the native engine is missing', { skip: notBuilt }, () => {
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'wordmill-doctor-'));
    for (const part of [
      'bin',
      'dist',
      'src/native',
      'scripts/build-native.mjs',
      'scripts/node-gyp.mjs',
      'binding.gyp',
      'package.json',
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  /** With a stand-in for node-gyp, so that nothing is compiled. */
  function doctor(nodeGyp: string, ...flags: string[]) {
    const path = join(copy, 'node-gyp.mjs');
    writeFileSync(path, nodeGyp);
    return spawnSync(process.execPath, [join(copy, 'bin', 'wordmill.js'), 'doctor', ...flags], {
      env: { ...process.env, npm_config_node_gyp: path },
      encoding: 'utf8',
    });
  }
  const FAILS = `console.error('gyp ERR! find Python'); process.exit(1);`;

  test('because nothing built it, says what does', () => {
    const { status, stdout, stderr } = doctor(FAILS);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^engine {8}native: does not run: it has not been built$/m);
    assert.match(stdout, /^instructions {2}none/m);
    assert.match(stdout, /^to do {9}Run wordmill doctor --fix, .*install script/m);
    assert.match(stdout, /^to do {9}.*C\+\+17 compiler.*Python 3/m);
    assert.match(stdout, /^to do {9}Until then --engine reference trains, slowly\.$/m);
  });

  test('--fix that fails says why and ends with 69; the doctor keeps the reason', () => {
    const fix = doctor(FAILS, '--fix');
    assert.equal(fix.status, 69);
    assert.match(fix.stderr, /could not be built:\n {2}gyp ERR! find Python/);
    assert.match(fix.stderr, /^wordmill: the native engine could not be built; see above$/m);
    const again = doctor(FAILS);
    assert.equal(again.status, 0);
    assert.match(again.stdout, /native: does not run: building it failed:\n +gyp ERR! find Python$/m);
    assert.match(again.stdout, /^to do {9}It needs .*C\+\+17 compiler/m);
  });

  const addon = join(root, 'build', 'Release', 'wordmill.node');
  test('--fix that succeeds has it running at once', {
    skip: !existsSync(addon) && 'the addon is not built',
  }, () => {
    mkdirSync(join(copy, 'build', 'Release'), { recursive: true });
    const built = `import { copyFileSync } from 'node:fs';
      copyFileSync(${JSON.stringify(addon)}, 'build/Release/wordmill.node');`;
    const { status, stdout, stderr } = doctor(built, '--fix', '--json');
    assert.equal(status, 0, stderr);
    const { engines, advice } = JSON.parse(stdout);
    assert.deepEqual(engines[0], { name: 'native' });
    assert.deepEqual(advice, []);
  });
});
