import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** What stages are made of, and stages. */
const STAGES = [
  'core',
  'formats',
  'native',
  'sources',
  'filter',
  'tokenize',
  'sampling',
  'train',
  'sinks',
  'vectors',
];

/** What each folder of src/ may import from, besides itself: docs/architecture.md in one table. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  pages: ['core'],
  storage: ['core'],
  compression: ['core'],
  native: ['core'],
  formats: ['core', 'native', 'compression'],
  sources: ['core', 'compression'],
  filter: ['core'],
  tokenize: ['core', 'formats', 'native'],
  sampling: ['core', 'formats', 'tokenize'],
  vectors: ['core', 'formats', 'native', 'pages'],
  train: ['core', 'formats', 'native', 'sampling', 'vectors'],
  sinks: ['core', 'formats'],
  pipeline: [...STAGES, 'pages'],
  distributed: [...STAGES, 'storage', 'pipeline'],
  cli: [...STAGES, 'pages', 'storage', 'pipeline', 'distributed'],
};

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(src, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
}

test('every folder of src/ is in the table of allowed imports', () => {
  const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map((entry) => entry.name).sort(), Object.keys(MAY_IMPORT).sort());
});

test('imports point one way: cli, pipeline, stages, formats and native, core', () => {
  const wrong: string[] = [];
  for (const path of sourceFiles()) {
    const [folder] = path.split('/');
    if (!path.includes('/')) continue; // src/index.ts gathers the library's face from everywhere.
    for (const specifier of importsOf(path).filter((name) => name.startsWith('.'))) {
      const [target] = relative(src, join(src, dirname(path), specifier)).split('/');
      if (target !== folder && !MAY_IMPORT[folder!]!.includes(target!))
        wrong.push(`${path} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('yargs is imported by the command line only', () => {
  const users = sourceFiles().filter((path) => importsOf(path).some((name) => /^yargs(\/|$)/.test(name)));
  assert.deepEqual(
    users.filter((path) => !path.startsWith('cli/')),
    [],
  );
});

/** What the folders of src/train/tensorflow/ may import from each other. */
const NETWORKS: Record<string, readonly string[]> = {
  backend: [],
  autodiff: ['backend'],
  recurrent: ['backend', 'autodiff'],
  embeddings: ['backend', 'autodiff'],
  'language-model': ['backend', 'autodiff', 'recurrent'],
  tagger: ['backend', 'autodiff', 'recurrent'],
};

test('networks are built from the device up: backend, autodiff, recurrent, models', () => {
  const folder = join('train', 'tensorflow');
  const wrong: string[] = [];
  for (const path of sourceFiles().filter((path) => path.startsWith(`${folder}/`))) {
    const [own, ...rest] = relative(folder, path).split('/');
    if (rest.length === 0) continue; // Files beside the folders serve all models.
    for (const specifier of importsOf(path).filter((name) => name.startsWith('.'))) {
      const [target, ...inside] = relative(join(src, folder), join(src, dirname(path), specifier)).split('/');
      if (target === '..' || inside.length === 0 || target === own) continue;
      if (!NETWORKS[own!]?.includes(target!)) wrong.push(`${path} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
});
