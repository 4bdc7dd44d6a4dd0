import { sentencesOf, tokenBlock } from '../../../src/core/blocks.js';
import type { PhraseSettings } from '../../../src/tokenize/phrases/options.js';
import { phrases } from '../../../src/tokenize/phrases/phrases.js';
import { collect } from '../../support/collect.js';

/** Runs the stage over sentences, each block given as lines of words; gives sentences as lines. */
export async function joinedLines(
  blocks: readonly (readonly string[])[],
  settings: PhraseSettings,
): Promise<string[]> {
  const input = blocks.map((lines) => tokenBlock(lines.map((line) => line.split(' '))));
  const output = await collect(phrases(settings), input);
  return output.flatMap((block) => [...sentencesOf(block)].map((sentence) => sentence.join(' ')));
}
