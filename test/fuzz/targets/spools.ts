import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Corpus } from '../../../src/core/corpus.js';
import { openContext } from '../../../src/core/run.js';
import { compose, nothing } from '../../../src/core/stage.js';
import { nativeUnavailable } from '../../../src/native/addon.js';
import { text } from '../../../src/sources/text.js';
import { buildVocabulary, corpusFromSpool } from '../../../src/tokenize/build-vocabulary.js';
import { openSpool } from '../../../src/tokenize/stored-spool.js';
import { tokenize } from '../../../src/tokenize/tokenize.js';
import { train } from '../../../src/train/train.js';
import type { FuzzTarget } from '../target.js';

const FINGERPRINT = 'a-text';
const TEXT = 'the cat and the dog sat on the mat of the cat\na dog is no cat\n'.repeat(6);

/** The files of a stored spool, one damaged, the others whole. Who starts from it reads all of it, and trains on it. */
export const spools: readonly FuzzTarget[] = ['manifest.json', 'chunks', 'tokens', 'list'].map((name) => ({
  name: `spool-${name.replace('.json', '')}`,
  seeds: async () => [await readFile(await fileOf(await wholeSpool(), name))],
  async read(bytes, file) {
    const folder = join(dirname(file), 'spool');
    await cp(await wholeSpool(), folder, { recursive: true });
    await writeFile(await fileOf(folder, name), bytes);
    const { context, close } = openContext();
    try {
      const stored = await openSpool(folder, FINGERPRINT, context.report);
      if (!stored) return;
      const corpora = corpusFromSpool(stored, { minCount: 1 })(nothing(), context);
      for await (const corpus of corpora) await readAll(corpus, context);
    } finally {
      await close();
    }
  },
}));

async function readAll(corpus: Corpus, context: ReturnType<typeof openContext>['context']): Promise<void> {
  const { size } = corpus.vocabulary;
  for await (const { ids } of corpus.blocks()) {
    if (!ids.every((id) => id < size)) throw new Error('an id that the vocabulary does not have');
  }
  if (nativeUnavailable()) return;
  async function* input() {
    yield corpus;
  }
  for await (const _ of train({ dimensions: 4, epochs: 1, threads: 1 })(input(), context)) break;
}

let made: Promise<string> | undefined;

/** A spool as a run leaves it, made once. */
function wholeSpool(): Promise<string> {
  made ??= makeSpool();
  return made;
}

async function makeSpool(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-spool-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { context, close } = openContext();
  try {
    const corpus = compose(
      text(TEXT),
      tokenize(),
      buildVocabulary({ minCount: 1, spool: folder, fingerprint: FINGERPRINT }),
    );
    for await (const _ of corpus(nothing(), context));
  } finally {
    await close();
  }
  return folder;
}

/** A file of the spool by its name, or the list of words by what the manifest calls it. */
async function fileOf(folder: string, name: string): Promise<string> {
  const spool = join(folder, FINGERPRINT);
  if (name !== 'list') return join(spool, name);
  const { list } = JSON.parse(await readFile(join(await wholeSpool(), FINGERPRINT, 'manifest.json'), 'utf8'));
  return join(spool, list);
}
