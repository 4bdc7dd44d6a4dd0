import { quantity } from '../../core/quantity.js';
import type { Progress } from '../../core/report.js';
import type { TrainedVectors, TrainingSummary } from '../../core/vectors.js';
import type { Chart, Line } from './chart.js';
import type { Entry, ReportContent } from './page.js';
import { time } from './page.js';
import type { RunRecorder } from './recorder.js';
import type { Stretch } from './series.js';

/** What a report says of vectors: how they came about, and what they came to. */
export function vectorsContent(
  { vocabulary, input, summary }: TrainedVectors,
  recorder: RunRecorder,
): Omit<ReportContent, 'title'> {
  const { words, seconds, lossByEpoch, validationLossByEpoch, bestEpoch } = summary;
  const unit = summary.unit ?? recorder.unit;
  const kept = bestEpoch ?? lossByEpoch.length;
  const ofBest = bestEpoch === undefined ? '' : ` (epoch ${bestEpoch}, the best)`;
  const heldOut = validationLossByEpoch?.[kept - 1];
  const figures: Entry[] = [
    ['vocabulary', quantity(vocabulary.size, 'words')],
    ['trained', quantity(words, unit)],
    ['time of training', time(seconds)],
    ['speed', seconds > 0 ? `${quantity(words / seconds, unit)}/s` : 'too fast to measure'],
    [`loss${heldOut === undefined ? ofBest : ''}`, lossText(lossByEpoch[kept - 1] ?? 0)],
    ...(heldOut === undefined ? [] : [[`held-out loss${ofBest}`, lossText(heldOut)] as const]),
  ];
  return {
    figures,
    charts: charts(summary, recorder.stretches, unit),
    facts: facts(summary, input.dimensions),
  };
}

function charts(summary: TrainingSummary, stretches: readonly Stretch[], unit: Progress['unit']): Chart[] {
  const { words, lossByEpoch, validationLossByEpoch, perplexityByEpoch } = summary;
  const epochs = lossByEpoch.length;
  const ends = lossByEpoch.map((_, epoch) => ((epoch + 1) * words) / epochs);
  const atEnds = (values: readonly number[]) => values.map((y, epoch) => ({ x: ends[epoch]!, y }));
  const over = (value: (stretch: Stretch) => number | undefined) =>
    stretches.flatMap((stretch) => {
      const y = value(stretch);
      return y === undefined ? [] : [{ x: stretch.done, y }];
    });
  const x = { label: `${unit} trained`, format: (value: number) => quantity(value, unit) };
  const shared = { x, marks: epochs > 1 && epochs <= MOST_MARKS ? ends : [] };
  const loss: Line[] = [
    // What cells report between epochs is the loss of the epoch before.
    ...(unit === 'cells' ? [] : [{ label: 'in training', points: over((stretch) => stretch.loss) }]),
    { label: 'mean of an epoch', points: atEnds(lossByEpoch), dots: true },
    ...(validationLossByEpoch
      ? [{ label: 'held out', points: atEnds(validationLossByEpoch), dots: true }]
      : []),
  ];
  const all: Chart[] = [
    { ...shared, title: 'Loss', lines: loss, format: lossText },
    ...(perplexityByEpoch?.length
      ? [
          {
            ...{
              ...shared,
              title: 'Perplexity of the held-out text',
              format: (value: number) => value.toFixed(2),
            },
            lines: [{ label: 'perplexity', points: atEnds(perplexityByEpoch), dots: true }],
          },
        ]
      : []),
    {
      ...{
        ...shared,
        title: 'Learning rate',
        fromZero: true,
        format: (value: number) => value.toPrecision(3),
      },
      lines: [{ label: 'learning rate', points: over((stretch) => stretch.learningRate) }],
    },
    {
      ...{
        ...shared,
        title: 'Speed',
        fromZero: true,
        format: (value: number) => `${quantity(value, unit)}/s`,
      },
      lines: [{ label: `${unit} a second`, points: over((stretch) => stretch.perSecond) }],
    },
  ];
  return all.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

/** The ends of more epochs than this are not drawn: they would hide the lines. */
const MOST_MARKS = 50;

function facts(summary: TrainingSummary, dimensions: number): Entry[] {
  const { engine, model, loss, epochs, seed, threads, instructionSet, backend } = summary;
  return [
    ['model', `${model}, loss ${loss}`],
    ['dimensions', String(dimensions)],
    ['epochs', String(epochs)],
    ['seed', String(seed)],
    ['engine', [engine, instructionSet, backend].filter((part) => part !== undefined).join(', ')],
    ['threads', String(threads)],
  ];
}

function lossText(loss: number): string {
  return loss.toFixed(4);
}
