import { sentencesOf } from '../core/blocks.js';
import { iterate, openContext, type RunOptions } from '../core/run.js';
import { compose, nothing } from '../core/stage.js';
import { text } from '../sources/text.js';
import { encode } from '../tokenize/encode.js';
import { type TokenizeOptions, tokenizeOptions } from '../tokenize/options.js';
import { tokenize } from '../tokenize/tokenize.js';
import type { LanguageModel, TextEvaluation } from '../train/tensorflow/language-model/language-model.js';
import { textOf } from './inputs.js';

/** How well a saved model predicts a text, and how much of the text it does not know. */
export interface TextReport extends TextEvaluation {
  /** Words of the text: those that the model knows, those that are `<UNK>` to it, and those that were left out. */
  readonly words: number;
  /** Words that the model does not know and that were left out, where it has no `<UNK>`; they are no events. */
  readonly leftOut: number;
  /** The share of words that the model does not know. */
  readonly unknownShare: number;
}

/** How `evaluateText` runs. */
export interface EvaluateTextOptions extends RunOptions {
  /** Parallel streams; 1 is exact. See `EvaluateOptions`. */
  readonly streams?: number;
}

/**
 * The perplexity of texts, taken together, under a language model. They are split as the model's own text was.
 *
 * @param files files, folders or globs; standard input where they are left out
 * @throws WordmillError as sources do; `data` for a text without words.
 */
export async function evaluateText(
  model: LanguageModel,
  files: readonly string[] | undefined,
  { streams, ...options }: EvaluateTextOptions = {},
): Promise<TextReport> {
  const { context, close } = openContext(options);
  try {
    const unit = model.details.unit === 'paragraphs' ? 'paragraphs' : 'lines';
    const source = { unit, strictUtf8: false } as const;
    const blocks = compose(
      textOf(files ? { ...source, files: [...files] } : { ...source, stdin: true }),
      tokenize(tokenizingOf(model)),
      encode(model.vocabulary),
    )(nothing(), context);
    const { report, signal } = context;
    const evaluation = await model.perplexity(blocks, {
      ...(streams !== undefined && { streams }),
      signal,
      onProgress: (done, total) => report.progress({ phase: 'evaluate', unit: 'words', done, total }),
    });
    const { counts, dropped } = report.stages.encode!;
    const leftOut = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    const words = counts.tokens! + leftOut;
    return { ...evaluation, words, leftOut, unknownShare: (evaluation.unknown + leftOut) / words };
  } finally {
    await close();
  }
}

/** The words of a text, split as the model's own text was. */
export async function wordsFor(model: LanguageModel, prompt: string): Promise<string[]> {
  const words: string[] = [];
  for await (const block of iterate(compose(text([prompt]), tokenize(tokenizingOf(model))))) {
    for (const sentence of sentencesOf(block)) words.push(...sentence);
  }
  return words;
}

/** How a model's text was split; a model of the library, that does not say, is taken as split at white space. */
function tokenizingOf({ details }: LanguageModel): TokenizeOptions {
  const saved = tokenizeOptions.safeParse(details.tokenize);
  return saved.data ?? tokenizeOptions.parse({ splitter: 'whitespace', lowercase: false });
}
