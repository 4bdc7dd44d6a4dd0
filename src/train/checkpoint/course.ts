import { z } from 'zod';
import { WordmillError } from '../../core/errors.js';
import type { Tensor } from '../../formats/safetensors.js';

/** Where inside an epoch (or the whole plan) a pass is, in its engine's own terms. */
export type Position = Readonly<Record<string, number | Float64Array>>;

/** Where a training is between passes, with the place inside the one under way. */
export interface Course {
  /** Of the epochs that are done: the mean losses, and those on what is held out as far as they are measured. */
  readonly lossByEpoch: readonly number[];
  readonly measures: readonly number[];
  /** Whether training has stopped early. */
  readonly stopped: boolean;
  /** Whether the last of the epochs has been trained, and what comes after it (held-out loss, callback) has not been done. */
  readonly isOpen: boolean;
  /** What an epoch counts, where that was found out. */
  readonly wordsPerEpoch?: number | undefined;
  /** In the epoch after those; absent where it has not begun. */
  readonly position?: Position;
}

/** The course of a training that begins. */
export const BEGINNING: Course = { lossByEpoch: [], measures: [], stopped: false, isOpen: false };

const courseSchema = z.strictObject({
  lossByEpoch: z.array(z.number()),
  measures: z.array(z.number()),
  stopped: z.boolean(),
  isOpen: z.boolean(),
  wordsPerEpoch: z.number().min(0).optional(),
  /** The numbers of the position; its arrays are tensors. */
  position: z.record(z.string(), z.number()).optional(),
  seconds: z.number().min(0),
  threads: z.number(),
});

/** What a checkpoint says of a course, as JSON. */
export type SavedCourse = z.output<typeof courseSchema>;

/** A course as a text, with how long it took so far and on how many threads; arrays of its position left out. */
export function courseText(
  { position, ...course }: Course,
  took: { readonly seconds: number; readonly threads: number },
): string {
  const numbers = Object.entries(position ?? {}).filter(([, value]) => typeof value === 'number');
  return JSON.stringify({ ...course, ...(position && { position: Object.fromEntries(numbers) }), ...took });
}

/** The arrays of a course's position, by name. */
export function positionTensors({ position = {} }: Course): ReadonlyMap<string, Tensor> {
  return new Map(
    Object.entries(position).flatMap(([name, data]) =>
      typeof data === 'number' ? [] : [[name, { shape: [data.length], data }] as const],
    ),
  );
}

/** @throws WordmillError `data` for a text that no checkpoint has. */
export function parseCourse(text: string | undefined, file: string): SavedCourse {
  try {
    return courseSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new WordmillError('data', 'this checkpoint does not say where training was', {
      place: { file },
      cause,
    });
  }
}

/** A number of a position. @throws WordmillError `data` where it has none. */
export function numberIn(position: Position, name: string): number {
  const value = position[name];
  if (typeof value === 'number') return value;
  throw new WordmillError('data', `the checkpoint's position has no ${name}`);
}

/** An array of a position. @throws WordmillError `data` where it has none. */
export function arrayIn(position: Position, name: string): Float64Array {
  const value = position[name];
  if (value instanceof Float64Array) return value;
  throw new WordmillError('data', `the checkpoint's position has no ${name}`);
}
