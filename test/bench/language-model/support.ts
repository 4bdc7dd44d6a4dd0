import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventCorpus, type LanguageModelCorpus } from '../../../bench/language-model/events.js';
import { compose, files, iterate, type TokenBlock, tokenBlock, tokenize } from '../../../src/index.js';

/** Lines of words separated by spaces as one block of tokens. */
export function block(...lines: readonly string[]): TokenBlock {
  return tokenBlock(lines.map((line) => line.split(' ')));
}

const folder = fileURLToPath(new URL('../../data/language-model/', import.meta.url));

/** Two small English texts, some 2,900 and 800 words, tokenised. */
export async function sampleCorpus(vocabulary: number): Promise<LanguageModelCorpus> {
  return eventCorpus(await read('train.txt'), await read('heldout.txt'), vocabulary);
}

async function read(name: string): Promise<TokenBlock[]> {
  const words = tokenize({ splitter: 'whitespace', lowercase: false });
  const blocks: TokenBlock[] = [];
  for await (const block of iterate(compose(files(join(folder, name)), words))) blocks.push(block);
  return blocks;
}
