import { z } from 'zod';
import { positive, wholeNumber } from '../../core/options.js';

const similarity = z
  .enum(['euclidean', 'cosine'])
  .default('euclidean')
  .describe(
    'What makes vectors near: their distance, or the angle between them (each is scaled to length 1 first)',
  );

const seed = wholeNumber(0, 0xffff_ffff).default(1);

/** How vectors are placed in two dimensions. */
export const projectionOptions = z.strictObject({
  method: z
    .enum(['tsne', 'pca'])
    .default('tsne')
    .describe('tsne keeps neighbours together; pca is the flat view that keeps most of the variance'),
  similarity,
  perplexity: z
    .number()
    .min(1)
    .optional()
    .describe('tsne: about how many neighbours of a point count; 30 by default, fewer for few points'),
  iterations: wholeNumber(1, 1_000_000)
    .default(1_000)
    .describe('tsne: steps of gradient descent; the first quarter, at most 250, exaggerates attraction'),
  learningRate: positive()
    .optional()
    .describe('tsne: length of a step; by default the number of points / 48, at least 50'),
  theta: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('tsne: how coarsely far points are taken together (Barnes-Hut); 0 is exact, and slow'),
  components: wholeNumber(1, 10_000)
    .default(50)
    .describe('tsne: principal components that vectors are reduced to first'),
  start: z
    .enum(['pca', 'random'])
    .default('pca')
    .describe('tsne: begin with the first two principal components, or with random places'),
  seed: seed.describe('Seed of all that is drawn at random'),
  threads: wholeNumber(1, 1_024)
    .optional()
    .describe('Threads of the native engine; all processors by default. The result does not depend on it'),
});

/** `projectionOptions` as a caller gives them. */
export type ProjectionOptions = z.input<typeof projectionOptions>;

/** `projectionOptions` with the defaults filled in. */
export type ProjectionSettings = z.output<typeof projectionOptions>;

/** How vectors are put into clusters. */
export const clusterOptions = z.strictObject({
  clusters: wholeNumber(1, 10_000).default(12).describe('How many clusters'),
  similarity,
  iterations: wholeNumber(1, 10_000).default(100).describe('Rounds at most, where clusters go on changing'),
  seed: seed.describe('Seed of the first centres'),
});

/** `clusterOptions` as a caller gives them. */
export type ClusterOptions = z.input<typeof clusterOptions>;
