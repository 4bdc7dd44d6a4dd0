/**
 * Rules of averaging against each other: the shared corpus in shards, all in memory of one process, without storage. A
 * try of one rule with one learning rate prints one line of scores; nothing is written.
 *
 *   npm run bench:distributed:rules -- --rule diversity --learning-rate 0.07 [--shards 8] [--rounds-per-epoch 4] [--seed 1]
 *
 * The settings are those of the quality of the main job (bench/native/quality.ts).
 */
import { parseArgs } from 'node:util';
import type { Corpus } from '../../src/core/corpus.js';
import { sliceOf } from '../../src/distributed/slices.js';
import { iterate, resolveDefinition } from '../../src/index.js';
import { nativeAddon, type TrainingJob } from '../../src/native/addon.js';
import { corpusOf } from '../../src/pipeline/spooled-corpus.js';
import { fillInitialRows } from '../../src/train/initial-rows.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { resolveTrainOptions } from '../../src/train/train.js';
import { prepareCorpus, workFolder } from '../support/data.js';
import { RULES, ruleOf } from './rules.js';
import { scoreLine, scoresOf } from './scores.js';

const { values: given } = parseArgs({
  options: {
    rule: { type: 'string', default: 'diversity' },
    'learning-rate': { type: 'string', default: '0.025' },
    shards: { type: 'string', default: '8' },
    'rounds-per-epoch': { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '5' },
  },
});
const { raw } = await prepareCorpus();
const definition = resolveDefinition({
  source: { files: raw },
  vocabulary: { minCount: 5, spool: `${workFolder}/spools` },
  sampling: { window: 5, subsample: 1e-4 },
  train: {
    dimensions: 100,
    negative: 5,
    epochs: Number(given.epochs),
    seed: Number(given.seed),
    initialRange: 1,
  },
});
console.log(`rules: ${RULES.join(', ')}`);
for await (const corpus of iterate(corpusOf(definition))) await compare(corpus);

async function compare(corpus: Corpus): Promise<void> {
  const addon = nativeAddon();
  const options = resolveTrainOptions({ ...definition.train, engine: 'native', threads: 2 });
  const { vocabulary, spool } = corpus;
  const matrix = () => addon.allocateMatrix(vocabulary.size, options.dimensions);
  const [input, output, ownInput, ownOutput] = [matrix(), matrix(), matrix(), matrix()];
  fillInitialRows(input, options);
  const draws = textDraws(corpus, definition.sampling);
  const [shards, roundsPerEpoch] = [Number(given.shards), Number(given['rounds-per-epoch'])];
  const rounds = options.epochs * roundsPerEpoch;
  let loss = 0;
  for (let round = 0; round < rounds; round++) {
    const rules = [ruleOf(given.rule, input), ruleOf(given.rule, output)] as const;
    const slices = Array.from({ length: shards }, (_, shard) =>
      sliceOf(spool.chunks, shard * roundsPerEpoch + (round % roundsPerEpoch), shards * roundsPerEpoch),
    );
    const words = slices.reduce((sum, slice) => sum + slice.words, 0);
    let [losses, predictions] = [0, 0];
    for (const slice of slices) {
      ownInput.data.set(input.data);
      ownOutput.data.set(output.data);
      const job: TrainingJob = {
        ...drawJob({ ...draws, spool: { ...spool, chunks: slice.chunks } }, vocabulary.counts, options),
        ...{
          model: 'skipgram',
          epochs: 1,
          firstEpoch: round,
          totalEpochs: rounds,
          wordsPerEpoch: slice.words,
        },
        ...{ threads: 2, learningRate: Number(given['learning-rate']), input: ownInput, output: ownOutput },
        instructionSet: addon.instructionSets()[0]!,
      };
      const totals = await addon.startTraining(job).finished;
      losses += totals.lossByEpoch[0]!;
      predictions += totals.predictionsByEpoch[0]!;
      rules[0].add(ownInput, slice.words / words);
      rules[1].add(ownOutput, slice.words / words);
    }
    for (const rule of rules) rule.finish();
    loss = losses / predictions;
  }
  const scores = await scoresOf({ vocabulary, input });
  console.log(
    `${given.rule}, ${shards} shards, ${roundsPerEpoch} rounds an epoch, learning rate ${given['learning-rate']}, ` +
      `seed ${given.seed}: ${scoreLine(scores)}, loss ${loss.toFixed(4)}`,
  );
}
