import assert from 'node:assert/strict';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Corpus } from '../../src/core/corpus.js';
import { WordmillError } from '../../src/core/errors.js';
import { openContext } from '../../src/core/run.js';
import { nothing } from '../../src/core/stage.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { corpusOf } from '../../src/pipeline/spooled-corpus.js';

interface Outcome {
  readonly vocabulary: readonly string[];
  readonly counts: readonly number[];
  readonly tokens: Buffer;
  readonly chunks: Corpus['spool']['chunks'];
  readonly stages: unknown;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly kept: readonly string[];
}

interface RunSettings {
  readonly folder: string;
  readonly resume?: boolean;
  /** Interrupts the run when it has reported so many bytes. */
  readonly stopAfter?: number;
  readonly vocabulary?: Definition['vocabulary'];
  readonly definition?: Partial<Definition>;
}

/** Reads the corpus of files as a run with a folder of its own does; undefined where it was interrupted. */
async function read(
  files: string[],
  { folder, resume = false, stopAfter = Infinity, vocabulary, definition }: RunSettings,
): Promise<Outcome | undefined> {
  const controller = new AbortController();
  const notes: string[] = [];
  const kept: string[] = [];
  const recovery = { folder, resume, interval: 0, keep: 1, saved: (what: string) => kept.push(what) };
  const { context, close } = openContext({
    signal: controller.signal,
    recovery,
    listener: { note: (note) => notes.push(note) },
  });
  const count = context.report.count.bind(context.report);
  context.report.count = (stage, name, amount) => {
    count(stage, name, amount);
    const { textBytes = 0 } = context.report.stages.source?.counts ?? {};
    if (textBytes > stopAfter) controller.abort(new WordmillError('aborted', 'stopped here'));
  };
  const resolved = resolveDefinition({
    source: { files },
    vocabulary: { minCount: 1, ...vocabulary },
    ...definition,
  });
  try {
    for await (const { vocabulary, spool } of corpusOf(resolved)(nothing(), context)) {
      return {
        vocabulary: vocabulary.words,
        counts: [...vocabulary.counts],
        tokens: await readFile(spool.tokensPath),
        chunks: spool.chunks,
        stages: context.report.stages,
        ...{ notes, kept, warnings: context.report.warnings },
      };
    }
    assert.fail('no corpus');
  } catch (error) {
    assert.match((error as Error).message, /stopped here/);
    return undefined;
  } finally {
    await close();
  }
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Lines of words, most of them rare, that differ from file to file. */
function lines(file: number, count: number): string {
  let text = '';
  for (let line = 0; line < count; line++) {
    text += `the ${file} of line ${line * 7} and word${(line * 7919) % 3001} in it, ${'x'.repeat(line % 40)}\n`;
    if (line % 50 === 0) text += '\n';
  }
  return text;
}

/** A large file, a compressed one, an empty one and small ones. */
async function corpusFiles(folder: string): Promise<string[]> {
  const files = ['a.txt', 'b.txt.gz', 'c.txt', 'd.txt', 'e.txt'].map((name) => join(folder, name));
  await writeFile(files[0]!, lines(1, 40_000));
  await writeFile(files[1]!, gzipSync(lines(2, 30_000)));
  await writeFile(files[2]!, '');
  await writeFile(files[3]!, lines(4, 300));
  await writeFile(files[4]!, lines(5, 20_000).trimEnd());
  return files;
}

/** What must not depend on interruptions: all but what was said. */
const whole = (outcome: Outcome | undefined) => ({ ...outcome!, notes: [], kept: [] });

for (const [name, vocabulary] of [
  ['in one generation', {}],
  ['in several generations', { memory: 1 }],
  ['with pruning', { pruneAt: 2_000 }],
] as const) {
  test(`reading that is interrupted anywhere gives the same spool in the end: ${name}`, async (t) => {
    const folder = await temporaryFolder(t);
    const files = await corpusFiles(folder);
    const expected = whole(await read(files, { folder: join(folder, 'whole'), vocabulary }));
    const run = join(folder, 'run');
    let interruptions = 0;
    for (let stopAfter = 0; ; stopAfter += 700_000) {
      const outcome = await read(files, { folder: run, resume: stopAfter > 0, stopAfter, vocabulary });
      if (!outcome) {
        interruptions++;
        continue;
      }
      assert.deepEqual(whole(outcome), expected);
      break;
    }
    assert.ok(interruptions > 4, `${interruptions}`);
  });
}

test('files that are done are not read again, and it is said how many they are', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await corpusFiles(folder);
  const { size } = await stat(files[0]!);
  await utimes(files[0]!, 1_000, 1_000);
  const expected = whole(await read(files, { folder: join(folder, 'whole') }));
  const run = join(folder, 'run');
  assert.equal(await read(files, { folder: run, stopAfter: size + 600_000 }), undefined);
  // Other words of the same length and time: they would be seen if they were read.
  await writeFile(files[0]!, Buffer.alloc(size, 'other '));
  await utimes(files[0]!, 1_000, 1_000);
  const outcome = await read(files, { folder: run, resume: true });
  assert.match(outcome!.notes.join(), /resuming: 1 of 5 files are in the spool/);
  assert.deepEqual(whole(outcome), expected);
});

test('a file that has changed since, in size or time, is read anew with all others, and the reason said', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await corpusFiles(folder);
  const run = join(folder, 'run');
  for (const [change, said] of [
    [() => appendFile(files[3]!, 'more words\n'), /d\.txt has changed: \d+ bytes then, \d+ now/],
    [() => utimes(files[1]!, 1, 1), /b\.txt\.gz has changed$/m],
    [() => writeFile(join(folder, 'f.txt'), 'one more\n'), /f\.txt is new/],
  ] as const) {
    await read(files, { folder: run, stopAfter: 2_500_000 });
    await change();
    if (said.source.startsWith('f')) files.push(join(folder, 'f.txt'));
    const again = await read(files, { folder: run, resume: true });
    assert.match(again!.notes.join('\n'), said);
    assert.deepEqual(whole(again), whole(await read(files, { folder: join(folder, 'other') })));
  }
  await read(files, { folder: run, stopAfter: 2_500_000 });
  const fewer = await read(files.slice(1), { folder: run, resume: true });
  assert.match(fewer!.notes.join(), /a\.txt is no longer read/);
  await read(files, { folder: run, stopAfter: 2_500_000 });
  const other = await read(files, {
    folder: run,
    resume: true,
    definition: { tokenize: { lowercase: false } },
  });
  assert.match(other!.notes.join(), /tokenize have other options/);
});

test('what is damaged of a partial spool is noticed, and the text is read anew', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await corpusFiles(folder);
  const expected = whole(await read(files, { folder: join(folder, 'whole') }));
  const run = join(folder, 'run');
  const inside = async (name: RegExp) => {
    const [partial] = await readdir(join(run, 'spool'));
    const found = (await readdir(join(run, 'spool', partial!))).find((entry) => name.test(entry));
    return join(run, 'spool', partial!, found!);
  };
  const flip = (name: RegExp) => async () => {
    const path = await inside(name);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 4;
    await writeFile(path, bytes);
  };
  for (const damage of [
    flip(/^tokens$/),
    flip(/^partial-words-0$/),
    flip(/^partial\.json$/),
    async () => truncate(await inside(/^tokens$/), 100),
    async () => rm(await inside(/^partial-chunks-0$/)),
  ]) {
    await read(files, { folder: run, stopAfter: 2_500_000 });
    await damage();
    const outcome = await read(files, { folder: run, resume: true });
    assert.match(outcome!.warnings.join(), /cannot be gone on with, and the text is read anew/);
    assert.deepEqual({ ...whole(outcome), warnings: [] }, expected);
  }
});

test('a whole spool of the run is started from without the text, which a pipe cannot give twice', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await corpusFiles(folder);
  const run = join(folder, 'run');
  const first = await read(files, { folder: run });
  assert.deepEqual(first!.kept, ['the spool']);
  const again = await read(files, { folder: run, resume: true, vocabulary: { minCount: 3 } });
  assert.match(again!.notes.join(), /starting from the spool/);
  assert.deepEqual(again!.tokens, first!.tokens);
  assert.ok(again!.vocabulary.length < first!.vocabulary.length);
  const stages = (outcome: Outcome | undefined) => {
    const { source, tokenize } = outcome!.stages as Record<string, unknown>;
    return { source, tokenize };
  };
  assert.deepEqual(stages(again), stages(first));
});

test('with a folder for spools a run that was interrupted stores its spool there in the end', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await corpusFiles(folder);
  const run = join(folder, 'run');
  const vocabulary = { spool: join(folder, 'spools') };
  await read(files, { folder: run, stopAfter: 2_500_000, vocabulary });
  assert.deepEqual(await readdir(folder).then((names) => names.includes('spools')), false);
  const outcome = await read(files, { folder: run, resume: true, vocabulary });
  assert.match(outcome!.notes.join(), /resuming: 1 of 5 files are in the spool/);
  assert.equal((await readdir(vocabulary.spool)).length, 1);
  assert.deepEqual(await readdir(join(run, 'spool')), []);
  const later = await read(files, { folder: join(folder, 'later'), vocabulary });
  assert.match(later!.notes.join(), /starting from the spool/);
});
