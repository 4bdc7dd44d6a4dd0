// Brings a fresh checkout to where wordmill runs: packages, the native addon, the compiled TypeScript. Each step
// leaves a stamp of what it was made from, so that a second run repeats nothing. Uses only what Node brings.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs, builds the addon (or says why it could not) and compiles; prints a line for each step it does. */
export function setup() {
  checkNode();
  installPackages();
  buildNative();
  compile();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`wordmill needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

function installPackages() {
  const stamp = join(root, 'node_modules', '.wordmill-stamp');
  // Node's ABI is part of it: packages with compiled parts differ between versions.
  const want = fingerprint(['package-lock.json'], process.versions.modules + process.arch);
  if (read(stamp) === want) return;
  console.error('wordmill: installing packages');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    hint: 'The packages could not be installed; see above. Is the npm registry reachable?',
  });
  writeFileSync(stamp, want);
}

function buildNative() {
  run(process.execPath, [join(root, 'scripts', 'build-native.mjs'), '--optional'], {});
}

/** Compiles src/ to dist/, unless dist/ was made from this very source. */
export function compile() {
  const stamp = join(root, 'dist', '.stamp');
  const sources = filesBelow('src').filter((path) => path.endsWith('.ts'));
  const want = fingerprint([
    ...sources,
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build-pages.mjs',
    'package-lock.json',
  ]);
  if (read(stamp) === want) return;
  console.error('wordmill: compiling');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    hint: 'The TypeScript does not compile; see above.',
  });
  run(process.execPath, [join(root, 'scripts', 'build-pages.mjs')], {
    hint: 'The scripts of pages do not compile; see above.',
  });
  run(process.execPath, [join(root, 'scripts', 'write-schema.mjs')], {});
  writeFileSync(stamp, want);
}

/** Runs a command to its end; where it fails, so does the script, with the hint. */
export function run(command, args, { hint }) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0)
    fail(hint ?? `${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
}

function fail(message) {
  console.error(`wordmill: ${message}`);
  process.exit(1);
}

function fingerprint(paths, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const path of paths)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
