import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { iterate } from '../../src/core/run.js';
import { parseDefinition, resolveDefinition } from '../../src/pipeline/definition.js';
import { tokenizedText } from '../../src/pipeline/filters.js';
import { outputPathsOf } from '../../src/pipeline/output-paths.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { failsWith, folder } from '../sources/helpers.js';

const CSV =
  'id,text\n1,A good row\n2,"Another, good row"\n3\n4,short\n5,A good row\n6,"broken\n7,The last row\n';

async function textOf(definition: Definition): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of iterate(tokenizedText(resolveDefinition(definition)))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What is wrong with a definition, by key. */
function problems(text: string): string[] {
  try {
    parseDefinition(text, 'job.yaml');
    return [];
  } catch (error) {
    return (error as Error).message.split('\njob.yaml:').map((problem) => problem.replace(/^[^ ]* /, ''));
  }
}

test('text comes from columns, through the filters; what is left out is in the file for it', async (context) => {
  const path = join(folder(context), 'a.csv');
  const rejected = `${path}.rejected`;
  writeFileSync(path, CSV);
  const definition: Definition = {
    source: { files: path, columns: 'text' },
    filter: { minWords: 2, unique: true, rejected },
  };
  assert.equal(await textOf(definition), 'a good row\nanother good row\nthe last row\n');
  const records = readFileSync(rejected, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    records.map((line) => JSON.parse(line)).sort((a, b) => a.line - b.line),
    [
      { source: path, line: 4, reason: 'with a wrong number of fields: 1 in place of 2', text: '3' },
      { source: path, line: 5, reason: 'shorter than 2 words', text: 'short' },
      { source: path, line: 6, reason: 'seen before', text: 'A good row' },
      {
        ...{ source: path, line: 7, reason: 'with a broken quote: a quote is never closed' },
        text: '6,"broken',
      },
    ],
  );
  assert.ok(outputPathsOf(resolveDefinition(definition)).includes(rejected));
});

test('the file is there when the run succeeds, and only then; it replaces no input', async (context) => {
  const inside = folder(context);
  const path = join(inside, 'a.csv');
  writeFileSync(path, CSV);
  const rejected = join(inside, 'rejected.jsonl');
  const source = { files: path, columns: 'text' };
  await assert.rejects(
    textOf({ source: { ...source, strictRecords: true }, filter: { rejected } }),
    failsWith('data'),
  );
  assert.deepEqual(readdirSync(inside), ['a.csv']);
  await assert.rejects(
    textOf({ source, filter: { rejected: path } }),
    failsWith('usage', /replaced by an output/),
  );
  assert.equal(readFileSync(path, 'utf8'), CSV);
  await textOf({ source, filter: { rejected, exclude: 'row' } });
  assert.equal(readFileSync(rejected, 'utf8').split('\n').length - 1, 6);
});

test('a long text is cut where it is kept, between characters', async (context) => {
  const path = join(folder(context), 'a.txt');
  writeFileSync(path, `${'x'.repeat(9_999)}\u{1f600}${'x'.repeat(10_000)}\n`);
  const rejected = `${path}.rejected`;
  assert.equal(await textOf({ source: { files: path }, filter: { maxCharacters: 9, rejected } }), '');
  const { text, cut } = JSON.parse(readFileSync(rejected, 'utf8'));
  assert.deepEqual([text, cut], ['x'.repeat(9_999), true]);
});

test('a stored spool is of one choice of format, columns and filters', async (context) => {
  const inside = folder(context);
  const path = join(inside, 'a.csv');
  writeFileSync(path, CSV);
  const startedFromSpool = async (changes: Partial<Definition>): Promise<boolean> => {
    const notes: string[] = [];
    await runDefinition(
      {
        source: { files: path, columns: 'text' },
        vocabulary: { minCount: 1, spool: join(inside, 'spool') },
        sampling: { subsample: 0 },
        train: { engine: 'reference', dimensions: 2, epochs: 1 },
        ...changes,
      },
      { listener: { note: (message) => notes.push(message) } },
    );
    return notes.some((note) => note.startsWith('starting from the spool'));
  };
  assert.equal(await startedFromSpool({}), false);
  assert.equal(await startedFromSpool({}), true);
  const others: Partial<Definition>[] = [
    { source: { files: path, columns: ['id', 'text'] } },
    { source: { files: path, columns: 'text', format: 'csv' } },
    { filter: { minWords: 2 } },
    { filter: { sampleShare: 0.9 } },
  ];
  for (const other of others) {
    assert.equal(await startedFromSpool(other), false);
    assert.equal(await startedFromSpool(other), true);
  }
  // What is left out has to be seen again.
  const keeping = { filter: { minWords: 2, rejected: join(inside, 'rejected.jsonl') } };
  assert.equal(await startedFromSpool(keeping), false);
  assert.equal(await startedFromSpool(keeping), false);
});

test('options without effect, and those that are none, are refused by key', () => {
  const text = (source: string, filter = '{}') =>
    `source: ${source}\nfilter: ${filter}\nvocabulary: { minCount: 1 }\n`;
  const cases: [string, RegExp][] = [
    [
      text('{ files: a, format: text, columns: b }'),
      /^source\.columns: has no effect on the format text; it is for csv, tsv/,
    ],
    [
      text('{ files: a, format: jsonl, header: false }'),
      /^source\.header: has no effect on the format jsonl/,
    ],
    [text('{ files: a, format: csv, fields: b }'), /^source\.fields: has no effect on the format csv/],
    [text('{ files: a, format: text, unit: records }'), /^source\.unit: text has no records/],
    [text('{ stdin: true, columns: b }'), /^source\.columns: needs a format.*\n.*csv, tsv/],
    [text('{ files: a, delimiter: ab }'), /^source\.delimiter: must be one character, or one of tab/],
    [text('{ files: a, quote: none, escape: "!" }'), /^source\.escape: has no effect where nothing quotes/],
    [text('{ files: a, delimiter: "\'", quote: "\'" }'), /^source\.delimiter: is the quote as well/],
    [text('{ files: a, fields: "a..b" }'), /^source\.fields: 'a\.\.b' is no path of a field/],
    [text('{ files: a }', '{ scriptShare: 0.5 }'), /^filter\.scriptShare: has no effect without script/],
    [
      text('{ files: a }', '{ drawSeed: 5 }'),
      /^filter\.drawSeed: has no effect without sampleShare or shuffleBuffer/,
    ],
    [
      text('{ files: a }', '{ uniqueMemory: 25771, unique: true }'),
      /^filter\.uniqueMemory: must be a whole number from 1 to 25770, not 25771/,
    ],
    [
      text('{ files: a }', '{ uniqueMemory: 5, unique: false }'),
      /^filter\.uniqueMemory: has no effect without unique/,
    ],
    [text('{ files: a }', '{ minWords: 5, maxWords: 4 }'), /^filter\.maxWords: is less than minWords/],
    [text('{ files: a }', '{ match: "(" }'), /^filter\.match: is no regular expression/],
    [
      text('{ files: a }', '{ script: latin }'),
      /^filter\.script: there is no script 'latin'\n.*Did you mean Latin/,
    ],
    [text('{ files: a }', '{ rejected: "-" }'), /^filter\.rejected: standard output is for data/],
    [
      text('{ files: a }', '{ sampleShare: 1.5 }'),
      /^filter\.sampleShare: must be a number greater than 0 and less than 1/,
    ],
    [text('{ pairs: a }', '{ limit: 5 }'), /^filter: has no effect on pairs/],
  ];
  for (const [definition, expected] of cases) {
    const found = problems(definition);
    assert.match(found[0] ?? '', expected);
    assert.equal(found.length, 1, definition);
  }
  assert.deepEqual(problems(text('{ files: a, columns: b }', '{ limit: 5 }')), []);
});
