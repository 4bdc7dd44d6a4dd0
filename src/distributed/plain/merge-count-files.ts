import type { Source, StageContext } from '../../core/stage.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import { contentsOf } from '../../sources/contents.js';
import { type Input, readStream } from '../../sources/input.js';
import { listFiles } from '../../sources/list-files.js';
import { openAhead } from '../../sources/open-ahead.js';
import { SourceReport } from '../../sources/source-report.js';
import type { VocabularyOptions } from '../../tokenize/options.js';
import { mergedRuns, vocabularyOfCounts } from '../merge-counts.js';
import { CountSums } from './count-lines.js';

/** Counts from files, or from standard input. */
export type CountSource = { readonly files: readonly string[] } | { readonly stdin: true };

/**
 * The vocabulary of counts that were taken elsewhere (`count-lines.ts`): what a local run has over all of their text
 * together, exactly. Takes the memory that the options give for counting, and the disk past it.
 *
 * @throws WordmillError `data` for what are no counts, with the line; as `buildVocabulary` does; what `listFiles` says.
 */
export function mergeCountFiles(
  from: CountSource,
  options: VocabularyOptions,
): Source<{ readonly vocabulary: Vocabulary }> {
  return async function* mergingCounts(_input, context) {
    const sums = new CountSums(await context.scratchFolder(), options.memory * 1e6);
    for await (const { input, report } of inputsOf(from, context)) {
      for await (const content of contentsOf(input, {}, context, report)) await sums.add(content, context);
      report.fileRead();
    }
    const counted = await mergedRuns(await sums.finish(), context);
    const { vocabulary } = await vocabularyOfCounts(counted, options, context);
    context.announceVocabulary(vocabulary);
    yield { vocabulary };
  };
}

async function* inputsOf(
  from: CountSource,
  context: StageContext,
): AsyncGenerator<{ readonly input: Input; readonly report: SourceReport }> {
  const { signal } = context;
  if ('stdin' in from) {
    const name = 'standard input';
    yield {
      input: { name, chunks: readStream(process.stdin, name, signal) },
      report: new SourceReport(context),
    };
    return;
  }
  const files = await listFiles(from.files);
  await context.outputs.refuseToReplace(files.map(({ path }) => path));
  const total = files.some(({ pipe }) => pipe) ? undefined : files.reduce((sum, { size }) => sum + size, 0);
  const report = new SourceReport(context, total);
  for await (const input of openAhead(files, undefined, signal)) yield { input, report };
}
