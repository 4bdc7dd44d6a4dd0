import type { IdBlock } from '../../src/core/blocks.js';
import { trainLanguageModel } from '../../src/train/tensorflow/language-model/train.js';
import type { LanguageModelEpoch } from '../../src/train/tensorflow/language-model/training-state.js';
import type { EventText, LanguageModelCorpus } from './events.js';

type TrainOptions = NonNullable<Parameters<typeof trainLanguageModel>[1]>;

/**
 * Trains a recurrent language model on the benchmark's training part and gives what each epoch came to. It predicts the
 * same events as the n-gram models: every word and sentence end of the held-out part, over the same vocabulary.
 */
export async function trainNeural(
  { vocabulary, train, heldOut, events }: LanguageModelCorpus,
  options: Pick<TrainOptions, 'model' | 'train'>,
  onEpoch: (epoch: LanguageModelEpoch) => void,
): Promise<readonly LanguageModelEpoch[]> {
  const { model, epochs } = await trainLanguageModel(
    { vocabulary, blocks: () => blocksOf(train, events.sentenceEnd) },
    { ...options, heldOut: blocksOf(heldOut, events.sentenceEnd) },
    { requireNative: true, onEpoch },
  );
  model.dispose();
  return epochs;
}

/** A text of events as blocks of sentences. */
async function* blocksOf({ ids }: EventText, sentenceEnd: number): AsyncGenerator<IdBlock> {
  let firstSentence = 0;
  let start = 0;
  while (start < ids.length) {
    const words: number[] = [];
    const sentenceEnds: number[] = [];
    while (start < ids.length && sentenceEnds.length < SENTENCES_A_BLOCK) {
      const end = ids.indexOf(sentenceEnd, start);
      for (let i = start; i < end; i++) words.push(ids[i]!);
      sentenceEnds.push(words.length);
      start = end + 1;
    }
    yield { ids: Uint32Array.from(words), sentenceEnds: Uint32Array.from(sentenceEnds), firstSentence };
    firstSentence += sentenceEnds.length;
  }
}

const SENTENCES_A_BLOCK = 1_000;
