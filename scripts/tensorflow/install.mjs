// tfjs-node in a folder of its own: its packages, its own installer, or an addon built here against a wheel's library.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headers, nodeGyp } from '../node-gyp.mjs';
import { packageIn, versions, wheelHere } from './place.mjs';
import { npm, run, SetupFailure, telling, works } from './process.mjs';
import { diskBytes, say, step } from './progress.mjs';
import { fetchWheel, PIP, pip, unpack, wheelPath } from './wheel.mjs';

/** Sources, source maps and bundles for browsers: two thirds of the packages, and Node loads none of them. */
const UNUSED = /\.map$|\.(min|fesm|es2017|es2017\.min)\.js$|[^d]\.ts$/;

/** The packages, without running any of their install scripts. */
export async function installPackages(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const [command, ...first] = npm();
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const wanted = `@tensorflow/tfjs-node@${versions.tfjsNode}`;
  const { ok, output } = await step(
    `installing ${wanted}`,
    { total: versions.packageBytes, measure: () => diskBytes(folder) },
    () => run(command, [...first, 'install', ...options, '--fetch-retries=1', wanted], { cwd: folder }),
  );
  if (!ok) throw new SetupFailure(`npm could not install ${wanted}:\n  ${telling(output)}`);
}

/**
 * Lets tfjs-node install TensorFlow as it does by itself, for so many seconds at most.
 *
 * @returns why it did not, or undefined where it did; what it had begun is then gone.
 */
export async function ownInstaller(folder, seconds) {
  if (seconds === 0) return 'it was not to be tried';
  const path = packageIn(folder);
  const manifest = readFileSync(join(path, 'package.json'));
  say(`trying tfjs-node's own installer, for at most ${seconds} seconds`);
  const env = {
    ...environment(),
    PATH: [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
  const { ok, output, timedOut } = await run(process.execPath, ['scripts/install.js'], {
    cwd: path,
    env,
    seconds,
  });
  const { failure } = ok ? await verify(folder) : { failure: telling(output) };
  if (failure === undefined) return undefined;
  // The installer changes the manifest while it works.
  writeFileSync(join(path, 'package.json'), manifest);
  for (const name of ['deps', 'lib', 'build']) rmSync(join(path, name), { recursive: true, force: true });
  return timedOut ? `it was not done after ${seconds} seconds` : failure;
}

/** What building the addon here lacks, each with what to do about it. */
export function lacking() {
  const { wheel, missing } = wheelHere();
  if (missing) return [missing];
  const compiler = process.env.CXX || (process.platform === 'linux' ? 'g++' : 'c++');
  return [
    !works('python3', ['--version']) && 'python3 (Debian: apt install python3)',
    !existsSync(wheelPath(wheel)) && !pip() && PIP,
    !works(compiler.split(' ')[0], ['--version']) && `a C++ compiler, ${compiler} (Debian: apt install g++)`,
    !works('make', ['--version']) && 'make (Debian: apt install make)',
  ].filter(Boolean);
}

/** Puts the wheel's library into the package and builds the addon against it. */
export async function buildFromWheel(folder) {
  const { wheel } = wheelHere();
  const path = packageIn(folder);
  const file = await fetchWheel(wheel);
  await unpack(file, wheel, join(path, 'deps'));
  say('building the addon');
  const script = join(folder, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
  const { ok, output } = await run(process.execPath, [script, 'install', '--build-from-source'], {
    cwd: path,
    env: environment(),
  });
  if (!ok) throw new SetupFailure(`the addon could not be built:\n  ${telling(output)}`);
}

function environment() {
  const gyp = nodeGyp();
  const nodedir = headers();
  return {
    ...process.env,
    ...(gyp && { npm_config_node_gyp: gyp.at(-1) }),
    ...(nodedir && { npm_config_nodedir: nodedir }),
  };
}

/** Removes what only the build needed and what Node does not load. */
export function prune(folder) {
  const path = packageIn(folder);
  for (const name of readdirSync(path).filter((entry) => /^build/.test(entry)))
    rmSync(join(path, name), { recursive: true });
  rmSync(join(path, 'deps', 'include'), { recursive: true, force: true });
  const modules = join(folder, 'node_modules');
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && UNUSED.test(entry.name)) rmSync(join(entry.parentPath, entry.name));
  }
}

/** Loads an installation in a process of its own: the version of its library, or why it does not load. */
export async function verify(folder) {
  const script = fileURLToPath(new URL('verify.mjs', import.meta.url));
  const { ok, output } = await run(process.execPath, [script, packageIn(folder)], { seconds: 120 });
  return ok ? { version: output.trim().split('\n').at(-1) } : { failure: telling(output) };
}
