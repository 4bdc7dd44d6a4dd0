import { type TextBlock, type TokenBlock, tokenBlock } from '../core/blocks.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Stage, StageContext } from '../core/stage.js';
import { nativeUnavailable } from '../native/addon.js';
import { checkTokenBlock } from './count.js';
import { foldDigits, normalisedText } from './normalise.js';
import { type TokenizeOptions, tokenizeOptions } from './options.js';
import type { BatchSplitter, SplitBatch } from './split-batch.js';
import { byteSplitter, unitSplitter } from './split-bytes.js';
import { checkedSplit, loadModule, type TokenizingStage } from './split-module.js';
import { nativeSplitter } from './split-native.js';
import { type Split, splitPattern, wordsOfText } from './split-text.js';
import { TokenWriter } from './token-writer.js';
import { UnsegmentedText } from './unsegmented.js';

/** The options of `tokenize`; `split` is a function of your own from one unit of text to its words. */
export type TokenizeSettings = Partial<TokenizeOptions> & { readonly split?: Split | undefined };

/**
 * Text to tokens: each unit becomes a sentence, or several if it is longer than `maxSentence`, or none if it has no
 * word. In this order the text is normalised, lower-cased and split, and digits are folded.
 *
 * A `module` or `split` of your own takes the splitter's place: it is given text that is normalised and lower-cased
 * as the options say, and what it gives is folded, cut into sentences and checked like any other.
 *
 * Reports `units`, `empty units`, `sentences` and `tokens`; drops tokens longer than 1,000 bytes.
 *
 * @throws WordmillError `usage` for options that are wrong or exclude each other, at once; for a module that cannot
 * be loaded, when the stage is first asked for output.
 */
export function tokenize(settings: TokenizeSettings = {}): Stage<TextBlock, TokenBlock> {
  const { split, ...given } = settings;
  const options = parseOptions(tokenizeOptions, given, 'tokenize');
  refuseConflicts(options, split);
  if (options.module !== undefined) return moduleStage(options, options.module);
  if (split !== undefined) return unitStage(options, checkedSplit(split, SPLIT));
  if (options.pattern !== undefined) return unitStage(options, splitPattern(options.pattern));
  return batchStage(() =>
    nativeUnavailable() === undefined ? nativeSplitter(options) : byteSplitter(options),
  );
}

const SPLIT = { key: 'tokenize.split' };

/** A stage around a splitter of batches, one for each run. */
function batchStage(splitter: () => BatchSplitter): Stage<TextBlock, TokenBlock> {
  return async function* tokenizing(input, context) {
    const split = splitter();
    const output = new Output(context);
    for await (const { bytes, position } of input) {
      throwIfAborted(context.signal);
      const block = output.of(split(bytes));
      if (block) yield position ? { ...block, position } : block;
    }
    output.end();
  };
}

/** A stage around a function from one unit to its words. */
function unitStage(options: TokenizeOptions, split: Split): Stage<TextBlock, TokenBlock> {
  return batchStage(() => unitSplitter(options, wordsOfText(options, split)));
}

/** A stage around a user's module, which is loaded before any input is read. */
function moduleStage(options: TokenizeOptions, path: string): Stage<TextBlock, TokenBlock> {
  return async function* tokenizing(input, context) {
    const loaded = await loadModule(path);
    const stage =
      'stage' in loaded ? usersStage(options, loaded.stage, path) : unitStage(options, loaded.split);
    yield* stage(input, context);
  };
}

/** A stage around a user's own tokenizing stage. */
function usersStage(
  options: TokenizeOptions,
  stage: TokenizingStage,
  path: string,
): Stage<TextBlock, TokenBlock> {
  const unchanged = options.normalize === 'none' && !options.lowercase;
  const normalise = unchanged ? undefined : normalisedText(options);
  return async function* tokenizing(input, context) {
    const writer = new TokenWriter(options.maxSentence);
    const output = new Output(context);
    for await (const item of stage(normalise ? normalise(input, context) : input, context)) {
      throwIfAborted(context.signal);
      const given = asTokenBlock(item, path);
      writer.start(given.bytes.length);
      copyTokens(given, options.foldNumbers, writer);
      const block = output.of(writer.finish());
      if (block) yield block;
    }
    output.end();
  };
}

/** Reports and warns about what batches hold. */
class Output {
  readonly #unsegmented = new UnsegmentedText();
  readonly #context: StageContext;

  constructor(context: StageContext) {
    this.#context = context;
  }

  /** A batch's tokens, or nothing if it has none. */
  of({ block, ...batch }: SplitBatch): TokenBlock | undefined {
    const { report } = this.#context;
    report.count('tokenize', 'units', batch.units);
    report.count('tokenize', 'empty units', batch.emptyUnits);
    report.count('tokenize', 'sentences', block.sentenceEnds.length);
    report.count('tokenize', 'tokens', block.tokenEnds.length);
    if (batch.droppedTokens > 0) {
      report.drop('tokenize', 'longer than 1,000 bytes', batch.droppedTokens);
      report.warn(
        'tokenize-long',
        `dropping tokens longer than 1,000 bytes; the first begins "${batch.droppedExample}"`,
      );
    }
    this.#unsegmented.inspect(block, report);
    return block.tokenEnds.length > 0 ? block : undefined;
  }

  end(): void {
    this.#unsegmented.conclude(this.#context.report);
  }
}

/** What a user's stage gave, as a block that is in order. */
function asTokenBlock(item: unknown, path: string): TokenBlock {
  if (Array.isArray(item) && item.every(isSentence)) return tokenBlock(item);
  const block = item as Partial<TokenBlock> | null | undefined;
  if (
    block?.bytes instanceof Uint8Array &&
    block.tokenEnds instanceof Uint32Array &&
    block.sentenceEnds instanceof Uint32Array
  ) {
    checkTokenBlock(block as TokenBlock);
    return block as TokenBlock;
  }
  throw new WordmillError('usage', 'this tokenizing stage gave a batch of another kind', {
    place: { file: path },
    hint: 'It must yield arrays of sentences, each an array of words, or token blocks.',
  });
}

function isSentence(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function copyTokens(
  { bytes, tokenEnds, sentenceEnds }: TokenBlock,
  fold: boolean,
  writer: TokenWriter,
): void {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let start = 0;
  let token = 0;
  for (const sentenceEnd of sentenceEnds) {
    for (; token < sentenceEnd; token++) {
      const end = tokenEnds[token]!;
      if (fold) writer.addWord(foldDigits(decoder.decode(bytes.subarray(start, end))));
      else writer.addBytes(bytes, start, end);
      start = end;
    }
    writer.endUnit();
  }
}

function refuseConflicts(options: TokenizeOptions, split: Split | undefined): void {
  const ways = [
    options.splitter !== 'words' && 'splitter',
    options.pattern !== undefined && 'pattern',
    options.module !== undefined && 'module',
    split !== undefined && 'split',
  ].filter((way) => way !== false);
  if (ways.length > 1) {
    throw new WordmillError(
      'usage',
      `${ways.join(' and ')} exclude each other: each says how text is split`,
      {
        place: { key: `tokenize.${ways[1]}` },
        hint: 'Keep one of them.',
      },
    );
  }
  if (split !== undefined && typeof split !== 'function') {
    throw new WordmillError('usage', 'split must be a function from text to words', { place: SPLIT });
  }
}
