import { stat } from 'node:fs/promises';
import type { InputFacts } from '../../core/report.js';
import type { ResolvedDefinition } from '../schema.js';
import { sha256OfFile } from './output-facts.js';

/** Files up to this size have a checksum: larger ones would be read twice. */
const SMALL_BYTES = 64 * 1024 * 1024;

/**
 * What a definition reads besides its text: vocabulary, phrases, vectors to go on from, test sets. Of files that are not
 * there nothing is said; the run will say it.
 */
export async function otherInputs(definition: ResolvedDefinition): Promise<Map<string, InputFacts>> {
  const facts = new Map<string, InputFacts>();
  for (const path of otherFiles(definition)) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    const { size, mtimeMs } = found;
    const sha256 = size > SMALL_BYTES ? undefined : await sha256OfFile(path).catch(() => undefined);
    facts.set(path, { bytes: size, modified: mtimeMs, ...(sha256 !== undefined && { sha256 }) });
  }
  return facts;
}

function otherFiles(definition: ResolvedDefinition): string[] {
  const { source, tokenize, vocabulary, phrases, train, evaluate } = definition;
  const files = [
    source.cooccurrence,
    tokenize.module,
    vocabulary.read,
    phrases?.read,
    train.initialVectors,
    train.initialOutputWeights,
    train.freeze === 'initial' ? undefined : train.freeze,
    evaluate?.pairs,
    evaluate?.analogies,
  ];
  return files.flat().filter((path) => path !== undefined);
}
