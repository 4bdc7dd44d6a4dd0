import { availableParallelism } from 'node:os';
import { WordmillError } from '../../core/errors.js';
import { parseOptions } from '../../core/options.js';
import { Random, STREAMS } from '../../core/random.js';
import type { Matrix } from '../../core/vectors.js';
import { conditionalAffinities, divergence, jointAffinities } from './affinities.js';
import { descend } from './descent.js';
import { finiteRows } from './finite-rows.js';
import { nearestOfAll } from './nearest-rows.js';
import { type ProjectionOptions, type ProjectionSettings, projectionOptions } from './options.js';
import type { ProjectionContext } from './pauses.js';
import { type PrincipalComponents, principalComponents } from './principal-components.js';

/** Vectors placed in two dimensions. */
export interface PlacedVectors {
  /** [rows, 2]: x and y of each row in turn. NaN for rows that have no place: those with a number that is not finite. */
  readonly positions: Float64Array;
  /** How many rows have no place. */
  readonly leftOut: number;
  /** pca: the shares of all variance that lie along x and along y. */
  readonly varianceShares?: readonly [number, number];
  /** tsne: KL(P || Q) in nats, and the perplexity that was taken. */
  readonly klDivergence?: number;
  readonly perplexity?: number;
  /** What the caller should know of, such as a perplexity that was lowered; in sentences. */
  readonly notes: readonly string[];
}

const PERPLEXITY = 30;
/** Neighbours that have an affinity, for each point of perplexity (van der Maaten 2014, section 4.1). */
const NEIGHBOURS = 3;

/**
 * Places vectors in two dimensions, by PCA (Pearson 1901) or by t-SNE (van der Maaten & Hinton 2008; Barnes-Hut: van der
 * Maaten 2014). The same matrix, options and seed give the same positions, bit for bit, on any number of threads and with or
 * without the native engine.
 *
 * @param matrix rows of float32; of any length. Rows that are equal are placed together or side by side.
 * @throws WordmillError `usage` for options that are wrong or unknown, a perplexity that is given and too large for so few
 * points, a learning rate at which the map diverges; `aborted`.
 */
export async function project(
  matrix: Matrix,
  options: ProjectionOptions & ProjectionContext = {},
): Promise<PlacedVectors> {
  const { signal, onProgress, ...given } = options;
  const settings = parseOptions(projectionOptions, given, '');
  const context: ProjectionContext = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const { matrix: finite, rowNumbers } = finiteRows(matrix, settings.similarity);
  const leftOut = matrix.rows - finite.rows;
  const placed =
    settings.method === 'pca'
      ? await byPrincipalComponents(finite, context)
      : await byNeighbours(finite, settings, context);
  const positions = new Float64Array(2 * matrix.rows).fill(Number.NaN);
  for (const [place, row] of rowNumbers.entries()) {
    positions.set(placed.positions.subarray(2 * place, 2 * place + 2), 2 * row);
  }
  const notes = [...placed.notes];
  if (leftOut > 0) {
    notes.push(`${leftOut} of ${matrix.rows} vectors have numbers that are not finite: they have no place.`);
  }
  return { ...placed, positions, leftOut, notes };
}

type Placed = Omit<PlacedVectors, 'leftOut'>;

async function byPrincipalComponents(matrix: Matrix, context: ProjectionContext): Promise<Placed> {
  const components = await principalComponents(matrix, 2, context);
  const [x = 0, y = 0] = components.variances;
  const { totalVariance } = components;
  const varianceShares = totalVariance > 0 ? ([x / totalVariance, y / totalVariance] as const) : undefined;
  return {
    positions: firstTwo(components, matrix.rows),
    ...(varianceShares && { varianceShares }),
    notes: [],
  };
}

/** [rows, 2]; vectors of one dimension lie on a line. */
function firstTwo({ scores, count }: PrincipalComponents, rows: number): Float64Array {
  const positions = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < Math.min(2, count); axis++)
      positions[2 * row + axis] = scores[row * count + axis]!;
  }
  return positions;
}

async function byNeighbours(
  matrix: Matrix,
  settings: ProjectionSettings,
  context: ProjectionContext,
): Promise<Placed> {
  const { rows } = matrix;
  if (rows < 2) return { positions: new Float64Array(2 * rows), notes: [] };
  const { perplexity, notes } = perplexityFor(rows, settings.perplexity);
  const threads = settings.threads ?? availableParallelism();
  const components = await principalComponents(matrix, settings.components, context);
  const set = { values: components.scores, rows, dimensions: components.count };
  const neighbours = Math.min(rows - 1, Math.floor(NEIGHBOURS * perplexity));
  const nearest = await nearestOfAll(set, neighbours, threads, context);
  const p = jointAffinities(nearest, conditionalAffinities(nearest, perplexity));
  const start = startingPositions(components, rows, settings);
  const { positions, normaliser } = await descend(
    p,
    start,
    {
      iterations: settings.iterations,
      learningRate: settings.learningRate ?? Math.max(rows / 48, 50),
      theta: settings.theta,
      threads,
    },
    context,
  );
  return { positions, klDivergence: divergence(p, positions, normaliser), perplexity, notes };
}

/** A point has to have three times as many others as its perplexity, or all are neighbours of all. */
function perplexityFor(rows: number, given: number | undefined): { perplexity: number; notes: string[] } {
  const most = Math.max(1, (rows - 1) / NEIGHBOURS);
  if (given !== undefined && given > most) {
    throw new WordmillError('usage', `perplexity ${given} is too large for ${rows} vectors`, {
      place: { key: 'perplexity' },
      hint: `Take at most ${Math.floor(most)}, a third of the other vectors, or leave it out.`,
    });
  }
  const perplexity = given ?? Math.min(PERPLEXITY, most);
  const lowered = given === undefined && perplexity < PERPLEXITY;
  const note = `The perplexity is ${perplexity.toFixed(1)} rather than ${PERPLEXITY}, for there are only ${rows} vectors.`;
  return { perplexity, notes: lowered ? [note] : [] };
}

const START_DEVIATION = 1e-4;

/** The first two components, scaled so that the first has a small standard deviation; or random places, normal. */
function startingPositions(
  components: PrincipalComponents,
  rows: number,
  { start, seed }: Pick<ProjectionSettings, 'start' | 'seed'>,
): Float64Array {
  const [variance = 0] = components.variances;
  if (start === 'pca' && components.count > 1 && variance > 0) {
    return firstTwo(components, rows).map((value) => (value * START_DEVIATION) / Math.sqrt(variance));
  }
  const random = new Random(seed, STREAMS.projection);
  const positions = new Float64Array(2 * rows);
  for (let i = 0; i < positions.length; i += 2) {
    // Box & Muller 1958: two normal numbers from two uniform ones.
    const radius = START_DEVIATION * Math.sqrt(-2 * Math.log(1 - random.unit()));
    const angle = 2 * Math.PI * random.unit();
    positions[i] = radius * Math.cos(angle);
    positions[i + 1] = radius * Math.sin(angle);
  }
  return positions;
}
