import { cpSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Recovery } from '../../../src/core/recovery.js';
import { openContext } from '../../../src/core/run.js';
import { sealedJson } from '../../../src/core/sealed-json.js';
import { nothing } from '../../../src/core/stage.js';
import { resolveDefinition } from '../../../src/pipeline/definition.js';
import { corpusOf } from '../../../src/pipeline/spooled-corpus.js';
import type { FuzzTarget } from '../target.js';

/** Few words in many bytes: what is saved is saved between blocks of text. */
const PADDING = '-'.repeat(1_000);
const TEXTS = [
  `the cat and the dog ${PADDING}\n`.repeat(260),
  `sat on the mat ${PADDING}\na dog is no cat\n`.repeat(260),
  'of the cat\n',
];
const SAVED = 'partial.json';

/**
 * What is known of a spool that an interrupted run has left, damaged, or with a right checksum and other values. What
 * cannot be gone on with is read anew, so that damage never changes the result.
 */
export const partialSpools: readonly FuzzTarget[] = [
  {
    name: 'spool-partial',
    seeds: async () => [await readFile(await savedIn(join((await interruptedRun()).folder, 'run')))],
    json: true,
    dictionary: ['"input":', '"byte":', '"generations":[]', '"tokens"', '"partial-words-0"', '"files":{}'],
    async read(bytes, file, random) {
      const { folder, words } = await interruptedRun();
      const copy = join(dirname(file), 'run');
      await cp(join(folder, 'run'), copy, { recursive: true });
      const resealed = random.below(4) > 0 ? sealedAgain(bytes) : undefined;
      await writeFile(await savedIn(copy), resealed ?? bytes);
      const read = await readThrough(folder, copy, { resume: true });
      if (resealed === undefined && read !== words) throw new Error('damage changes what is read');
    },
  },
];

/** The same JSON with a checksum that is right for it; undefined where it is none. */
function sealedAgain(bytes: Uint8Array): string | undefined {
  try {
    const { checksum: _, ...rest } = JSON.parse(Buffer.from(bytes).toString());
    return sealedJson(rest);
  } catch {
    return undefined;
  }
}

interface Interrupted {
  /** Has the texts, and in `run` what the run has left. */
  readonly folder: string;
  /** The words of the whole text with their counts. */
  readonly words: string;
}

let made: Promise<Interrupted> | undefined;

/** A run that was interrupted after some of its text, made once. */
function interruptedRun(): Promise<Interrupted> {
  made ??= interrupt();
  return made;
}

async function interrupt(): Promise<Interrupted> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-partial-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [number, content] of TEXTS.entries()) await writeFile(join(folder, `${number}.txt`), content);
  const whole = join(folder, 'whole');
  let saved = 0;
  const words = await readThrough(folder, whole, {
    interval: Number.MIN_VALUE,
    saved() {
      // As it stands before the last file.
      if (++saved === 2) cpSync(whole, join(folder, 'run'), { recursive: true });
    },
  });
  return { folder, words };
}

/** Reads the texts with what a run's folder has; gives the words with their counts. */
async function readThrough(folder: string, run: string, recovery: Partial<Recovery>): Promise<string> {
  const { context, close } = openContext({
    recovery: { folder: run, resume: false, interval: 0, keep: 1, saved() {}, ...recovery },
  });
  const definition = resolveDefinition({
    source: { files: TEXTS.map((_, number) => join(folder, `${number}.txt`)) },
    vocabulary: { minCount: 1 },
    sinks: [],
  });
  try {
    let words = '';
    for await (const corpus of corpusOf(definition)(nothing(), context)) {
      const { vocabulary } = corpus;
      for await (const { ids } of corpus.blocks()) {
        if (!ids.every((id) => id < vocabulary.size))
          throw new Error('an id that the vocabulary does not have');
      }
      words = [...vocabulary.words].map((word, id) => `${word} ${vocabulary.counts[id]}`).join('\n');
    }
    return words;
  } finally {
    await close();
  }
}

async function savedIn(run: string): Promise<string> {
  const [name] = (await readdir(join(run, 'spool'))).filter((entry) => entry.endsWith('.partial'));
  return join(run, 'spool', name!, SAVED);
}
