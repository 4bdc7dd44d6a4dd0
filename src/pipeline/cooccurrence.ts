import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type CellCorpus, type Corpus, isCellCorpus } from '../core/corpus.js';
import { compose, type Source, type StageContext } from '../core/stage.js';
import { vocabularyFile } from '../sinks/vocabulary-file.js';
import { countCells, shuffledCells } from '../train/count-cells.js';
import { cellCorpusOf } from './inputs.js';
import type { ResolvedDefinition } from './schema.js';
import { corpusOf } from './spooled-corpus.js';

/** What becomes of co-occurrences. */
export interface CooccurrenceOutput {
  /** The file to write; without one, bytes come out. */
  readonly output?: string;
  /** Whether to shuffle the cells, by the definition's seed; sorted otherwise. */
  readonly shuffle?: boolean;
  /** Where the vocabulary is to be written, whose lines the cells count in. */
  readonly saveVocabulary?: string;
}

/**
 * The co-occurrences of a definition's text as a file of GloVe's release; or of the file that it names
 * (`source.cooccurrence`), shuffled. They come out as bytes, or where `output` is given are written to that file.
 *
 * @throws WordmillError from the source, as `countCells` does; `cannotCreate` before anything is read.
 */
export function cooccurrences(
  definition: ResolvedDefinition,
  { output, shuffle, saveVocabulary }: CooccurrenceOutput = {},
): Source<Uint8Array> {
  const input: Source<Corpus | CellCorpus> =
    definition.source.cooccurrence === undefined ? corpusOf(definition) : cellCorpusOf(definition);
  const kept = saveVocabulary === undefined ? input : compose(input, vocabularyFile(saveVocabulary));
  return async function* (nothing, context) {
    const file = output === undefined ? undefined : await context.outputs.create(output);
    for await (const corpus of kept(nothing, context)) {
      const path = file?.temporary ?? join(await context.scratchFolder(), 'cooccurrence.bin');
      const { cells } = await writeCells(corpus, definition, path, shuffle ?? false, context);
      context.report.count('cooccurrence', 'cells', cells);
      if (!file) yield* createReadStream(path, { highWaterMark: 1 << 20, signal: context.signal });
    }
    await file?.finish();
  };
}

async function writeCells(
  corpus: Corpus | CellCorpus,
  { sampling, train }: ResolvedDefinition,
  path: string,
  shuffle: boolean,
  context: StageContext,
): Promise<CellCorpus> {
  const settings = { path, threads: train.threads ?? availableParallelism() };
  const seeded = { ...settings, shuffleSeed: train.seed };
  return isCellCorpus(corpus)
    ? shuffledCells(corpus, sampling, seeded, context)
    : countCells(corpus, sampling, shuffle ? seeded : settings, context);
}
