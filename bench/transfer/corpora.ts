import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocumentSplit, splitByDocument } from '../../src/train/tagging/document-split.js';
import { type PlacedSentence, readTagged } from '../../src/train/tagging/tagged-sentence.js';
import { shared } from '../support/data.js';

/** The corpora that taggers are compared on. */
export const CORPORA = ['wikigold', 'wnut17'] as const;
export type CorpusName = (typeof CORPORA)[number];

/** The parts of a labelled corpus. */
export interface LabelledCorpus {
  readonly train: readonly PlacedSentence[];
  readonly development: readonly PlacedSentence[];
  readonly test: readonly PlacedSentence[];
}

/** How WikiGold is split. */
export const SPLIT = fileURLToPath(new URL('wikigold-split.json', import.meta.url));

/** WikiGold by the split that is listed beside this file; WNUT-17 by its own. */
export async function labelledCorpus(name: CorpusName): Promise<LabelledCorpus> {
  if (name === 'wikigold') {
    const file = join(shared, 'ner', 'wikigold.conll');
    const parts = splitByDocument(await sentencesOf(file), await readDocumentSplit(SPLIT), file);
    return { train: parts.train!, development: parts.validation!, test: parts.test! };
  }
  const [train, development, test] = await Promise.all(
    ['train', 'dev', 'test'].map((part) => sentencesOf(join(shared, 'ner', `wnut17-${part}.conll`))),
  );
  return { train: train!, development: development!, test: test! };
}

async function sentencesOf(file: string): Promise<PlacedSentence[]> {
  const sentences: PlacedSentence[] = [];
  for await (const sentence of readTagged([file])) sentences.push(sentence);
  return sentences;
}
