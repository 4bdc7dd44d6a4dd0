import type { TokenBlock } from '../../src/index.js';

/**
 * Cuts a stream of tokens into consecutive parts of whole sentences: each part ends with the sentence that brings it
 * to its size, in words, or past it. Reads no further than the last part needs.
 */
export async function readParts(
  blocks: AsyncIterable<TokenBlock>,
  sizes: readonly number[],
): Promise<TokenBlock[][]> {
  const parts: TokenBlock[][] = sizes.map(() => []);
  let part = 0;
  let words = 0;
  for await (const block of blocks) {
    let from = 0;
    while (part < sizes.length && from < block.sentenceEnds.length) {
      const before = from === 0 ? 0 : block.sentenceEnds[from - 1]!;
      let to = from;
      let end = before;
      while (to < block.sentenceEnds.length && words + end - before < sizes[part]!)
        end = block.sentenceEnds[to++]!;
      parts[part]!.push(sentencesFrom(block, from, to));
      words += end - before;
      from = to;
      if (words >= sizes[part]!) {
        part++;
        words = 0;
      }
    }
    if (part === sizes.length) break;
  }
  return parts;
}

/** How many words the blocks hold. */
export function wordsIn(blocks: readonly TokenBlock[]): number {
  return blocks.reduce((sum, { tokenEnds }) => sum + tokenEnds.length, 0);
}

/** Sentences `from` up to but not including `to` of a block, as a block of their own. */
function sentencesFrom({ bytes, tokenEnds, sentenceEnds }: TokenBlock, from: number, to: number): TokenBlock {
  const firstToken = from === 0 ? 0 : sentenceEnds[from - 1]!;
  const lastToken = to === 0 ? 0 : sentenceEnds[to - 1]!;
  const firstByte = firstToken === 0 ? 0 : tokenEnds[firstToken - 1]!;
  const lastByte = lastToken === 0 ? 0 : tokenEnds[lastToken - 1]!;
  return {
    bytes: bytes.slice(firstByte, lastByte),
    tokenEnds: tokenEnds.slice(firstToken, lastToken).map((end) => end - firstByte),
    sentenceEnds: sentenceEnds.slice(from, to).map((end) => end - firstToken),
  };
}
