import { sentencesOf, type TextBlock, type TokenBlock } from '../../src/core/blocks.js';
import type { Report } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import { type TokenizeSettings, tokenize } from '../../src/tokenize/tokenize.js';

/** Text as blocks; each part is one block. */
export async function* textBlocks(...parts: string[]): AsyncGenerator<TextBlock> {
  for (const part of parts) yield { bytes: new TextEncoder().encode(part) };
}

export interface Tokenized {
  readonly blocks: TokenBlock[];
  readonly sentences: string[][];
  readonly report: Report;
}

/** Runs the tokenizing stage over blocks of text. */
export async function tokenizeText(
  parts: string | string[],
  settings: TokenizeSettings = {},
): Promise<Tokenized> {
  const { context, close } = openContext();
  try {
    const blocks: TokenBlock[] = [];
    for await (const block of tokenize(settings)(textBlocks(...[parts].flat()), context)) blocks.push(block);
    return { blocks, sentences: blocks.flatMap((block) => [...sentencesOf(block)]), report: context.report };
  } finally {
    await close();
  }
}

/** The words of all sentences of a text. */
export async function wordsOf(text: string, settings: TokenizeSettings = {}): Promise<string[]> {
  return (await tokenizeText(`${text}\n`, settings)).sentences.flat();
}
