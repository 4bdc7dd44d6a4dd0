import type { Report } from '../../core/report.js';
import { type Entity, entitiesOf, type PlaceOfTag, tagsFor } from './entities.js';
import { hasPrefix, mayFollow, partsOf, SCHEMES, type Scheme, type TagParts } from './schemes.js';

/**
 * The tags of another scheme for the same entities. Tags are read as `entitiesOf` reads them, whatever their scheme.
 * IO cannot tell two adjacent entities of one type apart; where tags become IO, `report` is warned once if any merge.
 *
 * @throws WordmillError `data` for a tag of no scheme.
 */
export function convertTags(
  tags: readonly string[],
  scheme: Scheme,
  options: { readonly report?: Report; readonly placeOf?: PlaceOfTag } = {},
): string[] {
  const entities = entitiesOf(tags, options.placeOf);
  if (scheme === 'IO' && adjacentEntities(entities) > 0) {
    options.report?.warn(
      'IO merges entities',
      'the scheme IO cannot tell adjacent entities of one type apart: they become one entity; IOB2 keeps them',
    );
  }
  return tagsFor(scheme, entities, tags.length);
}

/** How many entities follow one of their own type without a token between: what IO loses. */
export function adjacentEntities(entities: readonly Entity[]): number {
  return entities.filter(({ type, start }, index) => {
    const before = entities[index - 1];
    return before?.type === type && before.end === start;
  }).length;
}

/**
 * The scheme that sentences are most likely tagged in: of those that have all their prefixes, the one in which the
 * fewest tags stand where they cannot. Where several are equal, the one that says least: IO, IOB1, IOB2, BIOES; so
 * tags with `I-` alone are IO, though IOB1 without adjacent entities looks the same.
 *
 * @throws WordmillError `data` for a tag of no scheme.
 */
export function detectScheme(sentences: Iterable<readonly string[]>): Scheme {
  const prefixes = new Set<TagParts['prefix']>();
  const misplaced = new Map<Scheme, number>(SCHEMES.map((scheme) => [scheme, 0]));
  for (const tags of sentences) {
    entitiesOf(tags); // Refuses what is no tag.
    const parts = tags.map((tag) => partsOf(tag)!);
    for (const { prefix } of parts) prefixes.add(prefix);
    for (const scheme of SCHEMES) {
      let count = misplaced.get(scheme)!;
      for (let index = 0; index <= parts.length; index++) {
        if (!mayFollow(scheme, parts[index - 1], parts[index])) count++;
      }
      misplaced.set(scheme, count);
    }
  }
  const possible = SCHEMES.filter((scheme) => [...prefixes].every((prefix) => hasPrefix(scheme, prefix)));
  return possible.reduce((best, scheme) => (misplaced.get(scheme)! < misplaced.get(best)! ? scheme : best));
}
