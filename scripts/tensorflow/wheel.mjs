// libtensorflow from a wheel of the Python package index: downloaded by pip, kept by its hash, unpacked by python3.
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder, versions } from './place.mjs';
import { run, SetupFailure, telling, works } from './process.mjs';
import { diskBytes, step } from './progress.mjs';

const downloads = join(cacheFolder, 'downloads');

/** Where a wheel is kept. */
export const wheelPath = ({ sha256 }) => join(downloads, `${sha256}.whl`);

/** What is said where pip is missing. */
export const PIP = 'pip (Debian: apt install python3-pip)';

/** How to call pip, or undefined. */
export function pip() {
  return [['python3', '-m', 'pip'], ['pip3'], ['pip']].find(([command, ...args]) =>
    works(command, [...args, '--version']),
  );
}

/** The path of the wheel, downloaded unless it is there; its hash is checked either way. */
export async function fetchWheel(wheel) {
  const path = wheelPath(wheel);
  if (existsSync(path)) {
    if ((await sha256(path)) === wheel.sha256) return path;
    rmSync(path);
  }
  mkdirSync(downloads, { recursive: true });
  const part = mkdtempSync(join(downloads, `part-${process.pid}-`));
  try {
    renameSync(await download(wheel, part), path);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return path;
}

async function download(wheel, part) {
  const found = pip();
  if (!found) throw new SetupFailure(`missing: ${PIP}`);
  const [command, ...first] = found;
  const requirement = `${wheel.project}==${versions.libtensorflow}`;
  const target = ['--python-version', '311', '--platform', wheel.platform];
  const { ok, output } = await step(
    `downloading ${requirement}`,
    { total: wheel.bytes, measure: () => diskBytes(part) },
    () =>
      run(
        command,
        // Without pip's own cache, which would keep the wheel a second time.
        [
          ...first,
          'download',
          '--no-deps',
          '--only-binary=:all:',
          '--no-cache-dir',
          '-d',
          part,
          ...target,
          requirement,
        ],
        { env: { ...process.env, TMPDIR: part } },
      ),
  );
  if (!ok) throw new SetupFailure(`pip could not download ${requirement}:\n  ${telling(output)}`);
  const name = readdirSync(part).find((file) => file.endsWith('.whl'));
  const path = name && join(part, name);
  const hash = path && (await sha256(path));
  if (hash !== wheel.sha256) {
    throw new SetupFailure(
      `pip's download of ${requirement} is not the file expected: sha256 ${hash}, not ${wheel.sha256}`,
    );
  }
  return path;
}

/** Puts the wheel's libraries and headers where tfjs-node's build and its addon look for them. */
export async function unpack(path, wheel, deps) {
  const script = fileURLToPath(new URL('unpack.py', import.meta.url));
  const { ok, output } = await step(
    'unpacking TensorFlow',
    { total: wheel.unpackedBytes, measure: () => diskBytes(deps) },
    () => run('python3', [script, path, deps]),
  );
  if (!ok) throw new SetupFailure(`the TensorFlow wheel could not be unpacked:\n  ${telling(output)}`);
  const lib = join(deps, 'lib');
  symlinkSync('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so.2'));
  symlinkSync('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(lib, 'libtensorflow_framework.so'));
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
