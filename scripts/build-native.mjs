// Builds the native engine, build/Release/wordmill.node, unless it was made from these very sources for this Node.
// `--optional`: a failure leaves a note and the reason in build/native-failure.txt, and ends well all the same: the
// reference engine needs no addon. Uses only what Node brings.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headers, nodeGyp } from './node-gyp.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const addon = join(root, 'build', 'Release', 'wordmill.node');
const stamp = join(root, 'build', 'native.stamp');
const failureNote = join(root, 'build', 'native-failure.txt');
const optional = process.argv.includes('--optional');

/** What node-gyp says of itself, however the build failed. */
const NODE_GYPS_OWN = /gyp ERR! (System|cwd|node|command|not ok|\$npm_|stack +at )/;

// The interface to Node and the machine, then the sources: with the same first line, what is compiled can be used again.
const machine = `${process.versions.modules} ${process.platform} ${process.arch}`;
const want = `${machine}\n${fingerprint()}`;
if (!existsSync(addon) || read(stamp) !== want) build();

function build() {
  if (process.platform === 'win32') {
    return fail('the native engine is not written for Windows yet; the reference engine works there.');
  }
  const command = nodeGyp();
  if (!command)
    return fail('node-gyp was not found: neither with npm, nor in node_modules, nor on the PATH.');
  console.error('wordmill: building the native engine');
  const [program, ...first] = command;
  const nodedir = headers();
  const commands = read(stamp)?.startsWith(`${machine}\n`) ? ['configure', 'build'] : ['rebuild'];
  const result = spawnSync(
    program,
    [...first, ...commands, '--jobs=max', ...(nodedir ? [`--nodedir=${nodedir}`] : [])],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (result.error || result.status !== 0 || !existsSync(addon)) {
    return fail(result.error ? result.error.message : telling(result.stdout, result.stderr));
  }
  rmSync(failureNote, { force: true });
  writeFileSync(stamp, want);
}

/** Of the sources and how they are built. */
function fingerprint() {
  const hash = createHash('sha256');
  const folder = join(root, 'src', 'native');
  const sources = readdirSync(folder).filter((name) => /\.(cc|h)$/.test(name));
  for (const path of [...sources.sort().map((name) => join(folder, name)), join(root, 'binding.gyp')]) {
    hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** The lines of a build's output that say what went wrong: the errors, or else the last few. */
function telling(output, errors) {
  const lines = `${output ?? ''}\n${errors ?? ''}`.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.filter((line) => /error|ERR!|not found/i.test(line) && !NODE_GYPS_OWN.test(line));
  return (wrong.length > 0 ? wrong : lines).slice(-12).join('\n');
}

function fail(reason) {
  rmSync(addon, { force: true });
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(failureNote, `${reason}\n`);
  console.error(`wordmill: the native engine could not be built:\n${reason.replace(/^/gm, '  ')}`);
  console.error(
    optional
      ? 'wordmill: going on without it; training takes --engine reference, which is slow. `wordmill doctor` says what to do.'
      : 'wordmill: it needs a C++17 compiler (GCC 9 or Clang 12), make, Python 3 and the headers of Node.',
  );
  if (!optional) process.exitCode = 1;
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
