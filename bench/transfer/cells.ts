import { nestedFraction } from '../../src/train/tagging/document-split.js';
import type { TaggerOptions } from '../../src/train/tensorflow/tagger/options.js';
import { trainTagger } from '../../src/train/tensorflow/tagger/train-tagger.js';
import { keptEpoch } from '../../src/train/tensorflow/tagger/training.js';
import type { TaggerVectors } from '../../src/train/tensorflow/tagger/vocabulary.js';
import { CORPORA, type CorpusName, type LabelledCorpus } from './corpora.js';

/** Where word vectors come from, and what becomes of them in training. */
export const MODES = ['random', 'frozen', 'fine-tuned'] as const;
export type Mode = (typeof MODES)[number];
export const FRACTIONS = [0.1, 0.3, 1] as const;
export const SEEDS = [1, 2, 3, 4, 5] as const;

/** One training of the comparison. */
export interface Cell {
  readonly corpus: CorpusName;
  readonly mode: Mode;
  /** Of the training data. */
  readonly fraction: number;
  readonly seed: number;
}

/** What it came to. */
export interface CellResult extends Cell {
  /** F1 of entities on the test data, in [0, 1]. */
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly developmentF1: number;
  readonly epochs: number;
  readonly seconds: number;
}

/** All of them; whole comparisons come first, seed by seed. */
export function allCells(): Cell[] {
  return SEEDS.flatMap((seed) =>
    CORPORA.flatMap((corpus) =>
      FRACTIONS.flatMap((fraction) => MODES.map((mode) => ({ corpus, mode, fraction, seed }))),
    ),
  );
}

/** Tells cells apart. */
export function cellName({ corpus, mode, fraction, seed }: Cell): string {
  return `${corpus} ${mode} ${fraction} ${seed}`;
}

/** The same tagger for all modes: words in lower case and their shapes, one BiLSTM, a CRF. */
export const SETTINGS = {
  model: { lowercase: true, units: 64, characters: false },
  train: { epochs: 20, patience: 5 },
} satisfies TaggerOptions;

/** Trains one tagger and scores it on the test data. */
export async function runCell(
  cell: Cell,
  { train, development, test }: LabelledCorpus,
  vectors: TaggerVectors,
  settings: TaggerOptions = SETTINGS,
): Promise<CellResult> {
  const { mode, fraction, seed } = cell;
  const started = performance.now();
  const tagger = await trainTagger(
    {
      ...{ train: nestedFraction(train, fraction, seed), development },
      ...(mode !== 'random' && { vectors }),
    },
    {
      model: { ...settings.model, dimensions: vectors.matrix.dimensions },
      train: { ...settings.train, seed },
      vectors: { ...settings.vectors, frozen: mode === 'frozen' },
    },
    { requireNative: true },
  );
  const { f1, precision, recall } = await tagger.evaluate(test);
  const developmentF1 = keptEpoch(tagger.history)!.developmentF1!;
  tagger.dispose();
  const seconds = (performance.now() - started) / 1000;
  return {
    ...{ ...cell, f1, precision, recall, developmentF1, seconds },
    epochs: tagger.history.length,
  };
}
