/** One step of a path: into a key of an object, one place of a list, or every place of a list. */
type Step = { readonly key: string } | { readonly place: number } | 'every';

/** A path into a JSON value, such as `paragraphs[].text`. */
export interface FieldPath {
  readonly text: string;
  readonly steps: readonly Step[];
}

const STEP = /\.?([^.[\]]+)|\[(\d*)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Reads a path: keys with dots between them, `[0]` for one place of a list (from 0), `[]` for all of them, and
 * `["a.b"]` for a key with dots or brackets in it.
 *
 * @returns undefined for what is no path
 */
export function parseFieldPath(text: string): FieldPath | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const start = STEP.lastIndex;
    const match = STEP.exec(text);
    if (!match || (text[start] === '.' ? start === 0 : match[1] !== undefined && start > 0)) return undefined;
    const [, key, place, quoted] = match;
    if (key !== undefined) steps.push({ key });
    else if (quoted !== undefined) steps.push({ key: quoted.replace(/\\(.)/g, '$1') });
    else steps.push(place === '' ? 'every' : { place: Number(place) });
  }
  return steps.length === 0 ? undefined : { text, steps };
}

/** Where a path ends: at texts, nowhere, or at an object, a list, true or false. */
type End = 'found' | 'missing' | 'other';

/**
 * Adds the texts that a path leads to in a value; numbers count as texts, null as an empty one.
 *
 * @returns where it ends; of a list, at texts where one of its places does
 */
export function textsAt(value: unknown, path: FieldPath, texts: string[]): End {
  return follow(value, path.steps, 0, texts);
}

function follow(value: unknown, steps: readonly Step[], done: number, texts: string[]): End {
  const step = steps[done];
  if (step === undefined) return textOf(value, texts);
  if (step === 'every') {
    if (!Array.isArray(value)) return 'missing';
    const ends = value.map((item) => follow(item, steps, done + 1, texts));
    if (ends.includes('other')) return 'other';
    return ends.length === 0 || ends.includes('found') ? 'found' : 'missing';
  }
  if (typeof value !== 'object' || value === null) return 'missing';
  const key = 'key' in step ? step.key : step.place;
  if (Array.isArray(value) !== 'place' in step || !Object.hasOwn(value, key)) return 'missing';
  return follow((value as Record<string | number, unknown>)[key], steps, done + 1, texts);
}

function textOf(value: unknown, texts: string[]): 'found' | 'other' {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'number') texts.push(String(value));
  else if (value !== null) return 'other';
  return 'found';
}
