import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import type { Recovery } from '../core/recovery.js';
import { compose, type Source, type StageContext } from '../core/stage.js';
import { buildVocabulary, corpusFromSpool } from '../tokenize/build-vocabulary.js';
import type { Include } from '../tokenize/included-words.js';
import { keyOfPartial, PartialSpool } from '../tokenize/partial-spool.js';
import { keyOfStored } from '../tokenize/spool-manifest.js';
import { fingerprintOf, openSpool } from '../tokenize/stored-spool.js';
import { type TextDefinition, tokensOf } from './inputs.js';
import { differenceOf, isPipe, type TextKey, textKey } from './text-key.js';

/** The end of the name of a spool that grows. */
const PARTIAL = '.partial';

/**
 * The corpus of a definition, read once. It starts from a spool of the same files and options: one in
 * `vocabulary.spool`, or where the run resumes, what the run itself has left, whole or not. Where there is none it
 * stores one: in `vocabulary.spool`, for later runs; else in the run's folder, where it has one, until the run is done.
 *
 * @param include words that the vocabulary is to have whatever their count.
 */
export function corpusOf(definition: TextDefinition, include: Include = []): Source<Corpus> {
  const { spool: kept, ...vocabularyOptions } = definition.vocabulary;
  return async function* spooledCorpus(input, context) {
    const { recovery, report } = context;
    const named = kept !== undefined || recovery !== undefined;
    const key = named ? await textKey(definition, context) : undefined;
    const own = recovery && join(recovery.folder, 'spool');
    if (own && !recovery.resume) await rm(own, { recursive: true, force: true });
    if (!key) {
      const vocabulary = { ...definition.vocabulary, include };
      yield* compose(tokensOf(definition), buildVocabulary(vocabulary))(input, context);
      return;
    }
    if (kept !== undefined && isPipe(key)) {
      report.warn('spool', 'the spool is not kept: this input cannot be recognised when it comes again');
    }
    const folder = kept !== undefined && !isPipe(key) ? kept : own!;
    const vocabulary = { ...vocabularyOptions, include };
    const fingerprint = fingerprintOf(key);
    const stored = await openSpool(folder, fingerprint, report);
    if (stored) {
      report.note(`starting from the spool in ${folder}: files and options are the same`);
      recovery?.saved('the spool');
      yield* corpusFromSpool(stored, vocabulary)(input, context);
      return;
    }
    const partial =
      recovery && !isPipe(key) ? await partialSpool(key, fingerprint, recovery, context) : undefined;
    if (recovery?.resume && isPipe(key)) sayToPipeAgain(definition, context);
    yield* compose(
      tokensOf(definition, partial?.saved?.position),
      buildVocabulary({ ...vocabulary, spool: folder, fingerprint, partial }),
    )(input, context);
  };
}

function sayToPipeAgain({ source }: TextDefinition, { report }: StageContext): void {
  const problem = 'this run ended before all of its text had come';
  const hint = 'Pipe the text in again, from the start.';
  if (source.stdin && process.stdin.isTTY) throw new WordmillError('noInput', problem, { hint });
  report.note(`${problem}; it is read again from the start`);
}

/** What the run has left of the spool; what it has left of others is removed, with the reason said. */
async function partialSpool(
  key: TextKey,
  fingerprint: string,
  recovery: Recovery,
  { report }: StageContext,
): Promise<PartialSpool> {
  const own = join(recovery.folder, 'spool');
  const name = `${fingerprint}${PARTIAL}`;
  for (const entry of await readdir(own).catch(() => [])) {
    if (entry === name) continue;
    const path = join(own, entry);
    const before = await (entry.endsWith(PARTIAL) ? keyOfPartial(path) : keyOfStored(path));
    if (before !== undefined) {
      report.note(
        `the spool that this run has left is not used, and the text is read anew: ${differenceOf(before as TextKey, key)}`,
      );
    }
    await rm(path, { recursive: true, force: true });
  }
  const partial = await PartialSpool.open(join(own, name), key, recovery, report);
  const { saved } = partial;
  if (saved)
    report.restore({ ...saved.report, stages: { ...saved.report.stages, source: saved.position.source } });
  return partial;
}
