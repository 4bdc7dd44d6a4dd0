import { stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import type { OutputSet } from '../../core/outputs.js';
import { withoutUrlSecrets } from '../../core/shown-url.js';
import type { Stage, StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { clientScript } from '../../pages/client-script.js';
import { openOutput } from '../../sinks/output.js';
import { printDefinition } from '../definition.js';
import type { ResolvedDefinition } from '../schema.js';
import { type ReportContent, reportPage, type WrittenFile } from './page.js';
import { RunRecorder } from './recorder.js';
import { vectorsContent } from './training-report.js';

/** A page that tells of a run, while the run is under way. */
export interface OpenReport {
  readonly recorder: RunRecorder;
  /** Writes it; it appears when the run's outputs do. */
  write(content: ReportContent): Promise<void>;
}

/** Where a page goes: to an output of the run, to a file that is kept apart from them, or both. */
export interface ReportPaths {
  readonly output?: string | undefined;
  readonly kept?: string | undefined;
}

/**
 * Begins to listen to a run, for a page about it.
 *
 * @throws WordmillError `cannotCreate` where an output cannot be written; one that is kept apart only has a warning.
 */
export async function openReport(
  { output, kept }: ReportPaths,
  context: Pick<StageContext, 'report' | 'outputs' | 'signal'>,
): Promise<OpenReport> {
  const { report, outputs } = context;
  // Read first: what is missing is to come to light before hours of training.
  const script = clientScript('chart');
  const recorder = new RunRecorder();
  report.attach(recorder);
  const file = output === undefined ? undefined : await openOutput(output, context);
  return {
    recorder,
    async write(content) {
      const files = await filesOf(outputs, output);
      const page = Buffer.from(reportPage(content, { recorder, report, files, script }));
      await file?.write(page);
      await file?.finish();
      if (kept !== undefined) {
        await writeFile(kept, page).catch((error: Error) =>
          report.warn('report of the run', `the report cannot be kept with the run: ${error.message}`),
        );
      }
    },
  };
}

/**
 * A last stage: passes on what was made, and writes a page that tells how it came about. It appears with the other
 * outputs, when the whole run has succeeded. To hear of all of a run it must be the last stage, after the sinks.
 *
 * @param paths of the page (HTML)
 * @param contentOf what the page says of what was made
 * @throws WordmillError `cannotCreate` before anything is read.
 */
export function reportStage<T>(
  paths: ReportPaths,
  contentOf: (made: T, recorder: RunRecorder) => ReportContent,
): Stage<T, T> {
  return async function* writingReport(input, context) {
    const page = await openReport(paths, context);
    let made: T | undefined;
    for await (const item of input) {
      made = item;
      yield item;
    }
    if (made === undefined) {
      const file = paths.output ?? paths.kept;
      throw new WordmillError('data', 'nothing came to this report', { ...(file && { place: { file } }) });
    }
    await page.write(contentOf(made, page.recorder));
  };
}

/**
 * The report page of a training (see `reportStage`): loss, learning rate and speed over the training, what each stage
 * counted and left out, warnings, the files written.
 *
 *     run(compose(files('corpus/'), tokenize(), buildVocabulary(), train(), word2vecBinary('v.bin'), runReport('v.html')))
 *
 * @param path of the page (HTML), or where it goes besides
 * @param options `definition`: what the run ran by, whose name is the page's title
 */
export function runReport(
  path: string | ReportPaths,
  { definition }: { readonly definition?: ResolvedDefinition } = {},
): Stage<TrainedVectors, TrainedVectors> {
  const paths = typeof path === 'string' ? { output: path } : path;
  const title = definition?.name ?? basename(paths.output ?? 'run').replace(/(\.report)?\.html$/, '');
  return reportStage(paths, (vectors, recorder) => ({
    title,
    ...vectorsContent(vectors, recorder),
    ...(definition && { definition: printDefinition(withoutUrlSecrets(definition)) }),
  }));
}

/** The other files of a run, whose bytes still are under their temporary names. */
async function filesOf({ files }: OutputSet, report: string | undefined): Promise<WrittenFile[]> {
  const others = files.filter(({ path }) => path !== report);
  return Promise.all(
    others.map(async ({ path, temporary }) => ({ path, bytes: (await stat(temporary)).size })),
  );
}
