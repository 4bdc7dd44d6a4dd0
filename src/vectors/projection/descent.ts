import { WordmillError } from '../../core/errors.js';
import { availableAddon } from '../../native/addon.js';
import { watchWork } from '../../native/long-work.js';
import type { Affinities } from './affinities.js';
import { Pauses, type ProjectionContext } from './pauses.js';
import { Quadtree, type Repulsion } from './quadtree.js';

/** How a map is improved. */
export interface DescentSettings {
  readonly iterations: number;
  readonly learningRate: number;
  readonly theta: number;
  readonly threads: number;
}

/** A map, and the sum over all pairs of points, both ways, of 1 / (1 + squared distance). */
export interface Arrangement {
  /** [points, 2] */
  readonly positions: Float64Array;
  readonly normaliser: number;
}

/** At first all P are multiplied by this, so that clusters form (van der Maaten & Hinton 2008, section 3.4). */
const EXAGGERATION = 12;
const MOST_EXAGGERATED = 250;

/** Momentum while exaggerated, and after (van der Maaten 2014, section 5). */
const EARLY_MOMENTUM = 0.5;
const MOMENTUM = 0.8;

/**
 * Gradient descent on KL(P || Q), with momentum and gains (van der Maaten & Hinton 2008, section 3.4; Jacobs 1988):
 * gradient 4 Σj (pij - qij) (yi - yj) / (1 + |yi - yj|²), its repulsive part by a quadtree (van der Maaten 2014). The native
 * engine does the same operations in the same order: it gives the same bits, on any number of threads.
 *
 * @param start [points, 2]; not changed.
 * @throws WordmillError `aborted`; `usage` where the map diverges, for the learning rate is too large.
 */
export async function descend(
  p: Affinities,
  start: Float64Array,
  settings: DescentSettings,
  context: ProjectionContext = {},
  addon = availableAddon(),
): Promise<Arrangement> {
  const { iterations: total, learningRate } = settings;
  const exaggerated = Math.min(MOST_EXAGGERATED, Math.floor(total / 4));
  if (addon) {
    const schedule = {
      exaggerated,
      exaggeration: EXAGGERATION,
      earlyMomentum: EARLY_MOMENTUM,
      momentum: MOMENTUM,
    };
    const work = addon.startDescent({ ...p, ...settings, ...schedule, start });
    const arrangement = await watchWork(work, context, () =>
      context.onProgress?.({ phase: 'arrange', unit: 'iterations', done: work.progress(), total }),
    );
    if (arrangement.diverged) throw divergedError(learningRate);
    return arrangement;
  }
  const descent = new Descent(p, start, settings);
  const pauses = new Pauses(context);
  for (let iteration = 0; iteration < total; iteration++) {
    const early = iteration < exaggerated;
    descent.step(early ? EXAGGERATION : 1, early ? EARLY_MOMENTUM : MOMENTUM);
    await pauses.pause({ phase: 'arrange', unit: 'iterations', done: iteration + 1, total });
  }
  context.onProgress?.({ phase: 'arrange', unit: 'iterations', done: total, total });
  return { positions: descent.positions, normaliser: descent.repel() };
}

function divergedError(learningRate: number): WordmillError {
  return new WordmillError('usage', `the map diverged with learning rate ${learningRate}`, {
    place: { key: 'learningRate' },
    hint: 'Take a smaller one, or leave it out.',
  });
}

const LEAST_GAIN = 0.01;

/** The state of a descent, in plain TypeScript. */
class Descent {
  readonly positions: Float64Array;
  readonly #tree: Quadtree;
  readonly #velocities: Float64Array;
  readonly #gains: Float64Array;
  /** For each point its repulsion, and its share of the normaliser. */
  readonly #repulsion: Float64Array;
  readonly #weights: Float64Array;
  readonly #gradient: Float64Array;

  constructor(
    readonly p: Affinities,
    start: Float64Array,
    readonly settings: DescentSettings,
  ) {
    this.positions = start.slice();
    this.#tree = new Quadtree(p.points);
    this.#velocities = new Float64Array(start.length);
    this.#gains = new Float64Array(start.length).fill(1);
    this.#repulsion = new Float64Array(start.length);
    this.#weights = new Float64Array(p.points);
    this.#gradient = new Float64Array(start.length);
  }

  step(exaggeration: number, momentum: number): void {
    const normaliser = this.repel();
    const gradient = this.#gradient;
    this.#attract();
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = 4 * (exaggeration * gradient[i]! - this.#repulsion[i]! / normaliser);
    }
    this.#move(momentum);
    this.#centre();
  }

  /** Computes all repulsions; gives the normaliser. */
  repel(): number {
    const tree = this.#tree;
    if (!tree.build(this.positions)) throw divergedError(this.settings.learningRate);
    const sums: Repulsion = { x: 0, y: 0, weight: 0 };
    for (let place = 0; place < tree.points; place++) {
      tree.repulsion(place, this.settings.theta, sums);
      const point = tree.order[place]!;
      this.#repulsion[2 * point] = sums.x;
      this.#repulsion[2 * point + 1] = sums.y;
      this.#weights[point] = sums.weight;
    }
    let normaliser = 0;
    for (const weight of this.#weights) normaliser += weight;
    return normaliser;
  }

  /** Fills the gradient with Σj pij q (yi - yj). */
  #attract(): void {
    const { points, starts, columns, values } = this.p;
    const y = this.positions;
    for (let i = 0; i < points; i++) {
      let [sumX, sumY] = [0, 0];
      for (let entry = starts[i]!; entry < starts[i + 1]!; entry++) {
        const j = columns[entry]!;
        const dx = y[2 * i]! - y[2 * j]!;
        const dy = y[2 * i + 1]! - y[2 * j + 1]!;
        const force = values[entry]! / (1 + (dx * dx + dy * dy));
        sumX += force * dx;
        sumY += force * dy;
      }
      this.#gradient[2 * i] = sumX;
      this.#gradient[2 * i + 1] = sumY;
    }
  }

  #move(momentum: number): void {
    const { learningRate } = this.settings;
    for (let i = 0; i < this.positions.length; i++) {
      const gradient = this.#gradient[i]!;
      const velocity = this.#velocities[i]!;
      // A gain grows while the map goes on downhill in this coordinate, and falls when it has gone too far.
      const gain = gradient * velocity > 0 ? this.#gains[i]! * 0.8 : this.#gains[i]! + 0.2;
      this.#gains[i] = gain < LEAST_GAIN ? LEAST_GAIN : gain;
      this.#velocities[i] = momentum * velocity - learningRate * this.#gains[i]! * gradient;
      this.positions[i]! += this.#velocities[i]!;
    }
  }

  /** Moves the map's middle to 0, where it would wander off. */
  #centre(): void {
    const { positions } = this;
    let [sumX, sumY] = [0, 0];
    for (let i = 0; i < positions.length; i += 2) {
      sumX += positions[i]!;
      sumY += positions[i + 1]!;
    }
    const [meanX, meanY] = [sumX / this.p.points, sumY / this.p.points];
    for (let i = 0; i < positions.length; i += 2) {
      positions[i]! -= meanX;
      positions[i + 1]! -= meanY;
    }
  }
}
