import { throwIfAborted, WordmillError } from '../../../core/errors.js';
import { parseOptions } from '../../../core/options.js';
import { Report } from '../../../core/report.js';
import { CharacterVocabulary } from '../../tagging/characters.js';
import { entitiesOf } from '../../tagging/entities.js';
import { type Scheme, tagsOf } from '../../tagging/schemes.js';
import { prepareSentences, type TaggedSentence } from '../../tagging/tagged-sentence.js';
import type { Device } from '../backend/device.js';
import { openDevice } from '../backend/open-device.js';
import { TaggerCheckpoint } from './checkpoint.js';
import { reportCoverage } from './coverage.js';
import { TaggerModel } from './model.js';
import { type ResolvedTaggerOptions, type TaggerOptions, taggerOptions } from './options.js';
import { Tagger } from './tagger.js';
import { type TaggerEpoch, TaggerTraining } from './training.js';
import { buildTaggerVocabulary, type TaggerVectors } from './vocabulary.js';

/** What a tagger is trained on. */
export interface TaggerData {
  readonly train: readonly TaggedSentence[];
  /** What training is held against after each epoch; the best epoch's weights are kept. */
  readonly development?: readonly TaggedSentence[];
  /** The scheme of both; by default the one that the training sentences are most likely in. */
  readonly scheme?: Scheme;
  /** Word vectors to start from; random ones by default. */
  readonly vectors?: TaggerVectors;
}

/** How training is run. */
export interface TaggerRun {
  /** Stops training when it fires. */
  readonly signal?: AbortSignal;
  /** Is told of progress and of warnings. */
  readonly report?: Report;
  /** What it is computed with; by default what `openDevice` gives, to which the next two settings go. */
  readonly device?: Device;
  /** Throws where TensorFlow's native library cannot be used. */
  readonly requireNative?: boolean;
  /** Threads of one operation; as in `loadTensorFlow`. */
  readonly threads?: number | undefined;
  /** A folder that holds all that is needed to go on from the end of an epoch. */
  readonly checkpoint?: string;
  /** How long after one checkpoint the next may come; 0, after each epoch, by default. */
  readonly checkpointSeconds?: number;
  /** Goes on from the checkpoint if there is one, else begins anew; the numbers are those of a run that was never interrupted. */
  readonly resume?: boolean;
  readonly onEpoch?: (epoch: TaggerEpoch) => void;
}

/**
 * Trains a tagger on labelled sentences; see `TaggerModel` for what it is.
 *
 * @returns the tagger with the weights of the epoch that `keptEpoch` tells.
 * @throws WordmillError `usage` for wrong options; `data`, with file and line where they are known, for sentences,
 * tags or vectors that cannot be learned from, and for a checkpoint of other data; `unavailable`; `aborted`, or where
 * there is a checkpoint to go on from, `tryAgain`.
 */
export async function trainTagger(
  data: TaggerData,
  options: TaggerOptions = {},
  run: TaggerRun = {},
): Promise<Tagger> {
  const resolved = parseOptions(taggerOptions, options, '');
  const { report = new Report(), checkpoint } = run;
  const { tagger, training } = await begin(data, resolved, { ...run, report });
  const saved =
    checkpoint === undefined ? undefined : new TaggerCheckpoint(checkpoint, tagger, training, data);
  let checkpointed = 0;
  let savedAt = performance.now();
  try {
    if (run.resume && (await saved?.resume())) checkpointed = tagger.history.length;
    while (!training.finished) {
      const epoch = await training.epoch({ report, ...(run.signal && { signal: run.signal }) });
      run.onEpoch?.(epoch);
      if (!saved || performance.now() - savedAt < 1000 * (run.checkpointSeconds ?? 0)) continue;
      await saved.save();
      checkpointed = epoch.epoch;
      savedAt = performance.now();
    }
    if (run.signal) throwIfAborted(run.signal);
    training.restoreBest();
    return tagger;
  } catch (error) {
    tagger.dispose();
    const interrupted = error instanceof WordmillError && error.kind === 'aborted';
    if (!interrupted || checkpointed === 0) throw error;
    throw new WordmillError('tryAgain', `interrupted; ${checkpoint} has what epoch ${checkpointed} came to`, {
      hint: 'Run it again with --resume (resume in the library) to go on from there.',
      cause: error,
    });
  } finally {
    training.dispose();
  }
}

async function begin(
  data: TaggerData,
  options: ResolvedTaggerOptions,
  { report, requireNative = false, threads, ...run }: TaggerRun & { readonly report: Report },
): Promise<{ tagger: Tagger; training: TaggerTraining }> {
  const { model: settings, train, vectors } = options;
  const { sentences, scheme } = prepareSentences(data.train, {
    ...{ from: data.scheme, to: settings.scheme, maxLength: train.maxLength, report },
  });
  const development = data.development ?? [];
  if (development.length > 0) {
    prepareSentences(development, { from: data.scheme, maxLength: Number.MAX_SAFE_INTEGER });
  }
  if (vectors.frozen && !data.vectors) {
    throw new WordmillError('usage', 'there are no vectors that could be left as they are', {
      place: { key: 'vectors.frozen' },
      hint: 'Give vectors, or leave frozen out.',
    });
  }
  const tags = tagsOf(scheme, typesOf(sentences));
  const counts = countsOf(sentences, settings.lowercase);
  const words = buildTaggerVocabulary(counts, data.vectors, options);
  if (data.vectors) {
    const { file, vectorOf } = data.vectors;
    reportCoverage(counts, words, { lowercase: settings.lowercase, file, vectorOf, report });
  }
  const tokens = sentences.flatMap((sentence) => sentence.tokens);
  const characters = settings.characters ? CharacterVocabulary.build(tokens) : undefined;
  const { vocabulary, dimensions, rows, firstOwn } = words;
  const device = run.device ?? (await openDevice({ requireNative, threads, report }));
  const shape = { words: vocabulary.size, dimensions, characters, scheme, tags, options };
  const model = new TaggerModel(device, shape, rows);
  const { lowercase, shapes } = settings;
  const encoding = {
    vocabulary,
    lowercase,
    characters,
    shapes,
    dimensions,
    vectorOf: data.vectors?.vectorOf,
  };
  const history: TaggerEpoch[] = [];
  const tagger = new Tagger({ model, encoding, scheme, tags, options, history });
  const pretrained = data.vectors !== undefined;
  const training = new TaggerTraining(
    tagger,
    { train: sentences, development, firstOwn, pretrained },
    history,
  );
  return { tagger, training };
}

function countsOf(sentences: readonly TaggedSentence[], lowercase: boolean): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tokens } of sentences) {
    for (const token of tokens) {
      const word = lowercase ? token.toLowerCase() : token;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** The types of entities, in the order of their names. */
function typesOf(sentences: readonly TaggedSentence[]): string[] {
  const types = new Set<string>();
  for (const { tags } of sentences) for (const { type } of entitiesOf(tags)) types.add(type);
  return [...types].sort();
}
