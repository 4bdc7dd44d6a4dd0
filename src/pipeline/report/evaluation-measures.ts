import type { Evaluation } from '../../core/report.js';
import type { EpochMeasure } from './course-charts.js';
import type { Entry } from './page.js';

/** The scores of test sets by epoch, a line for each set. */
export function evaluationMeasures(evaluations: readonly Evaluation[]): EpochMeasure[] {
  const ofEpochs = evaluations.filter(({ epoch }) => epoch !== undefined);
  const epochs = ofEpochs.reduce((last, { epoch }) => Math.max(last, epoch!), 0);
  return namesIn(ofEpochs).map((name) => {
    const values = new Array<number | undefined>(epochs).fill(undefined);
    for (const { epoch, scores } of ofEpochs) values[epoch! - 1] = numberOf(scores[name]);
    return { chart: 'Evaluation', label: name, values, format: scoreText };
  });
}

/** The last score of each test set. */
export function evaluationEntries(evaluations: readonly Evaluation[]): Entry[] {
  return namesIn(evaluations).map((name) => {
    const last = evaluations.findLast(({ scores }) => scores[name] !== undefined)!.scores[name]!;
    return [name, scoreText(last)];
  });
}

function namesIn(evaluations: readonly Evaluation[]): string[] {
  return [...new Set(evaluations.flatMap(({ scores }) => Object.keys(scores)))];
}

/** A set of which nothing is known has no score. */
function numberOf(score: number | undefined): number | undefined {
  return Number.isFinite(score) ? score : undefined;
}

function scoreText(score: number): string {
  return Number.isFinite(score) ? score.toFixed(4) : 'none';
}
