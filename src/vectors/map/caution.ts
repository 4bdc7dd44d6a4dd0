import type { WordMap } from './word-map.js';

/** What every map says of itself: what nearness on it means, and what it does not. */
export const CAUTION =
  'Distances and directions on this map are not to be trusted for analogies: many dimensions were flattened to two. True neighbours come from all dimensions.';

/** What a map shows, in a line. */
export function titleOf({ words, method, varianceShares }: WordMap): string {
  const count = `${words.length.toLocaleString('en-US')} word${words.length === 1 ? '' : 's'}`;
  if (method === 'tsne') return `${count}, placed by t‑SNE`;
  const shares = varianceShares?.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ');
  return `${count}, placed by PCA${shares ? ` (${shares} of the variance)` : ''}`;
}
