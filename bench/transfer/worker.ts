/** A process that trains cells: reads one as JSON on each line, and answers each with its result. */
import { createInterface } from 'node:readline';
import { corpusVectors } from '../../test/support/corpus-vectors.js';
import { type Cell, runCell } from './cells.js';
import { type CorpusName, type LabelledCorpus, labelledCorpus } from './corpora.js';

const vectors = await corpusVectors();
const corpora = new Map<CorpusName, LabelledCorpus>();

for await (const line of createInterface({ input: process.stdin })) {
  const cell = JSON.parse(line) as Cell;
  const corpus = corpora.get(cell.corpus) ?? (await labelledCorpus(cell.corpus));
  corpora.set(cell.corpus, corpus);
  process.stdout.write(`${JSON.stringify(await runCell(cell, corpus, vectors))}\n`);
}
