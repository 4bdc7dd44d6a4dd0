import type { Corpus } from '../../../core/corpus.js';
import type { TrainingGroup } from '../../../sampling/groups.js';
import { languageModelGroups } from '../../../sampling/language-model-windows.js';
import type { WindowsOptions } from '../../../sampling/options.js';
import { SentenceSampler } from '../../../sampling/sentence-sampler.js';
import { HeldOutSentences } from '../../held-out.js';

/** One sentence of a corpus, begun: how many tokens it has, whether it is held out, and its windows to be drawn. */
export interface TextSentence {
  readonly tokens: number;
  readonly heldOut: boolean;
  /** Drawn as the stage `languageModelWindows` draws them; the group is used again for the next window. */
  readonly windows: Iterable<TrainingGroup>;
}

/** The text of a corpus as nplm sees it: sentence by sentence, in windows, some held out. */
export class NplmText {
  readonly #corpus: Corpus;
  readonly #windows: WindowsOptions;
  readonly #seed: number;
  readonly #heldOut: HeldOutSentences;

  constructor(
    corpus: Corpus,
    windows: WindowsOptions,
    options: { readonly seed: number; readonly validation: number },
  ) {
    this.#corpus = corpus;
    this.#windows = windows;
    this.#seed = options.seed;
    this.#heldOut = new HeldOutSentences(options.validation, options.seed);
  }

  /** @param epoch from 0: what `nearby` draws differs by epoch. */
  async *sentences(epoch: number): AsyncGenerator<TextSentence, void, void> {
    const sampler = new SentenceSampler({
      window: this.#windows.size,
      windowMode: 'fixed',
      seed: this.#seed,
    });
    for await (const block of this.#corpus.blocks()) {
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        const sentence = block.firstSentence + index;
        sampler.start(block.ids, start, end, epoch, sentence);
        const windows = languageModelGroups(sampler, this.#windows);
        yield { tokens: end - start, heldOut: this.#heldOut.has(sentence), windows };
        start = end;
      }
    }
  }
}
