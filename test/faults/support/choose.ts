/** What the command line of `npm run test:faults` asks for. */
export interface Choice<Fault> {
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** The rounds to play of each fault: `count` from `first` on. */
  readonly first: number;
  readonly count: number;
}

/** @throws Error for a fault that there is not. */
export function chooseFaults<Fault extends { readonly name: string }>(
  all: readonly Fault[],
  options: {
    fault?: string[] | undefined;
    seed?: string | undefined;
    rounds?: string | undefined;
    round?: string | undefined;
  },
): Choice<Fault> {
  const names = options.fault ?? [];
  const unknown = names.find((name) => !all.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no fault ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  }
  return {
    faults: names.length === 0 ? all : all.filter(({ name }) => names.includes(name)),
    seed: whole(options.seed, '--seed') ?? Math.floor(Math.random() * 1_000_000),
    first: whole(options.round, '--round') ?? 0,
    count: options.round === undefined ? (whole(options.rounds, '--rounds') ?? 20) : 1,
  };
}

function whole(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${flag} must be a whole number, not ${text}`);
  return Number(text);
}
