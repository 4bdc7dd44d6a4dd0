import { WordmillError } from '../../core/errors.js';
import { finalPath } from '../../core/final-path.js';
import { parseOptions } from '../../core/options.js';
import { OutputSet } from '../../core/outputs.js';
import { Report } from '../../core/report.js';
import type { VectorShape } from '../../formats/row-blocks.js';
import { openVectors, type VectorBatch, type VectorFormat } from '../../formats/vector-stream.js';
import { VECTOR_WRITERS, type WritableFormat, type WriteTarget } from '../../formats/vector-writers.js';
import type { ReadOptions } from '../../formats/word-vectors.js';
import { carriedBatches } from './carried-batches.js';
import { checkWritten } from './check-written.js';
import { type ConvertOptions, convertOptions } from './options.js';
import { formatByEnding, numberTypeOf, toleranceOf } from './target.js';
import { unitLength } from './unit-length.js';

/** What a conversion gave. */
export interface Conversion extends VectorShape {
  readonly from: VectorFormat;
  readonly to: WritableFormat;
}

/**
 * Converts a vector file to another format, in memory that does not grow with it. All rows are taken, in order, words
 * that come twice too. What was written is read back and compared with the input before it gets its name, so that what
 * was there stays where anything goes wrong.
 *
 * @param options as `wordmill convert` has them
 * @param context who stops it, and who is told of progress and of what is odd about the input
 * @throws WordmillError `usage` for wrong options, or an input that the output would replace; as `openVectors` and its
 * stream; `data` for a word that the format cannot carry; `cannotCreate`, `inputOutput`; `internal` where what is read
 * back is not what was to be written.
 */
export async function convertVectors(
  input: string,
  output: string,
  options: ConvertOptions = {},
  context: Pick<ReadOptions, 'signal' | 'report'> = {},
): Promise<Conversion> {
  const {
    to = formatByEnding(output),
    top,
    dtype: wanted,
    ...settings
  } = parseOptions(convertOptions, options, '');
  const dtype = numberTypeOf(to, wanted);
  if ((await finalPath(input)) === (await finalPath(output))) {
    throw new WordmillError('usage', 'this file would be read and then replaced by the output', {
      place: { file: input },
      hint: 'Give the output another path.',
    });
  }
  const signalled = context.signal ? { signal: context.signal } : {};
  const reports = new Reports(context.report);
  const stream = await openVectors(input, {
    ...signalled,
    ...(top !== undefined && { limit: top }),
    ...(settings.wordList !== undefined && { wordList: settings.wordList }),
    report: reports.input,
  });
  const job: Job = {
    ...{ input, to },
    ...{ dtype, reports },
    target: { path: output, ...signalled, ...(dtype && { dtype }) },
    batches() {
      const rows = stream.batches();
      const escaping = { path: output, escapeWords: settings.escapeWords };
      return carriedBatches(settings.unitLength ? unitLength(rows) : rows, VECTOR_WRITERS[to], escaping);
    },
  };
  try {
    if (stream.vectorOf) {
      reports.input.note(
        `${input}: the vectors of its words are taken, without the n-grams for any other string`,
      );
    }
    let shape: VectorShape = { rows: stream.rows, dimensions: stream.dimensions };
    for (;;) {
      const rows = await convertAs(shape, job);
      if (rows === shape.rows) return { from: stream.format, to, ...shape };
      // The input's header counts wrongly, which is known once all rows have been read.
      shape = { ...shape, rows };
    }
  } finally {
    await stream.close();
  }
}

interface Job {
  readonly input: string;
  readonly to: WritableFormat;
  readonly dtype: WriteTarget['dtype'];
  readonly target: Omit<WriteTarget, 'outputs'>;
  readonly reports: Reports;
  /** What is to be written, from the first row on. */
  batches(): AsyncIterable<VectorBatch>;
}

/** Writes and checks; only where there were as many rows as thought does the file get its name. Returns the number of rows. */
async function convertAs(
  shape: VectorShape,
  { input, to, dtype, target, reports, batches }: Job,
): Promise<number> {
  const outputs = new OutputSet();
  let rows = 0;
  async function* counted(): AsyncGenerator<VectorBatch> {
    rows = 0;
    for await (const batch of batches()) {
      rows += batch.words.length;
      yield batch;
    }
  }
  try {
    reports.isChecking = false;
    const { temporary, readOptions } = await VECTOR_WRITERS[to].write(
      { [Symbol.asyncIterator]: counted },
      shape,
      {
        ...target,
        outputs,
      },
    );
    if (rows !== shape.rows) return rows;
    if (rows === 0 && to === 'glove') {
      throw new WordmillError('data', 'there are no vectors, and GloVe text without any is an empty file', {
        ...{ place: { file: input }, hint: 'Write another format.' },
      });
    }
    reports.isChecking = true;
    const signalled = target.signal ? { signal: target.signal } : {};
    const written = await openVectors(temporary, { ...readOptions, ...signalled, report: reports.output });
    try {
      await checkWritten(batches(), written.batches(), toleranceOf(dtype), target.path);
    } finally {
      await written.close();
    }
    // A list of words beside the output may have the input's name.
    await outputs.refuseToReplace([input]);
    await outputs.commit();
    return rows;
  } finally {
    await outputs.discard();
  }
}

/** Who is told what, while the input is read for the first time and while it is compared. */
class Reports {
  isChecking = false;
  /** Of the input: its progress while it is converted, and all that is odd about it. */
  readonly input: Report;
  /** Of what was written: how far it has been compared. */
  readonly output: Report;

  constructor(report = new Report()) {
    this.input = new Report({
      progress: (progress) => {
        if (!this.isChecking) report.progress(progress);
      },
      warning: (message) => report.warn(message, message),
      note: (message) => report.note(message),
    });
    this.output = new Report({ progress: (progress) => report.progress({ ...progress, phase: 'check' }) });
  }
}
