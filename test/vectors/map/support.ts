import { Random } from '../../../src/core/random.js';
import { byFrequency } from '../../../src/vectors/map/colorings.js';
import type { WordMap } from '../../../src/vectors/map/word-map.js';

/** A map of so many words (`word0` and on, or some of one's own first) at random places in groups. */
export function someMap(size: number, own: readonly string[] = []): WordMap {
  const random = new Random(1, 0);
  const groups = Array.from({ length: 12 }, () => [0.15 + 0.7 * random.unit(), 0.1 + 0.5 * random.unit()]);
  const groupOf = Array.from({ length: size }, () => Math.floor(12 * random.unit()));
  const positions = Float64Array.from({ length: 2 * size }, (_, place) => {
    const middle = groups[groupOf[place >> 1]!]![place & 1]!;
    return middle + 0.09 * (random.unit() + random.unit() + random.unit() - 1.5);
  });
  return {
    words: Array.from({ length: size }, (_, index) => own[index] ?? `word${index}`),
    positions,
    extent: [1, 0.7],
    method: 'tsne',
    neighbours: groupOf.map((group, index) =>
      groupOf
        .flatMap((other, row) => (other === group && row !== index ? [row] : []))
        .slice(0, 10)
        .map((row, place) => ({ row, similarity: 0.9 - place / 20 })),
    ),
    colorings: [
      {
        name: 'cluster',
        groups: groups.map((_, colour) => ({ label: `cluster ${colour}`, colour })),
        groupOf,
      },
      byFrequency(size),
    ],
    arrows:
      size > 3
        ? [
            [0, 1],
            [2, 3],
          ]
        : [],
  };
}
