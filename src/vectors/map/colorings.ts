import { GROUP_COLOURS, ORDERED_COLOURS } from '../../pages/palette.js';
import type { Coloring, Group } from './word-map.js';

/** How many words name a cluster. */
const NAMES = 3;

/** Colours by cluster: the largest first, each named by its first words. */
export function byCluster(words: readonly string[], clusterOf: ArrayLike<number>): Coloring {
  const members = new Map<number, number[]>();
  for (const index of words.keys()) {
    const cluster = clusterOf[index]!;
    const others = members.get(cluster);
    if (others) others.push(index);
    else members.set(cluster, [index]);
  }
  const sorted = [...members.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const groups = sorted.map((cluster, place) => ({
    label: cluster
      .slice(0, NAMES)
      .map((index) => words[index]!)
      .join(', '),
    colour: place % GROUP_COLOURS.length,
  }));
  return { name: 'cluster', groups, groupOf: groupsOf(words.length, sorted) };
}

/** Ends of bands of ranks: about half a power of ten each, since frequencies fall by powers (Zipf's law). */
const RANKS = [30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];

/**
 * Colours by how frequent words are: in bands by rank, as many as there are colours.
 *
 * @param counts how often each word was counted; where that is not known, words come in the order of their counts.
 */
export function byFrequency(size: number, counts?: ArrayLike<number>): Coloring {
  const order = Array.from({ length: size }, (_, index) => index);
  if (counts) order.sort((a, b) => counts[b]! - counts[a]! || a - b);
  const ends = [...RANKS.filter((rank) => rank < size), size].slice(-ORDERED_COLOURS.length);
  const bands = ends.map((end, band) => order.slice(band === 0 ? 0 : ends[band - 1]!, end));
  const groups = bands.map((band, colour) => ({
    label: counts
      ? range(counts[band.at(-1)!]!, counts[band[0]!]!, ' times')
      : range((ends[colour - 1] ?? 0) + 1, ends[colour]!, '', 'rank '),
    colour,
  }));
  return { name: 'frequency', groups, groupOf: groupsOf(size, bands) };
}

function range(from: number, to: number, after: string, before = ''): string {
  const [low, high] = [from.toLocaleString('en-US'), to.toLocaleString('en-US')];
  return `${before}${low === high ? low : `${low}–${high}`}${after}`;
}

/** Colours by category: the largest first; where there are more than colours, the smallest share one group. */
export function byCategory(words: readonly string[], categories: ReadonlyMap<string, string>): Coloring {
  const members = new Map<string, number[]>();
  const without: number[] = [];
  for (const [index, word] of words.entries()) {
    const category = categories.get(word);
    const others = category === undefined ? without : members.get(category);
    if (others) others.push(index);
    else members.set(category!, [index]);
  }
  const sorted = [...members].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const most = sorted.length > GROUP_COLOURS.length ? GROUP_COLOURS.length - 1 : sorted.length;
  const groups: Group[] = sorted.slice(0, most).map(([label], colour) => ({ label, colour }));
  const rows = sorted.slice(0, most).map(([, own]) => own);
  const rest = sorted.slice(most);
  if (rest.length > 0) {
    groups.push({ label: `${rest.length} smaller categories`, colour: most });
    rows.push(rest.flatMap(([, own]) => own));
  }
  if (without.length > 0) {
    groups.push({ label: 'no category' });
    rows.push(without);
  }
  return { name: 'category', groups, groupOf: groupsOf(words.length, rows) };
}

function groupsOf(size: number, members: readonly (readonly number[])[]): number[] {
  const groupOf = new Array<number>(size).fill(0);
  for (const [group, own] of members.entries()) for (const index of own) groupOf[index] = group;
  return groupOf;
}
