import { quantity } from '../../core/quantity.js';
import type { Chart, Line } from './chart.js';
import type { RunRecorder } from './recorder.js';
import type { Stretch } from './series.js';

/** Something that was measured once an epoch. */
export interface EpochMeasure {
  /** The chart that it stands in, with others of the same title. */
  readonly chart: string;
  readonly label: string;
  /** One for each epoch, from the first; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
  readonly format: (value: number) => string;
}

/** A training's course. */
export interface Course {
  readonly recorder: RunRecorder;
  /** How much of its unit (words, pairs, cells) an epoch trained on. */
  readonly epochSize: number;
  /** By epoch; the first is the loss. */
  readonly measures: readonly EpochMeasure[];
  /** Whether what was reported between the ends of epochs is the loss since the report before. */
  readonly lossBetween: boolean;
}

/** The ends of more epochs than this are not drawn: they would hide the lines. */
const MOST_MARKS = 50;

/** A training as charts: what was measured by epoch, the loss between, learning rate and speed, over what was trained on. */
export function courseCharts({ recorder, epochSize, measures, lossBetween }: Course): Chart[] {
  const { unit, stretches } = recorder;
  const x = { label: `${unit} trained`, format: (value: number) => quantity(value, unit) };
  const epochs = measures.reduce((most, { values }) => Math.max(most, values.length), 0);
  const ends = Array.from({ length: epochs }, (_, epoch) => (epoch + 1) * epochSize);
  const shared = { x, marks: epochs > 1 && epochs <= MOST_MARKS ? ends : [] };
  const titles = [...new Set(measures.map(({ chart }) => chart))];
  const byEpoch = titles.map((title, index): Chart => {
    const own = measures.filter(({ chart }) => chart === title);
    const lines = own.map(
      ({ label, values }): Line => ({ label, points: pointsAt(ends, values), dots: true }),
    );
    const between = { label: 'in training', points: pointsOf(stretches, ({ loss }) => loss) };
    return {
      ...{ ...shared, title, format: own[0]!.format },
      lines: index === 0 && lossBetween ? [between, ...lines] : lines,
    };
  });
  const rate = pointsOf(stretches, ({ learningRate }) => learningRate);
  const speed = pointsOf(stretches, ({ perSecond }) => perSecond);
  return [
    ...byEpoch,
    {
      ...{
        ...shared,
        title: 'Learning rate',
        fromZero: true,
        format: (value: number) => value.toPrecision(3),
      },
      lines: [{ label: 'learning rate', points: rate }],
    },
    {
      ...{
        ...shared,
        title: 'Speed',
        fromZero: true,
        format: (value: number) => `${quantity(value, unit)}/s`,
      },
      lines: [{ label: `${unit} a second`, points: speed }],
    },
  ].filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

function pointsAt(ends: readonly number[], values: readonly (number | undefined)[]): Line['points'] {
  return values.flatMap((y, epoch) => (y === undefined ? [] : [{ x: ends[epoch]!, y }]));
}

function pointsOf(
  stretches: readonly Stretch[],
  value: (stretch: Stretch) => number | undefined,
): Line['points'] {
  return stretches.flatMap((stretch) => {
    const y = value(stretch);
    return y === undefined ? [] : [{ x: stretch.done, y }];
  });
}
