// Where the set-up of TensorFlow puts things, and of which versions. src/train/tensorflow/backend/place.ts looks there.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const versions = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

const { platform, arch } = process;
// Not by the version of the library: tfjs-node's own installer brings another than the wheel.
const key = `tfjs-node-${versions.tfjsNode}-${platform}-${arch}`;

/** Shared by all checkouts and versions. */
export const cacheFolder = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'wordmill',
  'tensorflow',
);

/** What the set-up makes, whole or not at all. */
export const setupFolder = join(cacheFolder, key);

/** Why the last set-up failed, and when by the file's time. */
export const failureNote = join(cacheFolder, `${key}.failure.txt`);

/** Where tfjs-node is below a folder that npm installs into. */
export const packageIn = (folder) => join(folder, 'node_modules', '@tensorflow', 'tfjs-node');

/** The wheel that has libtensorflow for this machine, or why there is none. */
export function wheelHere() {
  const wheel = versions.wheels[`${platform}-${arch}`];
  if (!wheel) return { missing: `a TensorFlow wheel that suits ${platform} ${arch}` };
  if (!process.report.getReport().header.glibcVersionRuntime)
    return { missing: 'a TensorFlow wheel for a Linux without glibc' };
  return { wheel };
}
