import { quantity } from '../../core/quantity.js';
import type { TrainedVectors, TrainingSummary } from '../../core/vectors.js';
import { courseCharts, type EpochMeasure } from './course-charts.js';
import { evaluationEntries, evaluationMeasures } from './evaluation-measures.js';
import { type Entry, lossText, type ReportContent, time } from './page.js';
import type { RunRecorder } from './recorder.js';

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
    ...evaluationEntries(recorder.evaluations),
  ];
  const charts = courseCharts({
    recorder,
    epochSize: words / (lossByEpoch.length || 1),
    measures: [...measures(summary), ...evaluationMeasures(recorder.evaluations)],
    // What is reported of cells between epochs is the loss of the epoch before.
    lossBetween: unit !== 'cells',
  });
  return { figures, charts, facts: facts(summary, input.dimensions) };
}

function measures(summary: TrainingSummary): EpochMeasure[] {
  const { lossByEpoch, validationLossByEpoch, perplexityByEpoch } = summary;
  const loss = { chart: 'Loss', format: lossText };
  const perplexity = {
    chart: 'Perplexity of the held-out text',
    format: (value: number) => value.toFixed(2),
  };
  return [
    { ...loss, label: 'mean of an epoch', values: lossByEpoch },
    ...(validationLossByEpoch ? [{ ...loss, label: 'held out', values: validationLossByEpoch }] : []),
    ...(perplexityByEpoch ? [{ ...perplexity, label: 'perplexity', values: perplexityByEpoch }] : []),
  ];
}

function facts(summary: TrainingSummary, dimensions: number): Entry[] {
  const { engine, model, loss, epochs, seed, threads, shards, instructionSet, backend } = summary;
  return [
    ['model', `${model}, loss ${loss}`],
    ['dimensions', String(dimensions)],
    ['epochs', String(epochs)],
    ['seed', String(seed)],
    ['engine', [engine, instructionSet, backend].filter((part) => part !== undefined).join(', ')],
    shards === undefined ? ['threads', String(threads)] : ['shards', String(shards)],
  ];
}
