import { WordmillError } from '../core/errors.js';
import type { HeaderPlace, SafetensorsHeader, TensorEntry, TensorType } from './safetensors-header.js';

/**
 * wordmill's own format: a safetensors file (see safetensors.ts) with these tensors, in this order,
 *
 *     embeddings      F32 or F16 [V, d]   row by row; starts at a multiple of 64 bytes of the file
 *     word_bytes      U8 [n]              the words in UTF-8, one after the other, then zeros up to a multiple of 64
 *     counts          F64 [V]             how often each word occurred, whole numbers; may be absent
 *     word_ends       U32 [V]             word i is the bytes [word_ends[i - 1], word_ends[i]), the first from 0
 *     words_sorted    U32 [V]             the rows in the order of their words' bytes, the same word by row: a look-up
 *                                         is a binary search
 *
 * and metadata: `format` is `wordmill vectors`, `version` is `1`; further ones tell of the training.
 */

export const FORMAT = 'wordmill vectors';
export const VERSION = '1';

/** Rows start at a multiple of this, as vector instructions like them. */
export const ALIGNMENT = 64;

/** Where in a file the tensors of vectors are. */
export interface VectorTensors {
  readonly rows: number;
  readonly dimensions: number;
  readonly embeddings: TensorEntry;
  readonly wordBytes: TensorEntry;
  readonly wordEnds: TensorEntry;
  readonly wordsSorted: TensorEntry;
  readonly counts: TensorEntry | undefined;
}

/**
 * The tensors of vectors among those of a file, in any order; others may be there too.
 *
 * @throws WordmillError `data` where one is missing, or has another type or shape, or the version is a later one.
 */
export function vectorTensors(
  { entries, metadata }: SafetensorsHeader,
  place: Pick<HeaderPlace, 'file' | 'start'>,
): VectorTensors {
  const at = { file: place.file, byte: place.start };
  if (metadata.format === FORMAT && metadata.version !== VERSION) {
    throw new WordmillError('data', `these vectors have version ${metadata.version} of their format`, {
      place: at,
      hint: `This wordmill reads version ${VERSION}: use a later one.`,
    });
  }
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const tensor = (name: string, types: readonly TensorType[], shape: readonly (number | undefined)[]) => {
    const entry = byName.get(name);
    if (entry && types.includes(entry.type) && fits(entry.shape, shape)) return entry;
    throw wrongTensor(
      name,
      entry,
      `${types.join(' or ')} [${shape.map((size) => size ?? 'any')}]`,
      entries,
      at,
    );
  };
  const embeddings = tensor('embeddings', ['F32', 'F16'], [undefined, undefined]);
  const [rows, dimensions] = embeddings.shape as [number, number];
  return {
    ...{ rows, dimensions, embeddings },
    wordBytes: tensor('word_bytes', ['U8'], [undefined]),
    wordEnds: tensor('word_ends', ['U32'], [rows]),
    wordsSorted: tensor('words_sorted', ['U32'], [rows]),
    counts: byName.has('counts') ? tensor('counts', ['F64'], [rows]) : undefined,
  };
}

function fits(shape: readonly number[], wanted: readonly (number | undefined)[]): boolean {
  return (
    shape.length === wanted.length && wanted.every((size, axis) => size === undefined || size === shape[axis])
  );
}

function wrongTensor(
  name: string,
  entry: TensorEntry | undefined,
  wanted: string,
  entries: readonly TensorEntry[],
  place: { file: string; byte: number },
): WordmillError {
  const names = entries.map((other) => other.name);
  const found = entry
    ? `its tensor '${name}' is ${entry.type} [${entry.shape}]`
    : `it has no tensor '${name}'${names.length > 0 ? `, only ${names.slice(0, 10).join(', ')}` : ''}`;
  return new WordmillError('data', `this safetensors file has no word vectors: ${found}`, {
    place,
    hint: `A file of vectors has '${name}' as ${wanted}; docs/formats.md has the whole format.`,
  });
}
