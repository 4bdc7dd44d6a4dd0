import { Random } from '../../src/core/random.js';
import { mutated } from './mutate.js';
import { mutatedJson } from './mutate-json.js';
import type { FuzzTarget } from './target.js';

/** One input of a target: its bytes, and what else is drawn while it is read. */
export interface FuzzInput {
  readonly bytes: Uint8Array;
  readonly random: Random;
}

/** Makes the inputs of a target, by number; the first are its seeds as they are. */
export async function inputsOf(target: FuzzTarget, seed: number): Promise<(input: number) => FuzzInput> {
  const seeds = await target.seeds();
  const key = [...target.name].reduce((sum, character) => Math.imul(sum, 31) + character.codePointAt(0)!, 7);
  return (input) => {
    const random = new Random(seed, key, input);
    return { bytes: seeds[input] ?? damaged(target, seeds, random), random };
  };
}

function damaged({ json, dictionary }: FuzzTarget, seeds: readonly Uint8Array[], random: Random): Uint8Array {
  if (json && random.below(2) === 0) return mutatedJson(seeds[random.below(seeds.length)]!, random);
  return mutated(seeds, random, dictionary);
}
