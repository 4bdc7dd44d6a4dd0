/** What cachegrind counted in one function. */
export interface FunctionCounts {
  readonly name: string;
  readonly instructions: number;
  /** Loads and stores of data. */
  readonly references: number;
  readonly firstLevelMisses: number;
  readonly lastLevelMisses: number;
}

/**
 * The counts by function of a file that cachegrind wrote (valgrind's manual, "Cachegrind Output File Format"): a line
 * `events:` names the columns, `fn=` begins a function, and each line of numbers after it is a source line and its counts.
 *
 * @throws Error where there is no line `events:`.
 */
export function functionCounts(file: string): FunctionCounts[] {
  const events = /^events: (.*)$/m.exec(file)?.[1]?.split(' ');
  if (!events) throw new Error('no line "events:" in what cachegrind wrote');
  const sums = new Map<string, number[]>();
  let current: number[] = [];
  for (const line of file.split('\n')) {
    if (line.startsWith('fn=')) {
      const name = line.slice(3);
      current = sums.get(name) ?? events.map(() => 0);
      sums.set(name, current);
    } else if (/^\d/.test(line)) {
      const counts = line.split(' ').slice(1);
      for (const [index, count] of counts.entries()) current[index]! += Number(count);
    }
  }
  const total = (counts: readonly number[], ...names: string[]) =>
    names.reduce((sum, name) => sum + (counts[events.indexOf(name)] ?? 0), 0);
  return [...sums].map(([name, counts]) => ({
    name,
    instructions: total(counts, 'Ir'),
    references: total(counts, 'Dr', 'Dw'),
    firstLevelMisses: total(counts, 'D1mr', 'D1mw'),
    lastLevelMisses: total(counts, 'DLmr', 'DLmw'),
  }));
}
