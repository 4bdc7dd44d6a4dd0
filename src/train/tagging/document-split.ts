import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode, WordmillError } from '../../core/errors.js';
import { optionProblems, wholeNumber } from '../../core/options.js';
import { Random } from '../../core/random.js';

/** A name for each part, such as `train`, and the numbers of its documents, from 1. */
export type DocumentSplit = Readonly<Record<string, readonly number[]>>;

const splitFile = z.looseObject({
  parts: z.record(z.string(), z.looseObject({ documents: z.array(wholeNumber(1)) })),
});

/**
 * The split that a JSON file lists: `{"parts": {NAME: {"documents": [1, 4, …]}, …}}`; other keys are for people.
 *
 * @throws WordmillError `noInput` where there is no such file; `data` where it is not such a list.
 */
export async function readDocumentSplit(path: string): Promise<DocumentSplit> {
  const place = { file: path };
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (systemCode(cause) === undefined) {
      throw new WordmillError('data', `this is not JSON: ${(cause as Error).message}`, { place, cause });
    }
    throw new WordmillError('noInput', `cannot read this list of documents: ${(cause as Error).message}`, {
      place,
      cause,
    });
  }
  const parsed = splitFile.safeParse(value);
  if (!parsed.success) {
    const [first] = optionProblems(splitFile, value, parsed.error);
    throw new WordmillError('data', first!.problem, { place: { ...place, key: first!.path.join('.') } });
  }
  const parts = Object.entries(parsed.data.parts);
  return Object.fromEntries(parts.map(([name, { documents }]) => [name, documents]));
}

/**
 * Sentences by the part that their document is in, in the order given.
 *
 * @param file where the sentences come from, for messages
 * @throws WordmillError `data` where a document is in no part or in two, or a listed one is not there.
 */
export function splitByDocument<Sentence extends { readonly document: number }>(
  sentences: Iterable<Sentence>,
  split: DocumentSplit,
  file: string,
): Record<string, Sentence[]> {
  const fail = (problem: string) =>
    new WordmillError('data', problem, {
      place: { file },
      hint: 'The list of documents is for another file, or one with other -DOCSTART- lines.',
    });
  const partOf = new Map<number, string>();
  for (const [part, documents] of Object.entries(split)) {
    for (const document of documents) {
      const other = partOf.get(document);
      if (other !== undefined) throw fail(`document ${document} is listed in ${other} and in ${part}`);
      partOf.set(document, part);
    }
  }
  const parts: Record<string, Sentence[]> = Object.fromEntries(Object.keys(split).map((part) => [part, []]));
  const seen = new Set<number>();
  for (const sentence of sentences) {
    const part = partOf.get(sentence.document);
    if (part === undefined) throw fail(`document ${sentence.document} is in no part of the split`);
    seen.add(sentence.document);
    parts[part]!.push(sentence);
  }
  for (const document of partOf.keys()) {
    if (!seen.has(document)) throw fail(`document ${document} is listed, but not there`);
  }
  return parts;
}

/**
 * Deals documents out to parts at random. The last part gets what is left after rounding.
 *
 * @param documents how many there are
 * @param shares of each part; they add up to 1
 */
export function drawDocumentSplit(
  documents: number,
  shares: Readonly<Record<string, number>>,
  seed: number,
): DocumentSplit {
  const order = shuffledNumbers(documents, seed);
  const names = Object.keys(shares);
  const split: Record<string, number[]> = {};
  let from = 0;
  let share = 0;
  for (const [index, name] of names.entries()) {
    share += shares[name]!;
    const to = index === names.length - 1 ? documents : Math.round(documents * share);
    split[name] = Array.from(order.slice(from, to), (document) => document + 1).sort((a, b) => a - b);
    from = to;
  }
  return split;
}

/**
 * A part of labelled sentences, drawn at random, in the order given: `fraction` of them, rounded up. With the same seed
 * a smaller fraction lies within a larger one.
 *
 * @param fraction above 0, to 1
 */
export function nestedFraction<T>(sentences: readonly T[], fraction: number, seed: number): T[] {
  const order = shuffledNumbers(sentences.length, seed);
  // Decimal fractions such as 0.3 are a hair above or below what they say: 0.3 of 10 shall be 3.
  const count = Math.ceil(Number((sentences.length * fraction).toFixed(6)));
  return Array.from(order.slice(0, count).sort(), (index) => sentences[index]!);
}

/** 0 to n - 1 in random order (Fisher & Yates; Durstenfeld 1964). */
function shuffledNumbers(n: number, seed: number): Uint32Array {
  const random = new Random(seed);
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const value = order[last]!;
    order[last] = order[other]!;
    order[other] = value;
  }
  return order;
}
