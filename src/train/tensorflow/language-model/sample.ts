import { z } from 'zod';
import { parseOptions, wholeNumber } from '../../../core/options.js';
import { Random, STREAMS } from '../../../core/random.js';
import { Tape } from '../autodiff/tape.js';
import type { CarriedState } from '../recurrent/network.js';
import type { LanguageModel } from './language-model.js';
import { SENTENCE_END_ID } from './stream.js';

/** How text is drawn from a language model. */
export const sampleOptions = z.strictObject({
  prompt: z.array(z.string()).default([]).describe('Words that come before'),
  temperature: z
    .number()
    .min(0)
    .max(1_000)
    .default(1)
    .describe('1 draws as the model predicts, less prefers the likely, 0 always takes the likeliest'),
  length: wholeNumber(1, 10_000_000).default(50).describe('How many words, ends of sentences included'),
  seed: wholeNumber(0, 0xffff_ffff).default(1).describe('Seed of the draws'),
  unknown: z.boolean().default(true).describe('Whether <UNK> may be drawn'),
});
export type SampleOptions = z.input<typeof sampleOptions>;

/**
 * Draws words one after the other, each from what the model predicts after all before it, with probabilities in
 * proportion to p^(1/temperature).
 *
 * @throws WordmillError `usage` for wrong options; `data` for a prompt's word that the model does not know.
 */
export function* sampleWords(model: LanguageModel, given: SampleOptions): Generator<string> {
  const options = parseOptions(sampleOptions, given, 'sample');
  const { device, network, vocabulary } = model;
  const random = new Random(options.seed, STREAMS.sampledText);
  const banned = options.unknown ? undefined : vocabulary.unknownId;
  let inputs = Int32Array.from([SENTENCE_END_ID, ...model.idsOf(options.prompt)]);
  let carried: CarriedState | undefined;
  try {
    for (let drawn = 0; drawn < options.length; drawn++) {
      const before = carried;
      let next = SENTENCE_END_ID;
      device.scope(() => {
        const tape = new Tape(device, { training: false });
        const { h, states } = network.run(tape, { steps: inputs.length, inputs }, { carried: before });
        carried = network.carry(device, states);
        const probabilities = Float64Array.from(device.read(network.nextWord(tape, h)));
        if (banned !== undefined) probabilities[banned] = 0;
        next = draw(probabilities, options.temperature, random);
      });
      before?.dispose();
      yield vocabulary.words[next]!;
      inputs = Int32Array.of(next);
    }
  } finally {
    carried?.dispose();
  }
}

/** An index in proportion to `weights[i]^(1/temperature)`; the first of the largest at temperature 0. */
export function draw(weights: Float64Array, temperature: number, random: Random): number {
  let largest = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i]! > weights[largest]!) largest = i;
  if (temperature === 0) return largest;
  // Relative to the largest, so that no power underflows to 0 for all.
  const powers = weights.map((weight) => (weight / weights[largest]!) ** (1 / temperature));
  let rest = random.unit() * powers.reduce((sum, power) => sum + power, 0);
  for (let i = 0; i < powers.length; i++) {
    rest -= powers[i]!;
    if (rest < 0) return i;
  }
  return largest;
}
