// `npm run test:node -- 24`: runs the TensorFlow tests on another version of Node, from the package `node` of the npm
// registry, kept in wordmill's cache folder; `npm run test:node -- 24 sampling` the tests whose path has that word.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runTests } from './run-tests.mjs';
import { root, run, setup } from './setup.mjs';
import { cacheFolder } from './tensorflow/place.mjs';

const [version, ...words] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version ?? '')) {
  console.error('Give a version of Node: npm run test:node -- 24 [WORD …]');
  process.exit(2);
}
// By this Node: what is compiled goes through Node-API, whose builds serve every version.
setup();
run(process.execPath, [join(root, 'scripts', 'setup-tensorflow.mjs')], {});
const node = install();
const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
console.error(`wordmill: running tests on Node ${stdout.trim()}`);
const PATH = `${dirname(node)}:${process.env.PATH}`;
runTests(words.length > 0 ? words : ['tensorflow'], { node, env: { ...process.env, PATH } });

/** The program of that version, the newest at the time; installed where it is missing. */
function install() {
  const folder = join(dirname(cacheFolder), 'node', version);
  const program = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(program)) return program;
  console.error(`wordmill: installing Node ${version} into ${folder}`);
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  process.on('exit', () => rmSync(part, { recursive: true, force: true }));
  writeFileSync(join(part, 'package.json'), '{ "private": true }\n');
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', part, `node@${version}`],
    {
      hint: `Node ${version} could not be installed; see above.`,
    },
  );
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return program;
}
