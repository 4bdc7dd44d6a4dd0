import type { Neighbour } from '../../vectors/vectors.js';

/** A list of words under a heading, each behind how near it is. */
export function listText(heading: string, neighbours: readonly Neighbour[]): string {
  return `${heading}\n${neighbours.map(lineText).join('')}`;
}

/** A word behind how near it is. */
export function lineText({ word, similarity }: Neighbour): string {
  return `  ${scoreText(similarity).padStart(7)}  ${word}\n`;
}

/** Four decimals, without a minus before zeros. */
export function scoreText(score: number): string {
  return score.toFixed(4).replace(/^-(0\.0+)$/, '$1');
}

/** An object on a line of its own. */
export function jsonLine(answer: object): string {
  return `${JSON.stringify(answer)}\n`;
}

/** The numbers of a vector with spaces between them, each in the fewest digits that give the same float32 back. */
export function vectorText(vector: Float32Array): string {
  return Array.from(vector, shortest).join(' ');
}

function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
