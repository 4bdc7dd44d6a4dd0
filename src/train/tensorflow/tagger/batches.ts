import { Random, STREAMS } from '../../../core/random.js';
import type { Vocabulary } from '../../../core/vocabulary.js';
import type { CharacterVocabulary } from '../../tagging/characters.js';
import { SHAPE_FLAGS, shapeFlags, shapeId } from '../../tagging/word-shape.js';
import type { SequenceShape } from '../recurrent/sequences.js';
import { composedVector, type VectorOf, wordId } from './vocabulary.js';

/** What of tokens a tagger looks at. */
export interface TokenEncoding {
  readonly vocabulary: Vocabulary;
  readonly lowercase: boolean;
  readonly characters: CharacterVocabulary | undefined;
  readonly shapes: boolean;
  readonly dimensions: number;
  readonly vectorOf: VectorOf | undefined;
}

/** Sentences as a tagger sees them, padded to one length; row `t * batch + b` is token t of sentence b. */
export interface TaggerBatch {
  readonly shape: SequenceShape & { readonly lengths: Int32Array };
  /** A word's id for each row; `<UNK>` where there is padding. */
  readonly words: Int32Array;
  /** Vectors for unknown words by their subwords: which rows have one, and these, [rows, dimensions]. */
  readonly composed?: { readonly has: Uint8Array; readonly vectors: Float32Array };
  readonly shapes?: { readonly ids: Int32Array; readonly flags: Float32Array };
  /** The distinct words as rows of characters, and for each row of the batch which of them it is. */
  readonly characters?: {
    readonly ids: Int32Array;
    readonly lengths: Int32Array;
    readonly width: number;
    readonly places: Int32Array;
  };
}

/** Puts sentences of at least one token each together. */
export function encodeBatch(sentences: readonly (readonly string[])[], encoding: TokenEncoding): TaggerBatch {
  const batch = sentences.length;
  const lengths = Int32Array.from(sentences, ({ length }) => length);
  const steps = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const tokens: string[] = [];
  for (let t = 0; t < steps; t++) for (const sentence of sentences) tokens.push(sentence[t] ?? '');
  const { vocabulary, lowercase, characters, shapes } = encoding;
  const words = Int32Array.from(tokens, (token) => wordId(vocabulary, token, lowercase));
  const composed = composedVectors(tokens, words, encoding);
  return {
    shape: { steps, batch, lengths },
    words,
    ...(composed && { composed }),
    ...(shapes && { shapes: { ids: Int32Array.from(tokens, shapeId), flags: shapeFlags(tokens) } }),
    ...(characters && { characters: distinctCharacters(tokens, characters) }),
  };
}

/** How many flags a token has beside the id of its shape. */
export const FLAGS = SHAPE_FLAGS.length;

function composedVectors(
  tokens: readonly string[],
  words: Int32Array,
  { vocabulary, vectorOf, dimensions }: TokenEncoding,
): TaggerBatch['composed'] {
  if (!vectorOf) return undefined;
  const has = new Uint8Array(tokens.length);
  const vectors = new Float32Array(tokens.length * dimensions);
  for (const [row, token] of tokens.entries()) {
    if (words[row] !== vocabulary.unknownId || token === '') continue;
    const vector = composedVector(vectorOf, token, dimensions);
    if (!vector) continue;
    has[row] = 1;
    vectors.set(vector, row * dimensions);
  }
  return has.includes(1) ? { has, vectors } : undefined;
}

function distinctCharacters(
  tokens: readonly string[],
  characters: CharacterVocabulary,
): NonNullable<TaggerBatch['characters']> {
  const placeOf = new Map<string, number>();
  const places = Int32Array.from(tokens, (token) => {
    const place = placeOf.get(token) ?? placeOf.size;
    placeOf.set(token, place);
    return place;
  });
  const { ids, lengths, width } = characters.encode([...placeOf.keys()]);
  return { ids, lengths, width, places };
}

/**
 * The numbers of sentences in batches of similar length, so that little is padding: shuffled, sorted by length (equal
 * lengths stay shuffled), cut, and the batches shuffled. Drawn by seed and epoch alone.
 */
export function batchOrder(
  lengths: readonly number[],
  size: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): number[][] {
  const random = new Random(seed, STREAMS.order, epoch);
  const order = shuffled([...lengths.keys()], random).sort((a, b) => lengths[a]! - lengths[b]!);
  return shuffled(cut(order, size), random);
}

/** The same without chance, longest first. */
export function batchesByLength(lengths: readonly number[], size: number): number[][] {
  return cut(
    [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]!),
    size,
  );
}

function cut(order: readonly number[], size: number): number[][] {
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += size) batches.push(order.slice(start, start + size));
  return batches;
}

/** Fisher & Yates; Durstenfeld 1964. */
function shuffled<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}
