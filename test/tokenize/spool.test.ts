import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { Report } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type Source } from '../../src/core/stage.js';
import { temporaryName } from '../../src/core/temporary.js';
import {
  type BuildVocabularyOptions,
  buildVocabulary,
  corpusFromSpool,
} from '../../src/tokenize/build-vocabulary.js';
import { type SpooledText, spoolText, type Tokens } from '../../src/tokenize/count.js';
import { CHUNK_ITEMS } from '../../src/tokenize/spool-writer.js';
import { fingerprintOf, openSpool, storeSpool } from '../../src/tokenize/stored-spool.js';

const { signal } = new AbortController();

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function* batches(...items: Tokens[]): AsyncGenerator<Tokens> {
  yield* items;
}

/** Sentences of so many tokens each, all the word `a` but the first token, `b`. */
const sentencesOf = (...lengths: number[]): string[][] =>
  lengths.map((length) => Array.from({ length }, (_, token) => (token === 0 ? 'b' : 'a')));

async function corpusOf(
  t: TestContext,
  source: Source<Corpus>,
): Promise<{ corpus: Corpus; warnings: string[] }> {
  const { context, close } = openContext();
  t.after(close);
  for await (const corpus of source(nothing(), context)) return { corpus, warnings: context.report.warnings };
  throw new Error('no corpus');
}

const built = (t: TestContext, text: string[][], options: BuildVocabularyOptions) =>
  corpusOf(t, (_input, context) => buildVocabulary(options)(batches(text), context));

async function lengthsOf(corpus: Corpus): Promise<number[]> {
  const lengths: number[] = [];
  for await (const { sentenceEnds, firstSentence } of corpus.blocks()) {
    assert.equal(firstSentence, lengths.length);
    for (const [index, end] of sentenceEnds.entries()) lengths.push(end - (sentenceEnds[index - 1] ?? 0));
  }
  return lengths;
}

test('the bytes of a spool: sentences as their length and ids in the order of first occurrence', async (t) => {
  const { corpus } = await built(t, [['x', 'y', 'x'], [], ['y', 'z']], { minCount: 2 });
  const { spool } = corpus;
  assert.deepEqual([...(await readFile(spool.tokensPath))], [3, 0, 1, 0, 0, 2, 1, 2]);
  assert.deepEqual([...(await readFile(spool.mapPath))], [0, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255]);
  assert.deepEqual([...spool.generationStarts], [0, 3]);
  assert.deepEqual(spool.chunks, {
    length: 1,
    byteStarts: Float64Array.of(0),
    byteLengths: Uint32Array.of(8),
    firstSentences: Float64Array.of(0),
    sentenceCounts: Uint32Array.of(3),
    tokenCounts: Uint32Array.of(5),
    generations: Uint32Array.of(0),
  });
});

test('a chunk holds whole sentences up to its size, and a longer sentence is a chunk of its own', async (t) => {
  const text = sentencesOf(10, CHUNK_ITEMS + 1, 10, CHUNK_ITEMS - 12, 1, CHUNK_ITEMS - 1, CHUNK_ITEMS, 0, 5);
  const { corpus } = await built(t, text, { minCount: 1 });
  // With one item for each sentence, 10 + 16,372 tokens in two sentences fill a chunk exactly.
  assert.deepEqual([...corpus.spool.chunks.sentenceCounts], [1, 1, 2, 1, 1, 1, 2]);
  assert.deepEqual(
    await lengthsOf(corpus),
    text.map((sentence) => sentence.length),
  );
});

test('empty sentences fill chunks too, and keep their numbers', async (t) => {
  const lengths = [...Array(40_000).fill(0), 3];
  const { corpus } = await built(t, sentencesOf(...lengths), { minCount: 1 });
  assert.deepEqual([...corpus.spool.chunks.sentenceCounts], [CHUNK_ITEMS, CHUNK_ITEMS, 7_233]);
  assert.deepEqual(await lengthsOf(corpus), lengths);
});

test('a sentence longer than every buffer goes through', async (t) => {
  const { corpus } = await built(t, sentencesOf(5, 700_000, 5), { minCount: 1 });
  assert.deepEqual(await lengthsOf(corpus), [5, 700_000, 5]);
});

test('sentences of all lengths around the size of a chunk come back, in any order of batches', async (t) => {
  const lengths: number[] = [];
  for (let index = 0; index < 60; index++) lengths.push((index * 7_919) % (CHUNK_ITEMS + 40), index % 3);
  const { corpus } = await built(t, sentencesOf(...lengths), { minCount: 1 });
  assert.deepEqual(await lengthsOf(corpus), lengths);
  const { chunks } = corpus.spool;
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    const items = chunks.tokenCounts[chunk]! + chunks.sentenceCounts[chunk]!;
    assert.ok(items <= CHUNK_ITEMS || chunks.sentenceCounts[chunk] === 1);
  }
});

test('a damaged spool is refused with its file and byte', async (t) => {
  const damages: [string, (path: string) => Promise<void>][] = [
    ['cut off', (path) => truncate(path, 5)],
    ['a sentence longer than its chunk', (path) => overwrite(path, 0, 9)],
    ['an id past the words', (path) => overwrite(path, 1, 100)],
    ['an id of 2^32', (path) => overwrite(path, 1, 0x80, 0x80, 0x80, 0x80, 0x10)],
    ['a number that does not end', (path) => overwrite(path, 7, 0x80)],
    ['a sentence that is too short', (path) => overwrite(path, 5, 1)],
  ];
  for (const [name, damage] of damages) {
    const { corpus } = await built(t, [['x', 'y', 'x'], [], ['y', 'z']], { minCount: 1 });
    await damage(corpus.spool.tokensPath);
    await assert.rejects(
      lengthsOf(corpus),
      { kind: 'data', message: /tokens \(byte \d+\): this spool is damaged/ },
      name,
    );
  }
  const { corpus } = await built(t, [['x', 'y']], { minCount: 1 });
  await truncate(corpus.spool.mapPath, 3);
  await assert.rejects(lengthsOf(corpus), { kind: 'data', message: /map \(byte 3\)/ });
  await rm(corpus.spool.tokensPath);
  await assert.rejects(lengthsOf(corpus), { kind: 'inputOutput', message: /cannot read the spool: ENOENT/ });
});

async function overwrite(path: string, position: number, ...bytes: number[]): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Uint8Array.from(bytes), 0, bytes.length, position);
  await file.close();
}

test('a fingerprint depends on values, not on the order of keys or on absent ones', () => {
  assert.match(fingerprintOf({ a: 1 }), /^[0-9a-f]{64}$/);
  assert.equal(
    fingerprintOf({ a: 1, b: { c: 2, d: [1, 2] } }),
    fingerprintOf({ b: { d: [1, 2], c: 2 }, a: 1 }),
  );
  assert.equal(fingerprintOf({ a: 1, b: undefined }), fingerprintOf({ a: 1 }));
  assert.notEqual(fingerprintOf({ a: [1, 2] }), fingerprintOf({ a: [2, 1] }));
});

const TEXT = [['a', 'b', 'a'], [], ['a', 'c', 'b']];

test('a stored spool gives the same corpus again, and others with other options, without the text', async (t) => {
  const spool = await temporaryFolder(t);
  const first = await built(t, TEXT, { minCount: 1, spool, fingerprint: 'f1' });
  assert.deepEqual(first.warnings, []);
  assert.equal(first.corpus.spool.tokensPath, join(spool, 'f1', 'tokens'));
  assert.deepEqual(await readdir(spool), ['f1']);
  for (const options of [
    { minCount: 1 },
    { minCount: 2, unk: 'token' },
    { minCount: 1, maxSize: 1 },
  ] as const) {
    const stored = await openSpool(spool, 'f1');
    const again = await corpusOf(t, corpusFromSpool(stored!, options));
    const fresh = await built(t, TEXT, options);
    assert.deepEqual(again.corpus.vocabulary, fresh.corpus.vocabulary);
    assert.deepEqual(await lengthsOf(again.corpus), await lengthsOf(fresh.corpus));
    assert.deepEqual(again.corpus.spool.chunks, fresh.corpus.spool.chunks);
  }
});

test('a stored spool of many generations can be used again', async (t) => {
  const folder = await temporaryFolder(t);
  const text = Array.from({ length: 3_000 }, (_, sentence) => ['every', `word-${sentence}`]);
  await storeSpool(folder, 'f', (into) =>
    spoolText(batches(text), into, { memoryBytes: 26_000, signal, sync: true }),
  );
  const stored = await openSpool(folder, 'f');
  assert.ok(stored!.words.generations.length > 3);
  const { corpus } = await corpusOf(t, corpusFromSpool(stored!, { minCount: 1 }));
  assert.equal(corpus.vocabulary.size, 3_001);
  assert.deepEqual(await lengthsOf(corpus), Array(3_000).fill(2));
});

test('no spool is found where none is stored', async (t) => {
  const folder = await temporaryFolder(t);
  const report = new Report();
  assert.equal(await openSpool(folder, 'other', report), undefined);
  assert.equal(await openSpool(join(folder, 'missing'), 'f', report), undefined);
  assert.deepEqual(report.warnings, []);
});

test('a spool that is not whole is not taken, with a warning, and the next run replaces it', async (t) => {
  const damages: ((folder: string) => Promise<void>)[] = [
    (folder) => rm(join(folder, 'manifest.json')),
    (folder) => writeFile(join(folder, 'manifest.json'), '{"format": "wordmill spool", "version": 99}'),
    (folder) => writeFile(join(folder, 'manifest.json'), '{"form'),
    (folder) => truncate(join(folder, 'tokens'), 3),
    (folder) => truncate(join(folder, 'words-0'), 3),
    (folder) => rm(join(folder, 'chunks')),
    (folder) => overwrite(join(folder, 'chunks'), 6, 7),
  ];
  const spool = await temporaryFolder(t);
  for (const damage of damages) {
    await built(t, TEXT, { minCount: 1, spool, fingerprint: 'f' });
    await damage(join(spool, 'f'));
    const report = new Report();
    assert.equal(await openSpool(spool, 'f', report), undefined);
    assert.match(report.warnings.join(), /cannot be used and is made anew/);
  }
  const { corpus } = await built(t, TEXT, { minCount: 1, spool, fingerprint: 'f' });
  assert.deepEqual(await lengthsOf(corpus), [3, 0, 3]);
  assert.deepEqual(await readdir(spool), ['f']);
});

test('a run that fails leaves a stored spool as it was, and nothing beside it', async (t) => {
  const spool = await temporaryFolder(t);
  await built(t, TEXT, { minCount: 1, spool, fingerprint: 'f' });
  await assert.rejects(built(t, [[]], { minCount: 1, spool, fingerprint: 'f' }), /the corpus is empty/);
  assert.deepEqual(await readdir(spool), ['f']);
  assert.equal((await openSpool(spool, 'f'))!.tokens, 6);
});

test('what a run that was killed left half stored is removed when a spool is looked for or stored', async (t) => {
  const spool = await temporaryFolder(t);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const leave = async (): Promise<void> => {
    const left = join(spool, temporaryName('f').replace(`-${process.pid}-`, `-${pid}-`));
    await mkdir(left);
    await writeFile(join(left, 'tokens'), 'half');
  };
  await leave();
  assert.equal(await openSpool(spool, 'f'), undefined);
  assert.deepEqual(await readdir(spool), []);
  await leave();
  await built(t, TEXT, { minCount: 1, spool, fingerprint: 'f' });
  assert.deepEqual(await readdir(spool), ['f']);
});

test('of two runs that store one spool at once the first stores it, and the other takes that', async (t) => {
  const spool = await temporaryFolder(t);
  let first: SpooledText | undefined;
  const second = await storeSpool(spool, 'f', async (folder) => {
    first = await storeSpool(spool, 'f', (own) =>
      spoolText(batches(TEXT), own, { memoryBytes: 1e6, signal }),
    );
    return spoolText(batches(TEXT), folder, { memoryBytes: 1e6, signal });
  });
  assert.deepEqual(second, first);
  assert.deepEqual(await readdir(spool), ['f']);
  const { corpus } = await corpusOf(t, corpusFromSpool(second, { minCount: 1 }));
  assert.deepEqual(await lengthsOf(corpus), [3, 0, 3]);
});

test('an intermediate file that cannot be made is called what it is', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(spoolText(batches(TEXT), join(folder, 'gone'), { memoryBytes: 1e6, signal }), {
    kind: 'cannotCreate',
    message: /gone\/tokens: the folder of this intermediate file does not exist/,
  });
});

test('a spool folder is made where it is missing; one that cannot be made is an error of its own', async (t) => {
  const folder = await temporaryFolder(t);
  await built(t, TEXT, { minCount: 1, spool: join(folder, 'a', 'b'), fingerprint: 'f' });
  assert.deepEqual(await readdir(join(folder, 'a', 'b')), ['f']);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(built(t, TEXT, { spool: join(folder, 'file', 'x'), fingerprint: 'f' }), {
    kind: 'cannotCreate',
  });
});

test('without a fingerprint nothing is kept, and a warning says so', async (t) => {
  const spool = await temporaryFolder(t);
  const { warnings } = await built(t, TEXT, { minCount: 1, spool });
  assert.match(warnings.join(), /the spool is not kept/);
  assert.deepEqual(await readdir(spool), []);
});

test('a fingerprint that could name another folder is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'in'));
  await assert.rejects(openSpool(join(folder, 'in'), '../out'), { kind: 'internal' });
});
