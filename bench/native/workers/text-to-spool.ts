/**
 * Reads a raw text to a vocabulary and a spool, as `wordmill train` does, and prints the seconds that it took.
 *
 *   node --import tsx bench/native/workers/text-to-spool.ts TEXT MIN_COUNT
 */
import { built } from './built.js';

const [path, minCount] = process.argv.slice(2);
const { iterate, resolveDefinition } = await built<typeof import('../../../src/index.js')>('index.js');
const { corpusOf } = await built<typeof import('../../../src/pipeline/spooled-corpus.js')>(
  'pipeline/spooled-corpus.js',
);

const definition = resolveDefinition({
  source: { files: path! },
  vocabulary: { minCount: Number(minCount) },
  sinks: [],
});
const start = performance.now();
for await (const { vocabulary, spool } of iterate(corpusOf(definition))) {
  const seconds = (performance.now() - start) / 1_000;
  console.log(JSON.stringify({ seconds, vocabulary: vocabulary.size, tokens: spool.tokens }));
}
