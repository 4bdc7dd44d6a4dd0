import { sentencesOf, type TextBlock } from '../core/blocks.js';
import type { Report } from '../core/report.js';
import { iterate } from '../core/run.js';
import { compose, nothing, type Source } from '../core/stage.js';
import { conllSentences } from '../formats/conll.js';
import type { ConllOptions } from '../formats/conll-options.js';
import type { ConllSentence } from '../formats/conll-parser.js';
import { files as filesOf } from '../sources/files.js';
import { listFiles } from '../sources/list-files.js';
import { stdin } from '../sources/stdin.js';
import { tokenize } from '../tokenize/tokenize.js';
import { readTagged } from '../train/tagging/tagged-sentence.js';

const STANDARD_INPUT = 'standard input';
const LINE_FEED = 0x0a;
/** A longer line is cut by what reads text long before. */
const LONGEST_SENTENCE = 1_000_000;

/**
 * Labelled text has punctuation as tokens of its own: runs of letters and digits, with an apostrophe, hyphen or dot
 * inside; every other character but white space is a token.
 */
const TOKENS = String.raw`[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*|\S`;

/** How text for a tagger is read. */
export interface TaggerInputOptions extends Partial<ConllOptions> {
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** Stops at invalid UTF-8 in text rather than replace it; in CoNLL it is always refused. */
  readonly strictUtf8?: boolean;
}

/** A sentence that knows where it begins. */
export interface PlacedTokens {
  readonly tokens: readonly string[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The same of CoNLL columns. */
export type PlacedConll = ConllSentence & PlacedTokens;

/**
 * The sentences of CoNLL files, as `listFiles` lists them, or of standard input where `files` is left out.
 *
 * @throws WordmillError as `listFiles` and `readConll` say.
 */
export async function* conllOf(
  files: readonly string[] | undefined,
  { report: _, strictUtf8: __, signal, tokenColumn, tagColumn, comments }: TaggerInputOptions,
  withTags: boolean,
): AsyncGenerator<PlacedConll> {
  const settings = {
    ...{ withTags, ...(signal && { signal }) },
    ...(tokenColumn !== undefined && { tokenColumn }),
    ...(tagColumn !== undefined && { tagColumn }),
    ...(comments !== undefined && { comments }),
  };
  if (files) {
    const paths = (await listFiles(files)).map(({ path }) => path);
    for await (const sentence of readTagged(paths, settings)) {
      yield { ...sentence, file: sentence.placeOf(0).file, line: sentence.lines[0]! };
    }
    return;
  }
  const chunks = process.stdin as AsyncIterable<Uint8Array>;
  for await (const sentence of conllSentences(chunks, { ...settings, file: STANDARD_INPUT })) {
    yield { ...sentence, file: STANDARD_INPUT, line: sentence.lines[0]! };
  }
}

/**
 * The lines of text as sentences; lines without a token give none.
 *
 * @param input `text` is split into tokens; in `tokens` these stand between white space
 * @throws WordmillError as `files` says.
 */
export async function* linesOf(
  files: readonly string[] | undefined,
  input: 'text' | 'tokens',
  { signal, report, strictUtf8 = false }: TaggerInputOptions,
): AsyncGenerator<PlacedTokens> {
  const texts = files
    ? (await listFiles(files)).map(({ path, url }) => ({
        file: path,
        text: filesOf(url ?? path, { strictUtf8 }),
      }))
    : [{ file: STANDARD_INPUT, text: stdin({ strictUtf8 }) }];
  const listener = {
    warning: (message: string) => report.warn(message, message),
    note: (message: string) => report.note(message),
  };
  yield* iterate(sentencesOfTexts(texts, input), { listener, ...(signal && { signal }) });
}

interface NamedText {
  readonly file: string;
  readonly text: Source<TextBlock>;
}

function sentencesOfTexts(texts: readonly NamedText[], input: 'text' | 'tokens'): Source<PlacedTokens> {
  const split = tokenize({
    ...{ lowercase: false, maxSentence: LONGEST_SENTENCE },
    ...(input === 'text' ? { pattern: TOKENS } : { splitter: 'whitespace' }),
  });
  return async function* placing(_input, context) {
    // Stages pull one block at a time: the tokens that come out are those of the line that went in last.
    let at = { file: '', line: 0 };
    const lines: Source<TextBlock> = async function* () {
      for (const { file, text } of texts) {
        at = { file, line: 0 };
        for await (const { bytes } of text(nothing(), context)) {
          for (let start = 0, end: number; start < bytes.length; start = end) {
            end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
            at = { file, line: at.line + 1 };
            yield { bytes: bytes.subarray(start, end) };
          }
        }
      }
    };
    for await (const block of compose(lines, split)(nothing(), context)) {
      yield { tokens: [...sentencesOf(block)].flat(), ...at };
    }
  };
}
