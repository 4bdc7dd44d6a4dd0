import { throwIfAborted } from '../core/errors.js';
import type { OutputSet } from '../core/outputs.js';
import { fasttextOfBatches } from './fasttext-writer.js';
import { GLOVE_UNKNOWN, gloveTextOfBatches } from './glove-text.js';
import { npyBlocks } from './npy.js';
import type { NumberType } from './packed-rows.js';
import type { RowBlock, VectorBatches, VectorShape } from './row-blocks.js';
import { safetensorsVectorBlocks } from './safetensors-vector-writer.js';
import type { VectorBatch } from './vector-stream.js';
import { NOT_IN_WORD_LIST, wordListBeside, wordListBytes } from './word-list.js';
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
  /** What of a word it cannot carry, where that is not white space. */
  readonly notCarried?: RegExp;
  /** Another way the format spells `<UNK>`. */
  readonly unknown?: string;
  /** @param batches may be gone through more than once, one time after the other */
  write(batches: VectorBatches, shape: VectorShape, target: WriteTarget): Promise<WrittenVectors>;
}

/** The formats that vectors are written in as they come. */
export const VECTOR_WRITERS = {
  fasttext: {
    ...{ name: "fastText's binary", endings: [], dtypes: ['f32'], carriesAnyWord: false },
    write: (batches, shape, target) =>
      writeFile(fasttextOfBatches(batches, shape), target, { format: 'fasttext' }),
  },
  glove: {
    ...{ name: 'GloVe text', endings: ['.txt', '.glove'], dtypes: [], carriesAnyWord: false },
    unknown: GLOVE_UNKNOWN,
    write: (batches, _shape, target) => writeFile(gloveTextOfBatches(batches), target, { format: 'glove' }),
  },
  npy: {
    ...{ name: '.npy', endings: ['.npy'], dtypes: ['f32', 'f16'], carriesAnyWord: false },
    notCarried: NOT_IN_WORD_LIST,
    write: writeNpy,
  },
  safetensors: {
    ...{ name: 'safetensors', endings: ['.safetensors'], dtypes: ['f32', 'f16'], carriesAnyWord: true },
    write: (batches, shape, target) =>
      writeFile(safetensorsVectorBlocks(batches, shape, target), target, { format: 'safetensors' }),
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

/** Writes a matrix, and the list of its words beside it. */
async function writeNpy(
  batches: VectorBatches,
  shape: VectorShape,
  target: WriteTarget,
): Promise<WrittenVectors> {
  const list = await target.outputs.create(wordListBeside(target.path));
  async function* listed(): AsyncGenerator<VectorBatch> {
    for await (const batch of batches) {
      await list.write(wordListBytes(batch.words));
      yield batch;
    }
  }
  const { temporary } = await writeFile(npyBlocks(listed(), shape, target), target, { format: 'npy' });
  await list.finish();
  return { temporary, readOptions: { format: 'npy', wordList: list.temporary } };
}

/** Writes blocks to a file of the outputs. */
async function writeFile(
  blocks: AsyncIterable<RowBlock>,
  { path, outputs, signal }: WriteTarget,
  readOptions: ReadOptions,
): Promise<WrittenVectors> {
  const file = await outputs.create(path);
  for await (const { bytes, position } of blocks) {
    if (signal) throwIfAborted(signal);
    if (position === undefined) await file.write(bytes);
    else await file.writeAt(bytes, position);
  }
  await file.finish();
  return { temporary: file.temporary, readOptions };
}
