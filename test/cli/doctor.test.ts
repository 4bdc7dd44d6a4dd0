import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { skipWithoutTensorFlow } from '../support/tensorflow.js';
import { BINARY, notBuilt } from './helpers.js';

const root = dirname(dirname(BINARY));

/** A copy of the package as it is installed, without the native engine and without TensorFlow's library; each test finds it as the one before left it. */
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
      'scripts/tensorflow',
      'binding.gyp',
      'package.json',
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  /** With stand-ins for node-gyp and for TensorFlow's set-up, so that nothing is compiled or fetched. */
  function doctor(nodeGyp: string, ...flags: string[]) {
    const path = join(copy, 'node-gyp.mjs');
    writeFileSync(path, nodeGyp);
    return spawnSync(process.execPath, [join(copy, 'bin', 'wordmill.js'), 'doctor', ...flags], {
      cwd: copy,
      env: {
        ...process.env,
        WORDMILL_TENSORFLOW: '',
        npm_config_node_gyp: path,
        XDG_CACHE_HOME: join(copy, 'cache'),
      },
      encoding: 'utf8',
    });
  }
  const setup = (program: string) => writeFileSync(join(copy, 'scripts', 'setup-tensorflow.mjs'), program);
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

  test('says what TensorFlow models run on, and how to get its library', () => {
    const { stdout } = doctor(FAILS);
    assert.match(stdout, /^tensorflow {4}WebAssembly: @tensorflow\/tfjs-node is not installed$/m);
    assert.match(stdout, /^to do {9}wordmill doctor --fix .* sets TensorFlow's native library up\.$/m);
  });

  test('--fix that fails says why and ends with 69; the doctor keeps the reason', () => {
    setup('');
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
    setup('');
    const { status, stdout, stderr } = doctor(built, '--fix', '--json');
    assert.equal(status, 0, stderr);
    const { engines, advice } = JSON.parse(stdout);
    assert.deepEqual(engines[0], { name: 'native' });
    assert.doesNotMatch(advice.join(), /reference|compiler/);
  });

  test("--fix that cannot set TensorFlow's library up ends with 69; the doctor gives the reason", {
    skip: !existsSync(addon) && 'the addon is not built',
  }, () => {
    setup(`import { mkdirSync, writeFileSync } from 'node:fs';
      import { cacheFolder, failureNote } from './tensorflow/place.mjs';
      mkdirSync(cacheFolder, { recursive: true });
      writeFileSync(failureNote, 'missing: pip\\n');
      console.error('missing: pip');
      process.exit(1);`);
    const fix = doctor('', '--fix');
    assert.equal(fix.status, 69);
    assert.match(
      fix.stderr,
      /^missing: pip\nwordmill: TensorFlow's library could not be set up; see above$/m,
    );
    assert.match(
      fix.stdout,
      /^tensorflow {4}WebAssembly: .* not installed; setting it up failed:\n +missing: pip$/m,
    );
  });
});

test("the doctor names TensorFlow's library, its version and place", {
  skip: notBuilt || skipWithoutTensorFlow,
}, () => {
  const { stdout } = spawnSync(process.execPath, [BINARY, 'doctor'], { encoding: 'utf8' });
  assert.match(stdout, /^tensorflow {4}native library 2\.\d+\.\d+, \/.*\/@tensorflow\/tfjs-node$/m);
});
