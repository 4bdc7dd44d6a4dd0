import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@tensorflow/tfjs-node';

/** The addon within the package; built against Node-API version 8, which every Node from 20 on has. */
const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node');

/** Where tfjs-node is, with its addon; or why TensorFlow's own library cannot be used. */
export type NativePlace = { readonly path: string; readonly addon: string } | { readonly missing: string };

/**
 * Where `npm run setup:tensorflow` installs: a folder for each version and kind of machine, shared by all checkouts.
 * `scripts/tensorflow/place.mjs` says the same to the set-up.
 */
export function setupFolder(environment: NodeJS.ProcessEnv = process.env): string {
  // From src/train/tensorflow/backend as from dist/train/tensorflow/backend, the package's root is four folders up.
  const file = fileURLToPath(new URL('../../../../scripts/tensorflow/versions.json', import.meta.url));
  const { tfjsNode, libtensorflow } = JSON.parse(readFileSync(file, 'utf8'));
  const key = `tfjs-node-${tfjsNode}-libtensorflow-${libtensorflow}-${process.platform}-${process.arch}`;
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'wordmill', 'tensorflow', key);
}

/** Why the last set-up failed, or undefined where none has. */
export function setupFailure(): string | undefined {
  const note = `${setupFolder()}.failure.txt`;
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

/**
 * Looks for tfjs-node without loading it: where Node finds it from wordmill's own files, from the working folder, then
 * where the set-up puts it. A package without its addon, as a failed installation leaves it, is passed over.
 */
export function nativeTensorFlow(): NativePlace {
  const incomplete: string[] = [];
  for (const path of [
    installedFrom(import.meta.url),
    installedFrom(join(process.cwd(), 'index.js')),
    join(setupFolder(), 'node_modules', PACKAGE),
  ]) {
    if (path === undefined || !existsSync(join(path, 'package.json'))) continue;
    const addon = join(path, ADDON);
    if (existsSync(addon)) return { path, addon };
    incomplete.push(path);
  }
  return {
    missing:
      incomplete.length > 0
        ? `${PACKAGE} has no addon in ${incomplete.join(' and ')}`
        : `${PACKAGE} is not installed`,
  };
}

function installedFrom(file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve(`${PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}
