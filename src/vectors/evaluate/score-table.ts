import type { SetScores } from './evaluate.js';
import type { Accuracy, AnalogyScores } from './evaluate-analogies.js';
import type { PairScores } from './evaluate-pairs.js';

/** The scores of one file of vectors. */
export interface ScoredVectors {
  /** What they are called at the head of their column. */
  readonly name: string;
  readonly scores: readonly SetScores[];
}

/** Scores of several files on the same sets side by side: a column for each file, a line for each score; for people. */
export function scoreTable(columns: readonly ScoredVectors[]): string {
  const linesByColumn = columns.map(({ scores }) => scores.flatMap(linesOf));
  const labels = (linesByColumn[0] ?? []).map(([label]) => label);
  const rows = labels.map((label, line) => [label, ...linesByColumn.map((lines) => lines[line]![1])]);
  const all = [['', ...columns.map(({ name }) => name)], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))))
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

type Line = readonly [label: string, value: string];

function linesOf(scores: SetScores): Line[] {
  return scores.kind === 'pairs' ? linesOfPairs(scores) : linesOfAnalogies(scores);
}

function linesOfPairs({ name, spearman, pearson, covered, pairs }: PairScores): Line[] {
  return [
    [`${name}: Spearman`, number(spearman.coefficient)],
    ['  p-value', pValue(spearman.pValue)],
    ['  Pearson', number(pearson.coefficient)],
    ['  p-value', pValue(pearson.pValue)],
    [`  covered, of ${pairs.toLocaleString('en-US')} pairs`, percent(covered)],
  ];
}

function linesOfAnalogies({ name, sections, groups, covered, questions, ...total }: AnalogyScores): Line[] {
  return [
    [`${name}: accuracy`, number(total.accuracy)],
    ...Object.entries(groups ?? {}).map(([group, each]) => [`  ${group}`, ofAnswered(each)] as const),
    ...sections.map((section) => [`  ${section.name}`, ofAnswered(section)] as const),
    [`  covered, of ${questions.toLocaleString('en-US')} questions`, percent(covered)],
  ];
}

function ofAnswered({ accuracy, answered }: Accuracy): string {
  return answered === 0 ? '-' : number(accuracy);
}

function number(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(4);
}

function pValue(value: number): string {
  return Number.isNaN(value) ? '-' : value.toPrecision(2);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
