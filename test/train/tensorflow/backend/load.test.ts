import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setupFolder } from '../../../../src/train/tensorflow/backend/place.js';
import { skipWithoutTensorFlow } from '../../../support/tensorflow.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Loads TensorFlow twice with one report, multiplies two matrices, and finds the two largest of three numbers (which
 * takes functions that Node 22 warns of and newer versions lack); writes what came of it as JSON.
 */
const PROGRAM = `
import { Report } from ${JSON.stringify(join(root, 'src/core/report.ts'))};
import { loadTensorFlow } from ${JSON.stringify(join(root, 'src/train/tensorflow/backend/load.ts'))};
const report = new Report();
const requireNative = process.argv[2] === 'native';
try {
  const { tf, backend, version } = await loadTensorFlow({ report, requireNative });
  const again = await loadTensorFlow({ report, requireNative });
  const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
  const values = [...(await product.data())];
  const largest = [...(await tf.topk(tf.tensor1d([3, 1, 2]), 2).indices.data())];
  console.log(JSON.stringify({ backend, version, values, largest, warnings: report.warnings, same: again.tf === tf }));
} catch ({ kind, exitCode, message }) {
  console.log(JSON.stringify({ kind, exitCode, message }));
}`;

const PACKAGE = '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }';
const PRODUCT = [19, 22, 43, 50];
const LARGEST = [0, 2];

describe('loadTensorFlow', () => {
  let folder: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wordmill-load-'));
    program = join(folder, 'program.mts');
    writeFileSync(program, PROGRAM);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** In a process of its own, which must write nothing else. */
  function load(environment: Record<string, string>, cwd = root, ...args: string[]) {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), program, ...args],
      {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, WORDMILL_TENSORFLOW: '', WORDMILL_TFJS_NODE: '', ...environment },
      },
    );
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  }

  /** A cache folder without a set-up. */
  const empty = () => ({ XDG_CACHE_HOME: join(folder, 'empty') });

  /** A cache folder whose set-up has these files in tfjs-node's folder. */
  function cacheWith(name: string, files: Record<string, string>) {
    const cache = { XDG_CACHE_HOME: join(folder, name) };
    const path = join(setupFolder(cache), 'node_modules', '@tensorflow', 'tfjs-node');
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    }
    return { cache, path };
  }

  test('takes the native library, without a word', { skip: skipWithoutTensorFlow }, () => {
    const { version, ...rest } = load({});
    assert.deepEqual(rest, {
      backend: 'tensorflow',
      values: PRODUCT,
      largest: LARGEST,
      warnings: [],
      same: true,
    });
    assert.match(version, /^2\.\d+\.\d+$/);
  });

  test('WORDMILL_TENSORFLOW=native asks for the native library', { skip: skipWithoutTensorFlow }, () => {
    assert.equal(load({ WORDMILL_TENSORFLOW: 'native' }).backend, 'tensorflow');
  });

  for (const [backend, name] of [
    ['wasm', 'WebAssembly'],
    ['cpu', 'plain JavaScript'],
  ] as const) {
    test(`WORDMILL_TENSORFLOW=${backend} computes the same, with one warning`, () => {
      assert.deepEqual(load({ WORDMILL_TENSORFLOW: backend }), {
        backend,
        values: PRODUCT,
        largest: LARGEST,
        warnings: [
          `TensorFlow runs on ${name}, much slower than on its native library: WORDMILL_TENSORFLOW asks for ${backend}`,
        ],
        same: true,
      });
    });
  }

  test('without a set-up takes WebAssembly, and one warning says why and what to do', () => {
    const { backend, values, warnings } = load(empty(), folder);
    assert.deepEqual([backend, values, warnings.length], ['wasm', PRODUCT, 1]);
    assert.match(
      warnings[0],
      /WebAssembly, much slower .*: @tensorflow\/tfjs-node is not installed; wordmill doctor --fix/,
    );
  });

  test('without a set-up, requireNative is an error of its own kind that says the same', () => {
    const { kind, exitCode, message } = load(empty(), folder, 'native');
    assert.deepEqual([kind, exitCode], ['unavailable', 69]);
    assert.match(
      message,
      /native library cannot be used: @tensorflow\/tfjs-node is not installed\n.*doctor --fix/,
    );
  });

  test('without a set-up, WORDMILL_TENSORFLOW=native is that error too', () => {
    const { kind, message } = load({ ...empty(), WORDMILL_TENSORFLOW: 'native' }, folder);
    assert.equal(kind, 'unavailable');
    assert.match(message, /is not installed\n.*doctor --fix/);
  });

  test('requireNative is an error where WORDMILL_TENSORFLOW asks for something else', () => {
    const { kind, message } = load({ WORDMILL_TENSORFLOW: 'wasm' }, root, 'native');
    assert.equal(kind, 'unavailable');
    assert.match(message, /WORDMILL_TENSORFLOW asks for wasm\n.*Unset WORDMILL_TENSORFLOW/);
  });

  test('any other WORDMILL_TENSORFLOW is a mistake', () => {
    const { kind, message } = load({ WORDMILL_TENSORFLOW: 'gpu' });
    assert.equal(kind, 'usage');
    assert.match(message, /WORDMILL_TENSORFLOW is gpu; it can be native, wasm, cpu/);
  });

  test('a package without its addon, as a failed installation leaves it, is passed over', () => {
    const { cache, path } = cacheWith('no-addon', { 'package.json': PACKAGE });
    const { backend, warnings } = load(cache, folder);
    assert.equal(backend, 'wasm');
    assert.ok(warnings[0].includes(`@tensorflow/tfjs-node has no addon in ${path}`), warnings[0]);
  });

  test('an addon that does not load is passed over, and the warning says so', () => {
    const { cache, path } = cacheWith('broken', {
      'package.json': PACKAGE,
      'lib/napi-v8/tfjs_binding.node': 'no library',
    });
    const { backend, warnings } = load(cache, folder);
    assert.equal(backend, 'wasm');
    assert.ok(warnings[0].includes(`${path} does not load: `), warnings[0]);
  });

  test('a package of another major version is passed over', () => {
    const { cache, path } = cacheWith('version-3', {
      'package.json': PACKAGE.replace('4.22.0', '3.21.1'),
      'lib/napi-v8/tfjs_binding.node': 'no library',
    });
    const { backend, warnings } = load(cache, folder);
    assert.equal(backend, 'wasm');
    assert.ok(
      warnings[0].includes(`@tensorflow/tfjs-node in ${path} is of version 3.21.1, not 4.x`),
      warnings[0],
    );
  });

  /** A project that has a tfjs-node which does not load; the path of that. */
  function projectWithPackage(): { project: string; path: string } {
    const project = join(folder, 'project');
    const path = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
    mkdirSync(join(path, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(path, 'package.json'), PACKAGE);
    writeFileSync(join(path, 'lib', 'napi-v8', 'tfjs_binding.node'), 'no library');
    return { project, path };
  }

  test('tfjs-node in the working folder is left alone', () => {
    const { warnings } = load(empty(), projectWithPackage().project);
    assert.match(warnings[0], /: @tensorflow\/tfjs-node is not installed; /);
  });

  test('WORDMILL_TFJS_NODE is where it is looked for, and nowhere else', () => {
    const { path } = projectWithPackage();
    const { warnings } = load({ WORDMILL_TFJS_NODE: path });
    assert.ok(warnings[0].includes(`${path} does not load: `), warnings[0]);
    assert.match(warnings[0], /Correct WORDMILL_TFJS_NODE, or unset it$/);
    const { kind, message } = load({ WORDMILL_TFJS_NODE: folder }, root, 'native');
    assert.equal(kind, 'unavailable');
    assert.ok(message.includes(`WORDMILL_TFJS_NODE is ${folder}, where there is no `), message);
  });

  for (const forced of ['', 'cpu']) {
    test(`where not even plain JavaScript runs, it is an error of the same kind (WORDMILL_TENSORFLOW=${forced})`, () => {
      const broken = join(folder, 'broken.cjs');
      writeFileSync(
        broken,
        `const { Module } = require('node:module');
        const resolve = Module._resolveFilename;
        Module._resolveFilename = (name, ...rest) => {
          if (name === '@tensorflow/tfjs-core') throw new Error('it is broken');
          return resolve(name, ...rest);
        };`,
      );
      const { kind, message } = load({
        ...empty(),
        WORDMILL_TENSORFLOW: forced,
        NODE_OPTIONS: `--require ${broken}`,
      });
      assert.equal(kind, 'unavailable');
      assert.match(message, /TensorFlow\.js does not run here: it is broken/);
      assert.match(message, forced === '' ? /\n.*doctor --fix/ : /\n.*Unset WORDMILL_TENSORFLOW/);
    });
  }
});
