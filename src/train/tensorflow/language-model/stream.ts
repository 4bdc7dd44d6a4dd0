import type { IdBlock } from '../../../core/blocks.js';
import { throwIfAborted, WordmillError } from '../../../core/errors.js';
import { Vocabulary } from '../../../core/vocabulary.js';

/** How the end of a sentence is spelled, as in word2vec.c. */
export const SENTENCE_END = '</s>';
/** Its id in a language model's vocabulary. */
export const SENTENCE_END_ID = 0;

/** Where the share that is held out stands in the options of `trainLanguageModel`. */
export const SHARE_KEY = 'train.validationShare';

/** Running text: the ids of all words in order, with the id of `</s>` after each sentence. */
export type IdStream = Uint16Array | Uint32Array;

/** A vocabulary of a language model, and where it puts the words of the one that it was made of. */
export interface StreamVocabulary {
  readonly vocabulary: Vocabulary;
  /** By id of the vocabulary it was made of. */
  readonly idOf: Uint32Array;
}

/**
 * A vocabulary with `</s>` as its first word, the others after it in their order. A word of the text that is spelled
 * `</s>` is that word.
 *
 * @param sentences how often `</s>` occurs
 */
export function withSentenceEnd(vocabulary: Vocabulary, sentences: number): StreamVocabulary {
  const { unknown, unknownCount } = vocabulary;
  const words = [SENTENCE_END];
  const counts = [sentences];
  const idOf = Uint32Array.from(vocabulary.words, (word, id) => {
    if (word === SENTENCE_END) return SENTENCE_END_ID;
    counts.push(vocabulary.counts[id]!);
    return words.push(word) - 1;
  });
  return { vocabulary: new Vocabulary({ words, counts, unknown, unknownCount }), idOf };
}

/**
 * Reads blocks of ids as one stream. Sentences without words leave nothing. It is held in memory: two bytes a token
 * for a vocabulary of up to 65,536 words, else four.
 *
 * @param idOf the ids of a language model by those of the blocks; the same where it is left out
 * @param words how many words the language model has
 */
export async function readStream(
  blocks: AsyncIterable<IdBlock>,
  words: number,
  options: { readonly idOf?: Uint32Array; readonly signal?: AbortSignal } = {},
): Promise<IdStream> {
  const { idOf, signal } = options;
  const wide = words > 0x1_0000;
  const parts: IdStream[] = [];
  let total = 0;
  for await (const { ids, sentenceEnds } of blocks) {
    if (signal) throwIfAborted(signal);
    const length = ids.length + sentenceEnds.length;
    const part = wide ? new Uint32Array(length) : new Uint16Array(length);
    let end = 0;
    let start = 0;
    for (const sentenceEnd of sentenceEnds) {
      if (sentenceEnd === start) continue;
      for (; start < sentenceEnd; start++) part[end++] = idOf ? idOf[ids[start]!]! : ids[start]!;
      part[end++] = SENTENCE_END_ID;
    }
    parts.push(part.subarray(0, end));
    total += end;
  }
  const stream = wide ? new Uint32Array(total) : new Uint16Array(total);
  let end = 0;
  for (const part of parts) {
    stream.set(part, end);
    end += part.length;
  }
  return stream;
}

/** A held-out part may be this many times as large as it should be, or as small. */
const MOST_FAR_OFF = 2;

/**
 * Cuts a stream in two at the end of a sentence, the one that leaves a second part nearest to `share` of it.
 *
 * @param key where the share stands, for messages
 * @throws WordmillError `data` where a part would be empty, or the second less than half or more than twice as large as
 * it should be.
 */
export function holdOut(
  stream: IdStream,
  share: number,
  key = SHARE_KEY,
): { training: IdStream; heldOut: IdStream } {
  const wanted = Math.round(stream.length * (1 - share));
  const before = stream.lastIndexOf(SENTENCE_END_ID, Math.max(0, wanted - 1)) + 1;
  const after = stream.indexOf(SENTENCE_END_ID, wanted) + 1;
  const [cut] = [before, after]
    .filter((end) => end > 0 && end < stream.length)
    .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  if (cut === undefined) {
    throw new WordmillError('data', 'the text is too short to hold a part of it out', {
      place: { key },
      hint: 'It needs two sentences at least; give more text, or another text to validate on.',
    });
  }
  const found = (stream.length - cut) / stream.length;
  if (found > share * MOST_FAR_OFF || found < share / MOST_FAR_OFF) {
    const percent = (part: number) => `${Number((100 * part).toPrecision(2))} %`;
    throw new WordmillError(
      'data',
      `cut at the end of a sentence nearest to ${percent(share)}, the text would have ${percent(found)} of it held out`,
      {
        place: { key },
        hint: 'Its sentences are too long for that share: give another share, or another text to validate on.',
      },
    );
  }
  return { training: stream.subarray(0, cut), heldOut: stream.subarray(cut) };
}

/** A rectangle of a stream cut into parallel ones, step by step: row `t * batch + b` is step t of stream b. */
export interface StreamBatch {
  readonly steps: number;
  /** The word before each target. */
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  /** 1, or 0 past the end of a stream and where a step only warms the state up. */
  readonly counted: Uint8Array;
  /** How many are counted. */
  readonly events: number;
}

/** How a stream is cut. */
export interface StreamCut {
  /** How many parallel streams; more than the stream has words would be empty. */
  readonly batch: number;
  readonly steps: number;
  /** Steps that each parallel stream but the first begins with and that are not counted. */
  readonly warmUp?: number;
}

/**
 * The batches of an epoch: the stream is cut into `batch` parts of equal length (the last may be shorter), which run
 * side by side, `steps` words at a time. Every word is a target once. A part's first input is the word before it; the
 * text's first input is `</s>`. With `warmUp`, parts overlap by that many words, and the first counts those too, since
 * nothing comes before it.
 */
export class StreamBatches {
  /** How many batches an epoch has. */
  readonly count: number;
  readonly batch: number;
  readonly #stream: IdStream;
  readonly #steps: number;
  readonly #warmUp: number;
  /** From the start of a part to the start of the next. */
  readonly #stride: number;
  /** How many steps each part runs. */
  readonly #length: number;

  constructor(stream: IdStream, { batch, steps, warmUp = 0 }: StreamCut) {
    this.#stream = stream;
    this.batch = Math.max(1, Math.min(batch, stream.length));
    this.#steps = steps;
    this.#warmUp = warmUp;
    this.#stride = Math.max(0, Math.ceil((stream.length - warmUp) / this.batch));
    this.#length = Math.min(this.#stride + warmUp, stream.length);
    this.count = Math.ceil(this.#length / steps);
  }

  at(index: number): StreamBatch {
    const first = index * this.#steps;
    const steps = Math.min(this.#steps, this.#length - first);
    const rows = steps * this.batch;
    const inputs = new Int32Array(rows).fill(SENTENCE_END_ID);
    const targets = new Int32Array(rows).fill(SENTENCE_END_ID);
    const counted = new Uint8Array(rows);
    let events = 0;
    for (let b = 0; b < this.batch; b++) {
      const begin = b * this.#stride;
      for (let t = 0; t < steps; t++) {
        const position = begin + first + t;
        if (position >= this.#stream.length) break;
        const row = t * this.batch + b;
        if (position > 0) inputs[row] = this.#stream[position - 1]!;
        targets[row] = this.#stream[position]!;
        if (b === 0 || first + t >= this.#warmUp) {
          counted[row] = 1;
          events++;
        }
      }
    }
    return { steps, inputs, targets, counted, events };
  }
}
