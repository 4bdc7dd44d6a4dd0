import type { IdBlock } from '../../core/blocks.js';
import type { Corpus, PairCorpus } from '../../core/corpus.js';
import { trainingGroups } from '../../sampling/groups.js';
import type { SamplingOptions } from '../../sampling/options.js';
import type { SentenceSampler } from '../../sampling/sentence-sampler.js';
import type { HeldOutSentences } from '../held-out.js';
import { type PairRun, pairRuns } from '../pair-runs.js';
import { sentencesIn } from '../sentences.js';
import type { Loss, Outputs } from './loss.js';

/** A group with its outputs, to be trained on before the next is asked for. */
export interface GroupStep {
  readonly contexts: Uint32Array;
  readonly length: number;
  readonly outputs: Outputs;
  readonly rate: number;
  readonly weight: number;
}

/** Called before each sentence (or run of pairs) with how many words (or pairs) it has; gives its learning rate. */
export type StartSentence = (words: number) => number;

/** The groups of a chunk of the data, drawn as they are asked for. */
export type ChunkGroups = (
  epoch: number,
  loss: Loss,
  startSentence: StartSentence,
) => Generator<GroupStep, void, void>;

/** The chunks of running text: those of its spool. */
export async function* textChunks(
  corpus: Corpus,
  targets: SamplingOptions['targets'],
  heldOut: HeldOutSentences,
  newSampler: () => SentenceSampler,
): AsyncGenerator<ChunkGroups, void, void> {
  for await (const block of corpus.blocks()) yield textChunk(block, targets, heldOut, newSampler());
}

function textChunk(
  block: IdBlock,
  targets: SamplingOptions['targets'],
  heldOut: HeldOutSentences,
  sampler: SentenceSampler,
): ChunkGroups {
  return function* (epoch, loss, startSentence) {
    for (const { sentence, start, end } of sentencesIn(block, heldOut, 'trained')) {
      if (start === end) continue;
      const rate = startSentence(end - start);
      sampler.start(block.ids, start, end, epoch, sentence);
      loss.startSentence(epoch, sentence);
      for (const { target, contexts, length } of trainingGroups(sampler, targets)) {
        yield { contexts, length, outputs: loss.outputsFor(target), rate, weight: 1 };
      }
    }
  };
}

/** Runs of pairs that make a chunk, as in src/native/pair_data.cc. */
const RUNS_IN_A_CHUNK = 16;

/** The chunks of pairs from outside: 16 runs each. */
export async function* pairChunks(
  corpus: PairCorpus,
  heldOut: HeldOutSentences,
): AsyncGenerator<ChunkGroups, void, void> {
  let runs: PairRun[] = [];
  let first = 0;
  for await (const { contexts, targets, weights, length } of pairRuns(corpus)) {
    runs.push({ contexts: contexts.slice(), targets: targets.slice(), weights: weights.slice(), length });
    if (runs.length < RUNS_IN_A_CHUNK) continue;
    yield pairChunk(runs, first, heldOut);
    first += runs.length;
    runs = [];
  }
  if (runs.length > 0) yield pairChunk(runs, first, heldOut);
}

function pairChunk(runs: readonly PairRun[], first: number, heldOut: HeldOutSentences): ChunkGroups {
  return function* (epoch, loss, startSentence) {
    const contexts = new Uint32Array(1);
    for (const [index, run] of runs.entries()) {
      const held = heldOut.ofRun(first + index, run.length);
      const rate = startSentence(held.reduce((left, isHeld) => left - isHeld, run.length));
      loss.startSentence(epoch, first + index);
      for (let pair = 0; pair < run.length; pair++) {
        if (held[pair] === 1) continue;
        contexts[0] = run.contexts[pair]!;
        const outputs = loss.outputsFor(run.targets[pair]!);
        yield { contexts, length: 1, outputs, rate, weight: run.weights[pair]! };
      }
    }
  };
}
