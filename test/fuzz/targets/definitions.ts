import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseDefinition, printDefinition } from '../../../src/pipeline/definition.js';
import { knownKeys } from '../../../src/pipeline/names.js';
import type { FuzzTarget } from '../target.js';

const PIPELINES = join(import.meta.dirname, '..', '..', '..', 'pipelines');

/** YAML's own signs, and every key there is. */
const DICTIONARY = [
  ...[
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '- ',
    '? ',
    '| ',
    '> ',
    '--- ',
    '... ',
    '{a: b}',
    '[1, 2]',
    '# ',
    '.inf',
    '~',
  ],
  ...knownKeys().map(({ path }) => `${path.slice(path.lastIndexOf('.') + 1)}: `),
];

const JSON_DEFINITION = JSON.stringify({
  name: 'job',
  source: { files: ['a.txt', 'b/*.gz'] },
  tokenize: { lowercase: true, pattern: '\\p{L}+' },
  vocabulary: { minCount: 5 },
  sampling: { window: 5, subsample: 1e-4 },
  train: { model: 'cbow', dimensions: 50 },
  evaluate: { pairs: 'pairs.tsv', minimum: { pairs: 0.5 } },
  sinks: [{ glove: 'v.txt' }, { word2vec: 'v.bin' }],
});

/** Definitions: what can be read can be printed, and is the same when it is read again. */
export const definitions: readonly FuzzTarget[] = [
  {
    name: 'definition',
    dictionary: DICTIONARY,
    async seeds() {
      const names = ['quickstart', 'enwiki', 'glove', 'nplm', 'tokenised-stdin'];
      const files = await Promise.all(names.map((name) => readFile(join(PIPELINES, `${name}.yaml`))));
      return [...files, Buffer.from(JSON_DEFINITION)];
    },
    async read(bytes, file) {
      const definition = parseDefinition(Buffer.from(bytes).toString(), file);
      const printed = printDefinition(definition);
      const again = parseDefinition(printed, file);
      if (!isDeepStrictEqual(again, definition))
        throw new Error(`read otherwise once it is printed:\n${printed}`);
    },
  },
];
