import { throwIfAborted } from '../core/errors.js';
import type { OutputSet } from '../core/outputs.js';
import { GLOVE_UNKNOWN, gloveTextOfBatches } from './glove-text.js';
import type { RowBlock, VectorBatches, VectorShape } from './row-blocks.js';
import type { ReadOptions } from './word-vectors.js';
import { word2vecBinaryOfBatches } from './word2vec-binary.js';
import { word2vecTextOfBatches } from './word2vec-text.js';

/** Where vectors are written, and how. */
export interface WriteTarget {
  /** The file's final name. */
  readonly path: string;
  /** Gives it that name once all is well. */
  readonly outputs: Pick<OutputSet, 'create'>;
  readonly dtype?: NumberType;
  readonly signal?: AbortSignal;
}

/** How numbers are stored, in formats that have a choice: float16 or float32. */
export type NumberType = 'f16' | 'f32';

/** A file that is whole but does not have its final name yet. */
export interface WrittenVectors {
  /** Where it is until then. */
  readonly temporary: string;
  /** What reads it back. */
  readonly readOptions: ReadOptions;
}

/** What writes one format, as vectors come. */
export interface VectorWriter {
  /** As messages call the format. */
  readonly name: string;
  /** Ends of names of files in it. */
  readonly endings: readonly string[];
  /** How numbers can be stored, the usual way first; text has neither, and six digits of a float32. */
  readonly dtypes: readonly NumberType[];
  /** Whether words with white space can be carried, and any other string. */
  readonly carriesAnyWord: boolean;
  /** Another way the format spells `<UNK>`. */
  readonly unknown?: string;
  write(batches: VectorBatches, shape: VectorShape, target: WriteTarget): Promise<WrittenVectors>;
}

/** The formats that vectors are written in as they come. */
export const VECTOR_WRITERS = {
  glove: {
    ...{ name: 'GloVe text', endings: ['.txt', '.glove'], dtypes: [], carriesAnyWord: false },
    unknown: GLOVE_UNKNOWN,
    write: (batches, _shape, target) => writeFile(gloveTextOfBatches(batches), target, { format: 'glove' }),
  },
  word2vec: {
    ...{ name: 'word2vec binary', endings: ['.bin', '.w2v'], dtypes: ['f32'], carriesAnyWord: false },
    write: (batches, shape, target) =>
      writeFile(word2vecBinaryOfBatches(batches, shape), target, { format: 'word2vec' }),
  },
  word2vecText: {
    ...{ name: 'word2vec text', endings: ['.vec'], dtypes: [], carriesAnyWord: false },
    write: (batches, shape, target) =>
      writeFile(word2vecTextOfBatches(batches, shape), target, { format: 'word2vecText' }),
  },
} as const satisfies Record<string, VectorWriter>;

/** The name of a format that vectors can be written in. */
export type WritableFormat = keyof typeof VECTOR_WRITERS;

/** Writes blocks to a file of the outputs. */
async function writeFile(
  blocks: AsyncIterable<RowBlock>,
  { path, outputs, signal }: WriteTarget,
  readOptions: ReadOptions,
): Promise<WrittenVectors> {
  const file = await outputs.create(path);
  for await (const { bytes } of blocks) {
    if (signal) throwIfAborted(signal);
    await file.write(bytes);
  }
  await file.finish();
  return { temporary: file.temporary, readOptions };
}
