import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command; fails the test with its output unless it exits with 0. */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

describe('the packed package, installed into an empty folder', () => {
  let folder: string;
  let contents: string[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'package-'));
    // The set-up has built dist/ already, and packing must not build it under the feet of other tests.
    const packed = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
    );
    contents = (Array.isArray(packed) ? packed[0] : Object.values(packed)[0]).files.map(
      (file: { path: string }) => file.path,
    );
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'user', private: true, type: 'module' }),
    );
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    run('npm', ['install', ...options, `./${tarball}`], folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('it brings what is needed to run and to build the addon, and nothing of tests or benchmarks', () => {
    for (const path of [
      'bin/wordmill.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/definition.schema.json',
      'binding.gyp',
      'scripts/node-gyp.mjs',
      'scripts/setup-tensorflow.mjs',
      'scripts/tensorflow/versions.json',
      'LICENSE',
      'README.md',
    ]) {
      assert.ok(contents.includes(path), `${path} is missing`);
    }
    assert.ok(contents.some((path) => path.startsWith('src/native/') && path.endsWith('.cc')));
    assert.deepEqual(
      contents.filter((path) => /^(test|bench|build|out|node_modules)\//.test(path)),
      [],
    );
  });

  test('its types resolve, in a strict project', () => {
    writeFileSync(
      join(folder, 'main.ts'),
      `import { buildVocabulary, compose, run, text, tokenize, train, word2vecBinary, type TrainedVectors } from 'wordmill';
      const job = compose(text(['a b']), tokenize({ lowercase: true }), buildVocabulary({ minCount: 1 }), train({ dimensions: 2 }), word2vecBinary('v.bin'));
      const { last } = await run(job);
      const vectors: TrainedVectors | undefined = last;
      // @ts-expect-error dimensions is a number
      train({ dimensions: 'ten' });
      console.log(vectors);\n`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      '',
      '--skipLibCheck',
    ];
    run(
      process.execPath,
      [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, 'main.ts'],
      folder,
    );
  });

  test('the main job runs from code', () => {
    writeFileSync(
      join(folder, 'main.mjs'),
      `import { buildVocabulary, compose, gloveText, readVectors, run, text, tokenize, train, word2vecBinary } from 'wordmill';
      const lines = Array.from({ length: 200 }, (_, i) => (i % 2 ? 'the quick brown fox\\n' : 'a lazy dog sleeps\\n'));
      const { outputs } = await run(compose(
        text(lines), tokenize(), buildVocabulary(), train({ engine: 'reference', dimensions: 8, epochs: 2 }),
        gloveText('v.txt'), word2vecBinary('v.bin'),
      ));
      console.log(outputs.length, (await readVectors('v.bin')).words.length);\n`,
    );
    assert.equal(run(process.execPath, ['main.mjs'], folder), '2 8\n');
    assert.ok(existsSync(join(folder, 'v.txt')));
  });

  test('npx wordmill runs', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal(run('npx', ['--no-install', 'wordmill', '--version'], folder).trim(), version);
  });
});
