import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readVectors } from '../../src/formats/detect.js';
import { loadDefinition } from '../../src/pipeline/definition.js';
import {
  languageModelJsonSchema,
  loadLanguageModelDefinition,
} from '../../src/pipeline/language-model-schema.js';
import { describePlan, plan } from '../../src/pipeline/plan.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import { definitionJsonSchema } from '../../src/pipeline/schema.js';
import { loadTaggerDefinition } from '../../src/pipeline/tagger-schema.js';

const pipelines = fileURLToPath(new URL('../../pipelines/', import.meta.url));
const all = readdirSync(pipelines).filter((name) => name.endsWith('.yaml'));
const schemaOf = (name: string) =>
  /^# yaml-language-server: \$schema=\.\.\/dist\/(.+)\.schema\.json\n/.exec(
    readFileSync(join(pipelines, name), 'utf8'),
  )?.[1];
const OTHER_KINDS = { 'language-model': loadLanguageModelDefinition, tagger: loadTaggerDefinition } as const;
const kindOf = (name: string) => Object.entries(OTHER_KINDS).find(([kind]) => kind === schemaOf(name));
const shipped = all.filter((name) => !kindOf(name));

describe('the definitions that ship', () => {
  test('are the quick start and two more', () => {
    assert.ok(shipped.includes('quickstart.yaml'));
    assert.ok(shipped.length >= 3);
  });

  for (const name of all.filter(kindOf)) {
    const [kind, load] = kindOf(name)!;
    test(`${name} is right, and of a ${kind}`, async () => {
      const definition = await load(join(pipelines, name));
      assert.match(definition.output, /^out\//);
    });
  }

  for (const name of shipped) {
    test(`${name} is right, names its schema for editors, and can be planned`, async () => {
      const path = join(pipelines, name);
      assert.match(
        readFileSync(path, 'utf8'),
        /^# yaml-language-server: \$schema=\.\.\/dist\/definition\.schema\.json\n/,
      );
      const definition = await loadDefinition(path);
      assert.ok(definition.sinks.length > 0);
      const engine = definition.train.model === 'nplm' ? 'tensorflow' : 'reference';
      const planned = await plan({ ...definition, train: { ...definition.train, engine } });
      for (const output of planned.outputs)
        assert.ok(describePlan(planned).includes(`# output   ${output}\n`));
    });
  }
});

test('records.yaml runs, on the rows that ship with it', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const rejected = join(folder, 'rejected.jsonl');
  const definition = await loadDefinition(join(pipelines, 'records.yaml'), {
    set: [
      `source.files=${pipelines}records/addresses.csv`,
      ...[`sinks.0.glove=${join(folder, 'v.txt')}`, `filter.rejected=${rejected}`],
      ...['train.engine=reference', 'train.dimensions=5', 'train.epochs=1'],
    ],
  });
  const { last, report } = await runDefinition(definition);
  assert.ok([...last!.vocabulary.words].includes('democracy'));
  const { counts, dropped } = report.stages['filter.length']!;
  assert.deepEqual([counts.units, dropped], [308, { 'shorter than 4 words': 11 }]);
  assert.equal(readFileSync(rejected, 'utf8').split('\n').length - 1, 11);
});

test('glove.yaml runs, on other text than its own', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const vectors = join(folder, 'glove.txt');
  const definition = await loadDefinition(join(pipelines, 'glove.yaml'), {
    set: [
      `source.files=${pipelines}fallback/1861*.txt`,
      ...[`sinks.0.glove=${vectors}`, `sinks.1.vocabulary=${join(folder, 'vocabulary.txt')}`],
      ...['train.engine=reference', 'train.dimensions=5', 'train.epochs=2'],
    ],
  });
  const { last } = await runDefinition(definition);
  assert.deepEqual([last!.summary.model, last!.summary.unit], ['glove', 'cells']);
  const { words, matrix } = await readVectors(vectors);
  assert.equal(matrix.dimensions, 5);
  assert.ok([...words].includes('government'));
});

describe('the JSON Schema of definitions', () => {
  const schema = definitionJsonSchema() as {
    $schema: string;
    required: string[];
    properties: Record<
      string,
      { properties?: Record<string, Record<string, unknown>>; additionalProperties?: boolean }
    >;
  };

  test('has every section, closed to unknown keys, with descriptions and defaults', () => {
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.deepEqual(schema.required, ['source']);
    assert.equal(schema.properties.train!.additionalProperties, false);
    assert.deepEqual(schema.properties.train!.properties!.dimensions, {
      default: 100,
      description: 'Length of a vector',
      type: 'integer',
      minimum: 1,
      maximum: 65536,
    });
  });

  test('says nothing of flags, which are our own affair', () => {
    assert.doesNotMatch(JSON.stringify([schema, languageModelJsonSchema()]), /"(flag|hidden)":/);
  });
});
