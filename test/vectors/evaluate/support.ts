import { Random } from '../../../src/core/random.js';

const KINDS = 5;
const THINGS = 60;

/** Words such as `t12k3`: thing 12 of kind 3; every fifth thing also in upper case. In no order of things or kinds. */
export function clusteredVectors(dimensions = 20): { words: string[]; rows: number[][] } {
  const next = numbers();
  const vector = (scale: number) => Array.from({ length: dimensions }, () => scale * (next() - 0.5));
  const things = Array.from({ length: THINGS }, () => vector(1));
  const kinds = Array.from({ length: KINDS }, () => vector(1));
  const entries = things.flatMap((thing, t) =>
    kinds.flatMap((kind, k) => {
      const noise = vector(1.2);
      const near = (word: string, more: number) => ({
        word,
        row: thing.map((value, i) => value + kind[i]! + more * noise[i]!),
        order: next(),
      });
      return [near(`t${t}k${k}`, 1), ...(t % 5 === 0 ? [near(`T${t}K${k}`, 1.2)] : [])];
    }),
  );
  entries.sort((a, b) => a.order - b.order);
  return { words: entries.map(({ word }) => word), rows: entries.map(({ row }) => row) };
}

/** Pairs of those words with scores, among them some with equal scores, unknown words, a comment and a header. */
export function pairsText(words: readonly string[]): string {
  const next = numbers();
  const any = () => words[Math.floor(next() * words.length)]!;
  const lines = Array.from({ length: 200 }, (_, i) =>
    [any(), i % 9 === 0 ? 'unknown' : any(), Math.floor(20 * next()) / 2].join('\t'),
  );
  return ['# a comment', 'word 1\tword 2\tscore', ...lines, ''].join('\n');
}

/** Questions about those words, in three sections; some have words that are not there. */
export function analogyText(): string {
  const next = numbers();
  const below = (end: number) => Math.floor(next() * end);
  const question = (unknown: boolean) => {
    const [a, b] = [below(KINDS), below(KINDS)];
    const [s, t] = [below(THINGS), below(THINGS)];
    return `t${s}k${a} t${s}k${b} ${below(2) === 0 ? 't' : 'T'}${t}k${a} ${unknown ? 'unknown' : `t${t}k${b}`}`;
  };
  const section = (name: string, length: number) =>
    [`: ${name}`, ...Array.from({ length }, (_, i) => question(i % 10 === 9))].join('\n');
  return `${section('first', 300)}\n${section('gram of a kind', 300)}\n: none\nt1k1 t1k2\n`;
}

/** Numbers from 0 to below 1, always the same. */
function numbers(): () => number {
  const random = new Random(7);
  return () => random.next() / 2 ** 32;
}
