import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ReportListener } from '../../src/core/report.js';
import { iterate } from '../../src/core/run.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import { pairsAs, tokenizedText, vocabularyText, windowsAs } from '../../src/pipeline/filters.js';
import { plan } from '../../src/pipeline/plan.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';

let folder: string;
let definition: Definition;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  await writeFile(path('corpus.txt'), 'A b a\nB c b\n'.repeat(10));
  definition = {
    source: { files: path('corpus.txt') },
    vocabulary: { minCount: 1 },
    sampling: { subsample: 0, windowMode: 'fixed', window: 1 },
    train: { engine: 'reference', dimensions: 3, epochs: 1, threads: 1 },
    sinks: [{ glove: path('v.txt') }, { vocabulary: path('words.txt') }],
  };
});
afterEach(() => rm(folder, { recursive: true }));

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('runDefinition', () => {
  test('reads, trains and writes every sink', async () => {
    const { last, outputs } = await runDefinition(definition);
    assert.deepEqual(last!.vocabulary.words, ['b', 'a', 'c']);
    assert.deepEqual([...outputs].sort(), ['v.txt', 'v.txt.report.html', 'words.txt'].map(path));
    assert.equal(await readFile(path('words.txt'), 'utf8'), 'b 30\na 20\nc 10\n');
    assert.match(await readFile(path('v.txt'), 'utf8'), /^b( -?\S+){3}\na( -?\S+){3}\nc( -?\S+){3}\n<unk>/);
  });

  test('does not train where its outputs together have no room on their disk, though each has', async () => {
    // Three words, three dimensions, two bytes a number at least.
    const two = { ...definition, sinks: [{ glove: path('v.txt') }, { glove: path('w.txt') }] };
    const trained: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }) => void trained.push(epoch);
    await assert.rejects(runDefinition(two, { freeBytes: async () => 35, onEpoch }), {
      kind: 'inputOutput',
      message: /v\.txt: not enough space for this output: it needs 36 bytes, and 35 bytes are free/,
    });
    assert.deepEqual(trained, []);
    await runDefinition(two, { freeBytes: async () => 36, onEpoch });
    assert.deepEqual(trained, [1]);
  });

  test('runs a resolved definition alike', async () => {
    await runDefinition(definition);
    const first = await readFile(path('v.txt'));
    await runDefinition(resolveDefinition(definition));
    assert.deepEqual(await readFile(path('v.txt')), first);
  });

  test('trains on pairs, in text or CSV', async () => {
    await writeFile(path('pairs.txt'), 'x\ty\nx\tz\n'.repeat(5));
    await writeFile(path('pairs.csv'), `context,target,weight\n${'x,y,2\n'.repeat(5)}`);
    for (const [name, words] of [
      ['pairs.txt', ['x', 'y', 'z']],
      ['pairs.csv', ['x', 'y']],
    ] as const) {
      const { last } = await runDefinition({
        source: { pairs: path(name) },
        vocabulary: { minCount: 1 },
        train: { engine: 'reference', dimensions: 2, epochs: 1 },
      });
      assert.deepEqual([...last!.vocabulary.words].sort(), words);
    }
  });

  test('refuses a wrong definition before it opens anything', async () => {
    await assert.rejects(runDefinition({ ...definition, train: { epochs: 0 } }), {
      message: /^train\.epochs: /,
    });
    assert.deepEqual(await readdir(folder), ['corpus.txt']);
  });
});

describe('a spool', () => {
  let notes: string[];
  const listener: ReportListener = { note: (message) => notes.push(message) };
  const startedFromSpool = () => notes.some((note) => note.startsWith('starting from the spool'));
  const run = async (changes: Partial<Definition> = {}) => {
    notes = [];
    await runDefinition(
      { ...definition, vocabulary: { minCount: 1, spool: path('spool') }, ...changes },
      { listener },
    );
    return startedFromSpool();
  };

  test('is started from when files and options are the same, and gives the same vectors', async () => {
    assert.equal(await run(), false);
    const first = await readFile(path('v.txt'));
    assert.equal(await run(), true);
    assert.deepEqual(await readFile(path('v.txt')), first);
    assert.equal(await run({ vocabulary: { minCount: 2, spool: path('spool') } }), true);
  });

  test('is not when the file has changed, or the text would be split otherwise', async () => {
    await run();
    assert.equal(await run({ tokenize: { lowercase: false } }), false);
    assert.equal(await run({ source: { files: path('corpus.txt'), unit: 'paragraphs' } }), false);
    await utimes(path('corpus.txt'), new Date(), new Date(0));
    assert.equal(await run(), false);
  });
});

describe('filters', () => {
  test('give tokens, the vocabulary, pairs and windows as bytes', async () => {
    await writeFile(path('corpus.txt'), 'A b\n');
    const resolved = resolveDefinition(definition);
    assert.equal(await textOf(iterate(tokenizedText(resolved))), 'a b\n');
    assert.equal(await textOf(iterate(vocabularyText(resolved))), 'a 1\nb 1\n');
    assert.equal(await textOf(iterate(pairsAs('text', resolved))), 'b\ta\t-1\na\tb\t+1\n');
    assert.equal(await textOf(iterate(pairsAs('csv', resolved))), 'context,target,offset\nb,a,-1\na,b,1\n');
    const windows = { shape: 'previous', size: 1, partial: false } as const;
    assert.equal(await textOf(iterate(windowsAs('text', windows, resolved))), 'b\ta\n');
  });

  test('give the same where text streams through as where all of it is read first', async () => {
    await writeFile(path('corpus.txt'), 'the cat "sat", <unk>\n\non the <UNK> mat\n'.repeat(50));
    const { source, sampling } = definition;
    const filtered = (vocabulary: Definition['vocabulary'], format: 'text' | 'csv') => {
      const resolved = resolveDefinition({
        source,
        sampling: { ...sampling, windowMode: 'dynamic', window: 3 },
        tokenize: { splitter: 'whitespace' },
        vocabulary: { minCount: 1, ...vocabulary },
      });
      const windows = { shape: 'nearby', size: 2, partial: false } as const;
      return Promise.all(
        [pairsAs(format, resolved), windowsAs(format, windows, resolved)].map((filter) =>
          textOf(iterate(filter)),
        ),
      );
    };
    for (const format of ['text', 'csv'] as const) {
      const streamed = await filtered({}, format);
      assert.match(streamed[0]!, /"/);
      assert.deepEqual(streamed, await filtered({ maxSize: 1000 }, format));
    }
  });
});

describe('plan', () => {
  test('says what would be read and written, and what is missing, without doing it', async () => {
    const planned = await plan(resolveDefinition({ ...definition, sinks: [{ glove: path('gone/v.txt') }] }));
    assert.equal(planned.engine, 'reference: as the definition asks');
    assert.equal(planned.input, '1 file, 0.0 MB');
    assert.equal(planned.definition.train.threads, 1);
    assert.deepEqual(planned.outputs, [path('gone/v.txt'), path('gone/v.txt.report.html')]);
    assert.match(planned.warnings[0]!, /the folder of the output .*gone\/v\.txt does not exist/);
    const missing = await plan(resolveDefinition({ ...definition, source: { files: path('no.txt') } }));
    assert.equal(missing.input, 'nothing yet');
    assert.match(missing.warnings[0]!, /no\.txt: no such file/);
    assert.deepEqual(await readdir(folder), ['corpus.txt']);
  });
});
