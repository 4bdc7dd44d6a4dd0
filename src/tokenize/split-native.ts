import { nativeAddon } from '../native/addon.js';
import type { NativeTextSplitter, OpenWords } from '../native/text.js';
import { characterPage, PAGE_SIZE, PAGES } from './character-pages.js';
import type { TokenizeOptions } from './options.js';
import type { BatchSplitter } from './split-batch.js';
import { ChunkSplitter } from './split-chunks.js';
import { type Split, wordsOfText } from './split-text.js';
import { TokenWriter } from './token-writer.js';

/**
 * The splitters `words` and `whitespace` in C++, equal to `byteSplitter`. What C++ leaves open (a character that depends
 * on its neighbours or is past U+FFFF, one that it has not met before, invalid UTF-8, words that are too long) goes
 * through the splitter of strings.
 *
 * @throws WordmillError `unavailable` where the addon cannot run.
 */
export function nativeSplitter(options: TokenizeOptions): BatchSplitter {
  const { splitter, lowercase, foldNumbers, maxSentence } = options;
  const native = nativeAddon().createTextSplitter({
    lettersAndDigits: splitter === 'words',
    lowercase,
    foldNumbers,
    maxSentence,
  });
  const words = wordsOfText(options);
  const open = new OpenStretches(words);
  const characters = new KnownCharacters(native, words, options);
  return (bytes) => {
    const stretches = native.split({ bytes });
    characters.learn(bytes, stretches);
    const { units, emptyUnits, ...block } = native.finish(open.split(bytes, stretches));
    return {
      block,
      units,
      emptyUnits,
      droppedTokens: open.droppedTokens,
      droppedExample: open.droppedExample,
    };
  };
}

/** Finds the words of what was left open. */
class OpenStretches {
  readonly #writer = new TokenWriter(Number.POSITIVE_INFINITY);
  readonly #chunks: ChunkSplitter;

  constructor(words: Split) {
    this.#chunks = new ChunkSplitter(words);
  }

  /** Of the last batch. */
  get droppedTokens(): number {
    return this.#writer.droppedTokens;
  }

  get droppedExample(): string {
    return this.#writer.droppedExample;
  }

  /** @param stretches start and end of each, in turns. */
  split(input: Uint8Array, stretches: Uint32Array): OpenWords {
    const writer = this.#writer;
    writer.start(0);
    const counts = new Uint32Array(stretches.length / 2);
    for (let index = 0; index < counts.length; index++) {
      const before = writer.tokenCount;
      this.#chunks.splitBetween(input, stretches[2 * index]!, stretches[2 * index + 1]!, writer);
      counts[index] = writer.tokenCount - before;
    }
    return { bytes: writer.bytes, tokenEnds: writer.tokenEnds, counts };
  }
}

/** Tells the native splitter of characters when a text first has one of their page. */
class KnownCharacters {
  readonly #native: NativeTextSplitter;
  readonly #pageOf: (page: number) => Uint32Array;
  readonly #known = new Uint8Array(PAGES);

  constructor(native: NativeTextSplitter, words: Split, options: TokenizeOptions) {
    this.#native = native;
    this.#pageOf = (page) => characterPage(page, words, options);
    for (let code = 0; code < 0x80; code += PAGE_SIZE) this.#learnPage(code / PAGE_SIZE);
  }

  learn(input: Uint8Array, stretches: Uint32Array): void {
    for (let index = 0; index < stretches.length; index += 2) {
      const end = stretches[index + 1]!;
      for (let at = stretches[index]!; at < end; at++) {
        const lead = input[at]!;
        if (lead >= 0xe0 && lead < 0xf0) this.#learnPage(((lead & 0x0f) << 6) | (input[at + 1]! & 0x3f));
        else if (lead >= 0xc2 && lead < 0xe0) this.#learnPage(lead & 0x1f);
      }
    }
  }

  #learnPage(page: number): void {
    if (this.#known[page] === 1) return;
    this.#known[page] = 1;
    this.#native.learn({ page, entries: this.#pageOf(page) });
  }
}
