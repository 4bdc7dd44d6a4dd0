import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Corpus } from '../../src/core/corpus.js';
import { Random } from '../../src/core/random.js';
import { Report } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import { nothing } from '../../src/core/stage.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { planRun } from '../../src/distributed/plan-shards.js';
import { encodeSchema, ingestSchema } from '../../src/distributed/records.js';
import { vocabularyOf } from '../../src/distributed/records-of-run.js';
import type { StepContext } from '../../src/distributed/step.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { corpusOf } from '../../src/pipeline/spooled-corpus.js';
import { readChunks } from '../../src/tokenize/chunk-table.js';
import { Leb128Reader } from '../../src/tokenize/leb128.js';
import { answerWith, serve } from '../sources/http/server.js';
import { stepContext, storageIn, temporaryFolder } from './helpers.js';

/** What a run has read: vocabulary, sentences of ids, what the report says of them. */
interface Reading {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  readonly unknownCount: number;
  readonly sentences: number[][];
  readonly vocabulary: unknown;
  readonly source: unknown;
  readonly tokenize: unknown;
  readonly filter: unknown;
}

async function local(definition: Definition): Promise<Reading | Error> {
  const opened = openContext();
  try {
    let corpus: Corpus | undefined;
    for await (const made of corpusOf(resolveDefinition(definition))(nothing(), opened.context))
      corpus = made;
    const sentences: number[][] = [];
    for await (const { ids, sentenceEnds } of corpus!.blocks()) {
      let start = 0;
      for (const end of sentenceEnds) {
        sentences.push([...ids.subarray(start, end)]);
        start = end;
      }
    }
    const { words, counts, unknownCount } = corpus!.vocabulary;
    const { stages } = opened.context.report;
    return {
      ...{ words, counts: [...counts], unknownCount, sentences },
      ...{ vocabulary: stages.vocabulary, source: stages.source, tokenize: stages.tokenize },
      filter: stages['filter.length'],
    };
  } catch (error) {
    return error as Error;
  } finally {
    await opened.close();
  }
}

async function sentencesOf(context: StepContext, shard: number): Promise<number[][]> {
  const record = (await context.storage.read(`encode-${shard}`, encodeSchema, context.signal))!;
  const bytes = await readFile(await context.storage.fetch(record.tokens, context.signal));
  const chunks = await readChunks(
    await context.storage.fetch(record.chunks, context.signal),
    record.chunkCount,
  );
  const sentences: number[][] = [];
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    assert.equal(chunks.firstSentences[chunk], sentences.length);
    const start = chunks.byteStarts[chunk]!;
    const reader = new Leb128Reader(bytes, start, start + chunks.byteLengths[chunk]!);
    let words = 0;
    for (let sentence = 0; sentence < chunks.sentenceCounts[chunk]!; sentence++) {
      const length = reader.next();
      sentences.push(Array.from({ length }, () => reader.next()));
      words += length;
    }
    assert.equal(words, chunks.tokenCounts[chunk]);
    assert.equal(reader.position, reader.end);
  }
  assert.equal(sentences.length, record.sentences);
  assert.equal(sentences.flat().length, record.words);
  return sentences;
}

async function distributed(definition: Definition, folder: string): Promise<Reading | Error> {
  await mkdir(folder);
  const storage = await storageIn(folder);
  const signal = new AbortController().signal;
  try {
    await planRun(storage, resolveDefinition(definition), signal);
    const context = await stepContext(storage, folder);
    const shards = [...context.plan.shards.keys()];
    // In any order, and some of them twice.
    for (const shard of [...shards].reverse()) await ingestShard(context, shard);
    await ingestShard(context, 0);
    await mergeCounts(context);
    for (const shard of shards) await encodeShard(context, shard);
    const { words, counts, unknownCount } = await vocabularyOf(context);
    const sentences: number[][] = [];
    const counted = new Report();
    for (const shard of shards) {
      sentences.push(...(await sentencesOf(context, shard)));
      const record = (await storage.read(`ingest-${shard}`, ingestSchema, signal))!;
      counted.restore({ stages: record.stages, inputs: [] });
    }
    const { stages } = counted;
    return {
      ...{ words, counts: [...counts], unknownCount, sentences },
      ...{ vocabulary: context.report.stages.vocabulary, source: stages.source, tokenize: stages.tokenize },
      filter: stages['filter.length'],
    };
  } catch (error) {
    return error as Error;
  }
}

const PIECES = [
  ...[
    'the',
    'The',
    'of',
    'and',
    'Straße',
    'été',
    'e\u0301te\u0301',
    '東京',
    '<UNK>',
    '<unk>',
    "don't",
    '42',
    '½',
  ],
  ...['\u{1f600}', '\ufeff', 'ﬁn', '-', '.', ',', '\t', '  ', '\0', '\u0085', '\u2028', 'x'.repeat(1_100)],
];
const LINE_ENDS = ['\n', '\n', '\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\n \n'];
const BAD_BYTES = [
  [0xff],
  [0xc3],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf],
  [0x80],
];

/** Draws texts and options. */
class Drawing {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random.unit() * limit);
  }

  chance(share: number): boolean {
    return this.#random.unit() < share;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** The bytes of a text of lines. */
  text(): Buffer {
    const parts: Uint8Array[] = [];
    if (this.chance(0.15)) return Buffer.alloc(0);
    if (this.chance(0.3)) parts.push(Buffer.from('\ufeff'));
    const lines = this.below(60);
    const oneEnd = this.chance(0.5) ? this.of(LINE_ENDS) : undefined;
    for (let line = 0; line <= lines; line++) {
      const words = this.chance(0.1) ? 0 : this.chance(0.03) ? 4_000 : this.below(20);
      for (let word = 0; word < words; word++) {
        const piece = this.chance(0.7)
          ? `w${Math.floor(this.below(30) * this.#random.unit())}`
          : this.of(PIECES);
        parts.push(Buffer.from(piece));
        if (this.chance(0.02)) parts.push(Uint8Array.from(this.of(BAD_BYTES)));
        if (this.chance(0.9)) parts.push(Buffer.from(' '));
      }
      if (line < lines || this.chance(0.6)) parts.push(Buffer.from(oneEnd ?? this.of(LINE_ENDS)));
    }
    return Buffer.concat(parts);
  }

  /** JSON lines, among them blank ones and ones that are none. */
  jsonl(): Buffer {
    const lines: string[] = [];
    for (let line = this.below(40); line >= 0; line--) {
      const text = this.text().toString().slice(0, 300);
      lines.push(
        this.of([
          JSON.stringify({ text }),
          JSON.stringify({ text }),
          JSON.stringify({ text, title: 'a title' }),
          JSON.stringify({ title: 'without it' }),
          '{"text": 1}',
          'no JSON',
          '',
        ]),
      );
    }
    // One that has it at least, or reading ends at the first file.
    lines.push(JSON.stringify({ text: 'a last one' }));
    return Buffer.from(lines.join(this.of(['\n', '\r\n'])) + this.of(['', '\n']));
  }

  async files(folder: string): Promise<string[]> {
    const paths: string[] = [];
    for (let index = this.below(4); index >= 0; index--) {
      const kind = this.of(['.txt', '', '.txt.gz', '.jsonl', '.jsonl.gz']);
      const path = join(folder, `${index}${kind}`);
      const bytes = kind.startsWith('.jsonl') ? this.jsonl() : this.text();
      await writeFile(path, kind.endsWith('.gz') ? gzipSync(bytes) : bytes);
      paths.push(path);
    }
    return paths;
  }

  async definition(folder: string): Promise<Definition> {
    const files = await this.files(folder);
    const read = this.chance(0.25) ? join(folder, 'given') : undefined;
    if (read !== undefined)
      await writeFile(read, `w3 7\nthe 7\nabsent 3\nw0 2\nw1 1\n${this.of(['', '<UNK> 9\n'])}`);
    return {
      source: { files },
      ...(this.chance(0.3) && { filter: { minWords: 2, maxCharacters: 400 } }),
      tokenize: {
        ...this.of([{ splitter: 'words' }, { splitter: 'whitespace' }, { pattern: '\\w+' }] as const),
        lowercase: this.chance(0.5),
        ...(this.chance(0.2) && { maxSentence: 3 }),
      },
      vocabulary: {
        minCount: this.of([1, 1, 2, 5]),
        ...(this.chance(0.3) && { maxSize: 1 + this.below(20) }),
        unk: this.of(['drop', 'token'] as const),
        ...(read !== undefined && { read }),
      },
      distributed: { shards: 1 + this.below(9) },
    };
  }
}

for (let seed = 1; seed <= 40; seed++) {
  test(`shards have a local run's vocabulary and sentences: drawn text ${seed}`, async (t) => {
    const folder = await temporaryFolder(t);
    const definition = await new Drawing(seed).definition(folder);
    const expected = await local(definition);
    const found = await distributed(definition, join(folder, 'storage'));
    if (expected instanceof Error) assert.equal((found as Error).message, expected.message);
    else assert.deepEqual(found, expected);
  });
}

test('counts that do not fit the memory are as exact', async (t) => {
  const folder = await temporaryFolder(t);
  const drawing = new Drawing(99);
  const lines = Array.from({ length: 12_000 }, () =>
    Array.from({ length: 10 }, () => `word-${drawing.below(90_000)}-of-a-large-vocabulary`).join(' '),
  );
  const path = join(folder, 'text');
  await writeFile(path, lines.join('\n'));
  const definition: Definition = {
    source: { files: path },
    tokenize: { splitter: 'whitespace' },
    vocabulary: { minCount: 2, memory: 1 },
    distributed: { shards: 3 },
  };
  const expected = await local(definition);
  assert.deepEqual(await distributed(definition, join(folder, 'storage')), expected);
  const storage = await storageIn(join(folder, 'storage'));
  const { spool } = (await storage.read('ingest-0', ingestSchema, new AbortController().signal))!;
  assert.ok(Object.keys(spool).filter((name) => name.startsWith('words-')).length > 1, 'nothing spilled');
});

test('a file of a server is read by one shard', async (t) => {
  const folder = await temporaryFolder(t);
  const file = { content: gzipSync('of a server and of a file\n'.repeat(50)), etag: '"1"' };
  const { origin } = await serve(t, (request, response) => answerWith(file, request, response));
  const path = join(folder, 'text');
  await writeFile(path, 'of a file alone\n'.repeat(50));
  const definition: Definition = {
    source: { files: [`${origin}/text.gz`, path] },
    vocabulary: { minCount: 1 },
    distributed: { shards: 3 },
  };
  const { source, ...expected } = (await local(definition)) as Reading;
  const { source: found, ...others } = (await distributed(definition, join(folder, 'storage'))) as Reading;
  assert.deepEqual(others, expected);
  assert.deepEqual(found, source);
});
