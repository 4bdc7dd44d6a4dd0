import {
  buildVocabulary,
  type Corpus,
  compose,
  encode,
  iterate,
  run,
  type Source,
  type TokenBlock,
  type Vocabulary,
} from '../../src/index.js';

/** What a language model predicts: the words of the vocabulary, `<UNK>` the last of them, and the sentence end `</s>`. */
export interface Events {
  /** The id of `<UNK>`. */
  readonly unknown: number;
  /** The id of `</s>`, the one after `<UNK>`. */
  readonly sentenceEnd: number;
  /** How many different events there are; all ids are below it. */
  readonly types: number;
}

/** A text as one row of events: the words of each sentence, then the sentence end. Perplexity is over all of them. */
export interface EventText {
  readonly ids: Uint32Array;
  readonly sentences: number;
  /** Words, those that became `<UNK>` among them. */
  readonly words: number;
  readonly unknown: number;
}

/** A training and a held-out text over one vocabulary. */
export interface LanguageModelCorpus {
  /** With `<UNK>` as its last word. */
  readonly vocabulary: Vocabulary;
  /** Different words of the training text, before the vocabulary was cut. */
  readonly types: number;
  readonly events: Events;
  readonly train: EventText;
  readonly heldOut: EventText;
}

/**
 * Both texts as events. The vocabulary is the `size` most frequent words of the training text (equal counts: by bytes),
 * `<UNK>` not counted; every other word of either text is `<UNK>`.
 *
 * @throws WordmillError `data` when the training text has no word.
 */
export async function eventCorpus(
  train: readonly TokenBlock[],
  heldOut: readonly TokenBlock[],
  size: number,
): Promise<LanguageModelCorpus> {
  const options = { minCount: 1, maxSize: size, unk: 'token' } as const;
  const { last, report } = await run(compose(sourceOf(train), buildVocabulary(options)));
  const { vocabulary } = last as Corpus;
  return {
    vocabulary,
    types: report.stages.vocabulary!.counts.types!,
    events: { unknown: vocabulary.unknownId!, sentenceEnd: vocabulary.size, types: vocabulary.size + 1 },
    train: await eventText(train, vocabulary),
    heldOut: await eventText(heldOut, vocabulary),
  };
}

/** The sentences of a text, one a line, words separated by one space, unknown ones as `<UNK>`. */
export function* textLines(
  { ids }: EventText,
  { vocabulary, events }: LanguageModelCorpus,
): Generator<string> {
  let start = 0;
  while (start < ids.length) {
    const end = ids.indexOf(events.sentenceEnd, start);
    yield `${Array.from(ids.subarray(start, end), (id) => vocabulary.words[id]).join(' ')}\n`;
    start = end + 1;
  }
}

async function eventText(blocks: readonly TokenBlock[], vocabulary: Vocabulary): Promise<EventText> {
  const words = blocks.reduce((sum, { tokenEnds }) => sum + tokenEnds.length, 0);
  const sentences = blocks.reduce((sum, { sentenceEnds }) => sum + sentenceEnds.length, 0);
  const ids = new Uint32Array(words + sentences);
  let unknown = 0;
  let length = 0;
  for await (const block of iterate(compose(sourceOf(blocks), encode(vocabulary)))) {
    let position = 0;
    for (const end of block.sentenceEnds) {
      for (; position < end; position++) {
        const id = block.ids[position]!;
        if (id === vocabulary.unknownId) unknown++;
        ids[length++] = id;
      }
      ids[length++] = vocabulary.size;
    }
  }
  return { ids, sentences, words, unknown };
}

function sourceOf(blocks: readonly TokenBlock[]): Source<TokenBlock> {
  return async function* fromMemory() {
    yield* blocks;
  };
}
