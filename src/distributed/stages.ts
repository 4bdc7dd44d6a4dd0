import type { RunPlan } from './records.js';
import type { StepContext } from './step.js';

/** What a run's work is made of. */
export type StepKind =
  | 'ingest'
  | 'vocabulary'
  | 'encode'
  | 'train'
  | 'average'
  | 'count-cells'
  | 'merge-cells'
  | 'result';

/** One piece of work: a step, and the round and shard that it is for, where it is for one. */
export interface StepCall {
  readonly kind: StepKind;
  readonly round?: number;
  readonly shard?: number;
}

/** What does each step. Numbers are its round and its shard, in this order, where it is for one. */
export type StepTable = Readonly<
  Record<StepKind, (context: StepContext, ...place: number[]) => Promise<unknown>>
>;

/** Numbers of a run that say which steps it has. */
export interface RunShape {
  readonly shards: number;
  /** Rounds of averaging in all; 0 for GloVe. */
  readonly rounds: number;
  readonly roundsPerEpoch: number;
  readonly glove: boolean;
}

/** Steps that may run at once: each stage waits for all of the one before it. */
export type Stage =
  | { readonly name: 'ingest' | 'vocabulary' | 'encode' | 'cells' | 'merge' | 'result' }
  | { readonly name: 'round'; readonly round: number };

/** Steps, and those that one of them waits for. */
export interface StepNode extends StepCall {
  readonly after?: readonly StepCall[];
}

/** The shape of the run that a plan describes. */
export function shapeOf({ shards, roundsPerEpoch, definition }: RunPlan): RunShape {
  const { train } = definition as { train: { model: string; epochs: number } };
  const glove = train.model === 'glove';
  return {
    shards: shards.length,
    rounds: glove ? 0 : train.epochs * roundsPerEpoch,
    roundsPerEpoch,
    glove,
  };
}

/** The stage that follows another; undefined after the last. */
export function stageAfter(stage: Stage, { rounds, glove }: RunShape): Stage | undefined {
  switch (stage.name) {
    case 'ingest':
      return { name: 'vocabulary' };
    case 'vocabulary':
      return { name: 'encode' };
    case 'encode':
      return glove ? { name: 'cells' } : { name: 'round', round: 0 };
    case 'cells':
      return { name: 'merge' };
    case 'round':
      return stage.round + 1 < rounds ? { name: 'round', round: stage.round + 1 } : { name: 'result' };
    case 'merge':
      return { name: 'result' };
    case 'result':
      return undefined;
  }
}

/**
 * The stage that a run goes on with, by the records that it has: each is written after all that it was made of.
 *
 * @returns undefined where it has its result.
 */
export async function firstStage(
  shape: RunShape,
  has: (record: string) => Promise<boolean>,
): Promise<Stage | undefined> {
  if (await has('result')) return undefined;
  if (!(await has('vocabulary'))) return { name: 'ingest' };
  if (shape.glove) return { name: (await has('cells')) ? 'result' : 'encode' };
  const averaged = await averagedRounds(shape.rounds, has);
  if (averaged === shape.rounds) return { name: 'result' };
  return averaged === 0 ? { name: 'encode' } : { name: 'round', round: averaged };
}

/** How many rounds have been averaged; none is before the one before it. */
async function averagedRounds(rounds: number, has: (record: string) => Promise<boolean>): Promise<number> {
  let [least, most] = [0, rounds];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (await has(`average-${middle}`)) least = middle + 1;
    else most = middle;
  }
  return least;
}

/** The steps of a stage. */
export function stepsOf(stage: Stage, { shards }: RunShape): StepNode[] {
  const each = <Kind extends StepKind>(kind: Kind, more: { readonly round?: number } = {}): StepCall[] =>
    Array.from({ length: shards }, (_, shard) => ({ kind, ...more, shard }));
  switch (stage.name) {
    case 'ingest':
      return each('ingest');
    case 'vocabulary':
      return [{ kind: 'vocabulary' }];
    case 'encode':
      return each('encode');
    case 'cells':
      return each('count-cells');
    case 'merge':
      return [{ kind: 'merge-cells' }];
    case 'round': {
      const { round } = stage;
      return [{ kind: 'average', round, after: each('train', { round }) }];
    }
    case 'result':
      return [{ kind: 'result' }];
  }
}

/** Does one step. */
export function callStep(steps: StepTable, context: StepContext, { kind, round, shard }: StepCall) {
  const place = [round, shard].filter((number) => number !== undefined);
  return steps[kind](context, ...place);
}

const DOING: Readonly<Record<StepKind, string>> = {
  ingest: 'reading',
  vocabulary: 'making the vocabulary',
  encode: 'encoding',
  train: 'training',
  average: 'averaging',
  'count-cells': 'counting co-occurrences of',
  'merge-cells': 'merging co-occurrences',
  result: 'making the result',
};

/** A step in words: `training shard 3 in round 5`. Both are told from 0, as records name them. */
export function describeStep({ kind, round, shard }: StepCall): string {
  const of = shard === undefined ? '' : ` shard ${shard}`;
  const when = round === undefined ? '' : kind === 'average' ? ` round ${round}` : ` in round ${round}`;
  return `${DOING[kind]}${of}${when}`;
}
