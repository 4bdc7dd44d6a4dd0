import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { parseOptions } from '../../src/core/options.js';
import { openContext } from '../../src/core/run.js';
import type { StageContext } from '../../src/core/stage.js';
import { samplingOptions } from '../../src/sampling/options.js';
import { buildVocabulary } from '../../src/tokenize/build-vocabulary.js';
import { keptCells } from '../../src/train/kept-cells.js';

async function corpusIn(context: StageContext): Promise<Corpus> {
  async function* text() {
    yield Array.from({ length: 60 }, (_, line) => ['a', `w${line % 7}`, 'b', `w${line % 5}`, 'c']);
  }
  for await (const corpus of buildVocabulary({ minCount: 1 })(text(), context)) return corpus;
  throw new Error('no corpus');
}

test('cells that were counted are found by a run that resumes, unless something is other than it was', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'spool', 'cooccurrence.bin');
  const notes: string[] = [];
  const kept: string[] = [];
  const count = async (resume: boolean, window: number) => {
    const recovery = { folder, resume, interval: 0, keep: 1, saved: (what: string) => kept.push(what) };
    const { context, close } = openContext({
      recovery,
      listener: { note: (note) => /co-occurrences/.test(note) && notes.push(note) },
    });
    t.after(close);
    const corpus = await corpusIn(context);
    const sampling = parseOptions(samplingOptions, { window }, 'sampling');
    return (await keptCells(corpus, { threads: 1 }, sampling, context)).cells;
  };
  const cells = await count(false, 3);
  const bytes = await readFile(path);
  assert.equal(bytes.length, 16 * cells);
  assert.deepEqual(notes.splice(0), []);
  assert.equal(await count(true, 3), cells);
  assert.match(notes.splice(0).join(), /starting from the co-occurrences/);
  assert.deepEqual(kept, ['the co-occurrences', 'the co-occurrences']);
  const flipped = Buffer.from(bytes);
  flipped[flipped.length >> 1]! ^= 1;
  await writeFile(path, flipped);
  assert.equal(await count(true, 3), cells);
  assert.deepEqual(await readFile(path), bytes);
  assert.ok((await count(true, 1)) < cells);
  await writeFile(`${path}.json`, '{');
  await count(true, 1);
  assert.deepEqual(notes, []);
});
