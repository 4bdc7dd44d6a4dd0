import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { WordmillError } from '../core/errors.js';
import { outputError } from '../core/outputs.js';
import type { StageContext } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { vocabularyLines } from '../formats/vocabulary.js';
import { nothingKnown, readGiven } from '../tokenize/build-vocabulary.js';
import { FinalIds, type MappedTokens } from '../tokenize/final-ids.js';
import type { CountedWords } from '../tokenize/generations.js';
import { mergeRuns } from '../tokenize/merge-runs.js';
import type { VocabularyOptions } from '../tokenize/options.js';
import { emptyCorpus, selectWords } from '../tokenize/select-words.js';
import { reportGiven, reportSelection } from '../tokenize/vocabulary-report.js';
import { definitionOf } from './plan-shards.js';
import { ingestSchema, type VocabularyRecord, vocabularySchema } from './records.js';
import { recordOf } from './records-of-run.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/** The name of the record. */
export const VOCABULARY = 'vocabulary';

const FETCHED_AT_ONCE = 8;

/** A vocabulary, and what was left out of it, in tokens. */
export interface MergedVocabulary extends Omit<VocabularyRecord, 'vocabulary' | 'seconds'> {
  readonly vocabulary: Vocabulary;
}

/**
 * Merges the counts of all shards to the vocabulary of the run: the one that a local run has, to the last count, in the
 * same order. Takes the memory of the vocabulary, and some 10 MB; the counts stream.
 *
 * @throws WordmillError as `buildVocabulary` does; `noInput` where a shard is not ingested yet; `data` where counts and
 * tokens do not add up.
 */
export async function mergeCounts(context: StepContext): Promise<VocabularyRecord> {
  const { storage, plan, signal, report } = context;
  const done = await storage.read(VOCABULARY, vocabularySchema, signal);
  if (done) return done;
  const begun = performance.now();
  const limit = pLimit(FETCHED_AT_ONCE);
  const shards = await limit.map([...plan.shards.keys()], (shard) =>
    recordOf(context, `ingest-${shard}`, ingestSchema),
  );
  const runs = await limit.map(shards, ({ counts }) => storage.fetch(counts, signal));
  const record = await withStages(context, async (stages) => {
    const counted = await mergedRuns(runs, stages);
    const merged = await vocabularyOfCounts(counted, definitionOf(plan).vocabulary, stages);
    requireAllTokens(merged.tokens, shards);
    for (const [name, amount] of Object.entries(stages.report.stages.vocabulary?.counts ?? {}))
      report.count(VOCABULARY, name, amount);
    for (const [reason, amount] of Object.entries(stages.report.stages.vocabulary?.dropped ?? {}))
      report.drop(VOCABULARY, reason, amount);
    const path = join(await stages.scratchFolder(), 'vocabulary.txt');
    await writeVocabulary(merged.vocabulary, path);
    const seconds = (performance.now() - begun) / 1_000;
    return { ...merged, vocabulary: await storage.put(path, signal), seconds };
  });
  return storage.writeOnce(VOCABULARY, vocabularySchema, record, signal);
}

/** Runs of words as one list of counted words. */
export async function mergedRuns(runs: readonly string[], context: StageContext): Promise<CountedWords> {
  const folder = await context.scratchFolder();
  const list = 'words';
  const types = await mergeRuns(runs, join(folder, list), { signal: context.signal });
  return {
    folder,
    generations: [{ file: list, words: types }],
    list,
    types,
    pruned: { words: 0, tokens: 0 },
  };
}

/**
 * The vocabulary that is chosen from counted words, or read from a file where the options say so; reports what is left
 * out of it as `buildVocabulary` does.
 *
 * @throws WordmillError as `buildVocabulary` does.
 */
export async function vocabularyOfCounts(
  counted: CountedWords,
  options: VocabularyOptions,
  context: StageContext,
): Promise<MergedVocabulary> {
  const { report, signal } = context;
  if (counted.types === 0) throw emptyCorpus();
  const given = await readGiven(options, context);
  const selection = given ? undefined : await selectWords(counted, options, signal);
  const chosen = (selection ?? given)!.vocabulary;
  const mapped = await tokensIn(counted, chosen, signal);
  if (given && mapped.known === 0) throw nothingKnown(given);
  if (selection) reportSelection(report, selection, mapped, options);
  if (given) reportGiven(report, given, mapped, counted.types, options);
  const vocabulary = given ? given.forText(mapped) : chosen;
  const { belowMinCount = 0, pastMaxSize = 0, types = counted.types } = selection ?? {};
  const { known, unknown, literals } = mapped;
  const words = vocabulary.size;
  const tokens = known + unknown + literals;
  return { vocabulary, words, tokens, known, types, belowMinCount, pastMaxSize, literals };
}

/** How many of the tokens have an id, and why the others have none. */
async function tokensIn(
  counted: CountedWords,
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Promise<MappedTokens> {
  const ids = new FinalIds(counted, vocabulary, signal);
  await ids.ofGeneration(0);
  return ids.tokens;
}

function requireAllTokens(tokens: number, shards: readonly { readonly tokens: number }[]): void {
  const read = shards.reduce((sum, shard) => sum + shard.tokens, 0);
  if (read === tokens) return;
  throw new WordmillError('data', `the shards have ${read} tokens, but their counts are of ${tokens}`, {
    hint: 'Storage has records that do not belong together; run with a new ID.',
  });
}

async function writeVocabulary(vocabulary: Vocabulary, path: string): Promise<void> {
  const lines = vocabularyLines(vocabulary);
  try {
    await pipeline(lines, createWriteStream(path));
  } catch (error) {
    throw error instanceof WordmillError ? error : outputError(error, path, 'intermediate file');
  }
}
