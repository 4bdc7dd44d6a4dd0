import { type IdBlock, idBlock } from '../../../../src/core/blocks.js';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import type { LanguageModelCorpus } from '../../../../src/train/tensorflow/language-model/train.js';

/** Sentences of words as blocks of ids. */
export async function* blocksOf(
  vocabulary: Vocabulary,
  sentences: readonly string[],
): AsyncGenerator<IdBlock> {
  yield idBlock(
    sentences.map((sentence) =>
      sentence.split(' ').flatMap((word) => (word === '' ? [] : [vocabulary.idOf(word)!])),
    ),
  );
}

/** A corpus of a few sentences, all their words known, and `<UNK>` with them. */
export function corpusOf(sentences: readonly string[]): LanguageModelCorpus {
  const counts = new Map<string, number>();
  for (const word of sentences.flatMap((sentence) => sentence.split(' ')))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts.keys()].filter((word) => word !== '<UNK>' && word !== '');
  const vocabulary = new Vocabulary({
    words,
    counts: words.map((word) => counts.get(word)!),
    unknown: 'token',
    unknownCount: counts.get('<UNK>') ?? 0,
  });
  return { vocabulary, blocks: () => blocksOf(vocabulary, sentences) };
}

/** Sentences that differ in what comes after a word they share: only memory can tell them apart. */
export const VERSES = [
  'one for the money two for the show',
  'three to get ready and four to go',
  'sing a song of sixpence a pocket full of rye',
];
