import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@tensorflow/tfjs-node';

/** The addon within the package; built against Node-API version 8, which every Node from 20 on has. */
const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node');

/** Of the package; another major version may have other functions. */
const MAJOR_VERSION = '4';

/** Where tfjs-node is, with its addon; or why TensorFlow's own library cannot be used. */
export type NativePlace = { readonly path: string; readonly addon: string } | { readonly missing: string };

/**
 * Where `npm run setup:tensorflow` installs: a folder for each version and kind of machine, shared by all checkouts.
 * `scripts/tensorflow/place.mjs` says the same to the set-up.
 */
export function setupFolder(environment: NodeJS.ProcessEnv = process.env): string {
  // From src/train/tensorflow/backend as from dist/train/tensorflow/backend, the package's root is four folders up.
  const file = fileURLToPath(new URL('../../../../scripts/tensorflow/versions.json', import.meta.url));
  const { tfjsNode } = JSON.parse(readFileSync(file, 'utf8'));
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'wordmill', 'tensorflow', `tfjs-node-${tfjsNode}-${process.platform}-${process.arch}`);
}

/** Why the last set-up failed, or undefined where none has. */
export function setupFailure(): string | undefined {
  const note = `${setupFolder()}.failure.txt`;
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

/**
 * Looks for tfjs-node without loading it: where the environment variable `WORDMILL_TFJS_NODE` says, and nowhere else
 * then; or where Node finds it from wordmill's own files, then where the set-up puts it. A package without its addon, as
 * a failed installation leaves it, or of another major version is passed over. The working folder does not count: its
 * code is not trusted because wordmill is run there.
 */
export function nativeTensorFlow(): NativePlace {
  const chosen = process.env.WORDMILL_TFJS_NODE;
  const paths = chosen
    ? [resolve(chosen)]
    : [installedFrom(import.meta.url), join(setupFolder(), 'node_modules', PACKAGE)];
  const unfit: string[] = [];
  for (const path of paths) {
    if (path === undefined || !existsSync(join(path, 'package.json'))) continue;
    const problem = whyUnfit(path);
    if (problem === undefined) return { path, addon: join(path, ADDON) };
    unfit.push(problem);
  }
  if (unfit.length > 0) return { missing: `${PACKAGE} ${unfit.join(' and ')}` };
  return {
    missing: chosen
      ? `WORDMILL_TFJS_NODE is ${chosen}, where there is no ${PACKAGE}`
      : `${PACKAGE} is not installed`,
  };
}

function whyUnfit(path: string): string | undefined {
  if (!existsSync(join(path, ADDON))) return `has no addon in ${path}`;
  const version = versionOf(path);
  if (version?.split('.')[0] === MAJOR_VERSION) return undefined;
  return `in ${path} is of version ${version ?? 'unknown'}, not ${MAJOR_VERSION}.x`;
}

function versionOf(path: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    return name === PACKAGE && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function installedFrom(file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve(`${PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}
