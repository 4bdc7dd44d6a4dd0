import type { TrainedVectors } from '../core/vectors.js';

/** What a file tells of a training, as texts; nothing that differs from run to run, so that equal vectors give equal files. */
export function trainingMetadata({
  input,
  summary,
  settings,
}: Pick<TrainedVectors, 'input' | 'summary' | 'settings'>): Record<string, string> {
  const { engine, model, loss, epochs, seed, words, unit, bestEpoch } = summary;
  const told = {
    ...{ engine, model, loss, dimensions: input.dimensions, epochs, seed, bestEpoch },
    ...{ window: settings?.window, negative: settings?.negative, subsample: settings?.subsample },
    [unit === 'cells' ? 'trainedCells' : 'trainedWords']: words,
  };
  return Object.fromEntries(
    Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}
