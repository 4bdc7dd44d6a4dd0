import type { TextOrigin } from '../core/blocks.js';

/** Where a unit comes from. */
export interface UnitPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Where the units of a block come from, one by one. */
export function placesOf(origins: readonly TextOrigin[]): UnitPlace[] {
  return origins.flatMap(({ file, lines }) => Array.from(lines, (line) => ({ file, line })));
}

/** The same as a block has it: files one after another. */
export function originsOf(places: readonly UnitPlace[]): TextOrigin[] {
  const origins: TextOrigin[] = [];
  for (let first = 0, end = 0; first < places.length; first = end) {
    const { file } = places[first]!;
    while (end < places.length && places[end]!.file === file) end++;
    const lines = Float64Array.from(places.slice(first, end), ({ line }) => line);
    origins.push({ file, firstUnit: first, lines });
  }
  return origins;
}
