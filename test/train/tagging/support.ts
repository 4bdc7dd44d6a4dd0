import type { Random } from '../../../src/core/random.js';
import type { Entity } from '../../../src/train/tagging/entities.js';
import { type Scheme, tagsOf } from '../../../src/train/tagging/schemes.js';

export const TYPES = ['PER', 'LOC', 'creative-work'] as const;

/** Entities of up to 4 tokens in a sentence of this length, many of them adjacent. */
export function randomEntities(random: Random, length: number): Entity[] {
  const entities: Entity[] = [];
  for (let start = random.below(3); start < length; ) {
    const end = Math.min(length, start + 1 + random.below(4));
    entities.push({ type: TYPES[random.below(TYPES.length)]!, start, end });
    start = end + (random.below(2) ? 0 : random.below(3));
  }
  return entities;
}

/** Any tags of a scheme, one after the other without regard to what may follow what. */
export function randomTags(random: Random, scheme: Scheme, length: number): string[] {
  const tags = tagsOf(scheme, TYPES);
  return Array.from({ length }, () => (random.below(3) === 0 ? 'O' : tags[random.below(tags.length)]!));
}
