import type { ResolvedDefinition } from './schema.js';

/** Stands for standard input where a file could be. */
const STANDARD_INPUT = '-';

/** Files, folders, patterns and URLs that a definition reads: its corpus, and whatever else its result depends on. */
export function readPathsOf(definition: ResolvedDefinition): string[] {
  const { source, tokenize, phrases, vocabulary, train, evaluate } = definition;
  return [
    source.files,
    source.pairs,
    source.cooccurrence,
    tokenize.module,
    phrases?.read,
    vocabulary.read,
    train.initialVectors,
    train.initialOutputWeights,
    train.freeze === 'initial' ? undefined : train.freeze,
    evaluate?.pairs,
    evaluate?.analogies,
  ]
    .flat()
    .filter((path) => path !== undefined && path !== STANDARD_INPUT) as string[];
}

/** Whether a definition reads its corpus from standard input. */
export function readsStandardInput({ source }: ResolvedDefinition): boolean {
  return (
    source.pairs === STANDARD_INPUT ||
    [source.files, source.cooccurrence, source.pairs].every((path) => path === undefined)
  );
}
