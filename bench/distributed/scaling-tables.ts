import { alignedTable } from '../native/table.js';
import type { Measurements } from './measurements.js';
import { type Cluster, expectedLocal, expectedRun, type Job } from './model.js';
import type { Rates } from './rates.js';

/** The rates, for people. */
export function ratesTable(rates: Rates): string {
  const perSecond = (value: number) => `${(value / 1e6).toFixed(2)} M/s`;
  const megabytes = (seconds: number) => (seconds === 0 ? '-' : `${(1e-6 / seconds).toFixed(0)} MB/s`);
  const rows = [
    ['tokens read, one core', perSecond(rates.tokensReadPerSecond)],
    ['tokens read by a local run', perSecond(rates.tokensReadLocallyPerSecond)],
    ['tokens encoded, one core', perSecond(rates.tokensEncodedPerSecond)],
    ['words trained on, one core', perSecond(rates.wordsTrainedPerSecond)],
    ['counts merged', perSecond(1 / rates.mergeSecondsOfCount)],
    ['different words merged', perSecond(1 / rates.mergeSecondsOfType)],
    ['a training step: model copied, compared, written', megabytes(rates.exchangeSecondsOfModelByte)],
    ['a training step: last changes fetched and put in', megabytes(rates.applySecondsOfByte)],
    ['an average: changes fetched and merged', megabytes(rates.averageSecondsOfByteRead)],
    ['an average: changes made', megabytes(rates.averageSecondsOfByteWritten)],
    ['an average: the rest, by the model', megabytes(rates.averageSecondsOfModelByte)],
    ['between steps', `${(1_000 * rates.secondsBetweenSteps).toFixed(0)} ms`],
    ['between stages', `${(1_000 * rates.secondsBetweenStages).toFixed(0)} ms`],
    ["Heaps' exponent", rates.heaps.exponent.toFixed(2)],
  ];
  return alignedTable(['rate', ''], rows as string[][]);
}

/** Each measured run beside what is expected of it; the storage is a folder, whose time is in the rates. */
export function checkTable({ text, runs }: Measurements, rates: Rates): string {
  const rows = runs.map((run) => {
    const { workers, shards, roundsPerEpoch, epochs, dimensions, work, rowsOfTrain } = run;
    const expected = expectedRun(
      rates,
      { tokens: text.tokens, epochs, dimensions, roundsPerEpoch, mostWords: Number.POSITIVE_INFINITY },
      {
        ...{ machines: workers, cores: 1, shards },
        machineBandwidth: Number.POSITIVE_INFINITY,
        storeBandwidth: Number.POSITIVE_INFINITY,
      },
    );
    const bytes = rowsOfTrain * (4 * dimensions + 4);
    return [
      ...[`${workers}`, `${shards}`, `${roundsPerEpoch}`, work.toFixed(1), expected.total.toFixed(1)],
      percent(expected.total / work - 1),
      ...[(bytes / 1e6).toFixed(1), (expected.bytesOfShard / 1e6).toFixed(1)],
      percent(expected.bytesOfShard / bytes - 1),
    ];
  });
  return alignedTable(
    [
      'workers',
      'shards',
      'rounds',
      's measured',
      's expected',
      'error',
      'MB a shard',
      'MB expected',
      'error',
    ],
    rows,
  );
}

/** Times and speed-ups over a local run on one machine, for each number of machines and of words. */
export function expectedTables(
  rates: Rates,
  job: Omit<Job, 'tokens'>,
  cluster: Pick<Cluster, 'cores' | 'machineBandwidth' | 'storeBandwidth'>,
  machines: readonly number[],
  billions: readonly number[],
): string {
  const rows = billions.flatMap((billion) => {
    const whole = { ...job, tokens: billion * 1e9 };
    const local = expectedLocal(rates, whole, cluster.cores);
    return machines.map((count) => {
      const run = expectedRun(rates, whole, { ...cluster, machines: count, shards: count });
      return [
        ...[`${billion}`, `${count}`, duration(local), duration(run.total)],
        `${(local / run.total).toFixed(1)}x`,
        ...[run.read, run.merge, run.encode, run.train, run.exchange, run.average, run.queue].map(duration),
        `${(run.bytesOfRound / 1e9).toFixed(1)}`,
      ];
    });
  });
  const gigabits = (bytes: number) => (8 * bytes) / 1e9;
  const { epochs, dimensions, roundsPerEpoch, mostWords } = job;
  return (
    `${epochs} epochs of ${roundsPerEpoch} rounds, ${dimensions} dimensions, at most ${mostWords} words; ${cluster.cores} cores a machine, ` +
    `${gigabits(cluster.machineBandwidth)} Gbit/s each, ${gigabits(cluster.storeBandwidth)} for the storage\n` +
    alignedTable(
      [
        ...['billion words', 'machines', 'local', 'time', 'speed-up', 'read', 'merge', 'encode', 'train'],
        ...['exchange', 'average', 'queue', 'GB a round'],
      ],
      rows,
    )
  );
}

/** The same for a page: a line for each number of machines, a column for each number of words; the times of one in parts. */
export function expectedPage(
  rates: Rates,
  job: Omit<Job, 'tokens'>,
  cluster: Pick<Cluster, 'cores' | 'machineBandwidth' | 'storeBandwidth'>,
  machines: readonly number[],
  billions: readonly number[],
): string {
  const jobs = billions.map((billion) => ({ ...job, tokens: billion * 1e9 }));
  const runOf = (tokens: number, count: number) =>
    expectedRun(rates, { ...job, tokens }, { ...cluster, machines: count, shards: count });
  const locals = jobs.map((each) => expectedLocal(rates, each, cluster.cores));
  const cells = machines.map((count) => [
    `${count}`,
    ...jobs.map(({ tokens }, index) => {
      const { total } = runOf(tokens, count);
      return `${duration(total)}, ${(locals[index]! / total).toFixed(1)}x`;
    }),
  ]);
  const parts = ['read', 'merge', 'encode', 'train', 'exchange', 'average', 'queue'] as const;
  const { tokens } = jobs[Math.floor(jobs.length / 2)]!;
  const inParts = machines.map((count) => {
    const run = runOf(tokens, count);
    return [`${count}`, ...parts.map((part) => duration(run[part])), (run.bytesOfRound / 1e9).toFixed(1)];
  });
  return [
    markdown(
      ['machines', ...billions.map((billion) => `${billion} billion words`)],
      [['local', ...locals.map(duration)], ...cells],
    ),
    `In parts, ${tokens / 1e9} billion words:`,
    markdown(['machines', ...parts, 'GB a round'], inParts),
  ].join('\n\n');
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** `95 s`, `12 min`, `3.4 h`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7_200 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

function percent(share: number): string {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(0)} %`;
}
