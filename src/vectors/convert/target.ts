import { extname } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import type { NumberType } from '../../formats/packed-rows.js';
import { VECTOR_WRITERS, type VectorWriter, type WritableFormat } from '../../formats/vector-writers.js';

/** How far a number that is read back may be from what was written: relative to it, and at least. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Half of the last digit that is kept: none of float32, one of 11 bits of float16, one of 6 decimals in text. */
const TOLERANCES: Readonly<Record<NumberType | 'text', Tolerance>> = {
  f32: { relative: 0, absolute: 0 },
  f16: { relative: 2 ** -11, absolute: 2 ** -25 },
  text: { relative: 5.1e-6, absolute: 2 ** -149 },
};

/**
 * The format that the end of a file's name stands for.
 *
 * @throws WordmillError `usage` where it stands for none.
 */
export function formatByEnding(path: string): WritableFormat {
  const ending = extname(path).toLowerCase();
  const writers: readonly (readonly [string, VectorWriter])[] = Object.entries(VECTOR_WRITERS);
  const found = writers.find(([, { endings }]) => endings.includes(ending));
  if (found) return found[0] as WritableFormat;
  const known = writers
    .filter(([, { endings }]) => endings.length > 0)
    .map(([name, { endings }]) => `${endings.join(' or ')} ${name}`)
    .join(', ');
  throw new WordmillError('usage', 'the end of this name does not say which format to write', {
    place: { file: path },
    hint: `Say it with --to, or by the name: ${known}.`,
  });
}

/**
 * How numbers are stored in a format: as wanted, or its usual way; undefined for text.
 *
 * @throws WordmillError `usage` where the format does not have what is wanted.
 */
export function numberTypeOf(format: WritableFormat, wanted?: NumberType): NumberType | undefined {
  const { dtypes, name }: VectorWriter = VECTOR_WRITERS[format];
  if (wanted === undefined || dtypes.includes(wanted)) return wanted ?? dtypes[0];
  const others = Object.entries(VECTOR_WRITERS as Readonly<Record<string, VectorWriter>>).flatMap(
    ([other, writer]) => (writer.dtypes.includes(wanted) ? [other] : []),
  );
  throw new WordmillError('usage', `${name} has no numbers of ${wanted}`, {
    place: { key: 'dtype' },
    hint: others.length > 0 ? `${others.join(' and ')} can have them.` : `Leave it out.`,
  });
}

/** How far numbers may be from what was written in them. */
export function toleranceOf(dtype: NumberType | undefined): Tolerance {
  return TOLERANCES[dtype ?? 'text'];
}
