import { basename, dirname, join } from 'node:path';
import type { Options } from 'yargs';
import { secondsOf } from '../../core/duration.js';
import { WordmillError } from '../../core/errors.js';
import { quantity } from '../../core/quantity.js';
import { cleanRuns } from '../../pipeline/runs/clean-runs.js';
import { type ListedRun, listRuns } from '../../pipeline/runs/list-runs.js';
import { runStatus } from '../../pipeline/runs/manifest.js';
import { OutputFolder } from '../../pipeline/schedule/output-folder.js';
import type { CommandCall } from '../command.js';
import type { FlagValues } from '../flags.js';
import { columns } from '../runs/columns.js';
import { placeOfRuns, runsOption } from '../runs/place-of-runs.js';
import { cells, HEADS, rowOfRun } from '../runs/run-row.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  runs: runsOption,
  limit: { number: true, requiresArg: true, describe: 'List this many at most, the newest' },
  status: { requiresArg: true, choices: runStatus.options, describe: 'Only runs that stand so' },
  name: { string: true, requiresArg: true, describe: 'Only runs that are called so' },
  json: { boolean: true, describe: 'Write a JSON object for each run, on a line' },
  clean: {
    boolean: true,
    describe: 'Remove spools and checkpoints that no run can go on from, and say what was removed',
  },
  keep: { number: true, requiresArg: true, describe: 'With --clean: all but this many runs, the newest' },
  'older-than': {
    string: true,
    requiresArg: true,
    describe: 'With --clean: all runs that began longer ago, such as 30d or 12h',
  },
  'dry-run': { boolean: true, describe: 'With --clean: say what would be removed, and remove nothing' },
};

export const examples = [
  ['wordmill runs --limit 10', 'the last ten'],
  ['wordmill runs --status failed --json', 'what failed, for a program'],
  ['wordmill runs --clean --older-than 30d --dry-run', 'what would be removed'],
] as const;

/** Longer than any run is kept, in seconds. */
const CENTURY = 3_155_760_000;

export async function run({ operands, values, log }: CommandCall): Promise<void> {
  refuseWithoutClean(values);
  const root = await placeOfRuns(values, operands[0]);
  const { runs, unreadable } = await listRuns(root);
  for (const { folder, problem } of unreadable) log.warning(`${folder.id} is left out: ${problem}`);
  const { status, name } = values;
  const chosen = runs
    .filter((found) => status === undefined || found.status === status)
    .filter(({ manifest }) => name === undefined || manifest.name === name);
  if (values.clean) await clean(chosen, root, values);
  else await list(chosen.slice(0, count(values, 'limit')), values.json === true);
}

async function list(runs: readonly ListedRun[], json: boolean): Promise<void> {
  const rows = runs.map((found) => rowOfRun(found));
  if (json) return writeToStdout(rows.map((row) => `${JSON.stringify(row)}\n`));
  if (!process.stdout.isTTY) {
    return writeToStdout(rows.map((row) => `${cells(row, (paths) => paths.join(' ')).join('\t')}\n`));
  }
  const short = ([first, ...more]: readonly string[]) =>
    basename(first!) + (more.length > 0 ? ` +${more.length}` : '');
  return writeToStdout([columns([HEADS, ...rows.map((row) => cells(row, short))])]);
}

async function clean(runs: readonly ListedRun[], root: string, values: FlagValues): Promise<void> {
  const older = values['older-than'] as string | undefined;
  const seconds = older === undefined ? undefined : secondsOf(older, CENTURY);
  if (older !== undefined && seconds === undefined) {
    throw new WordmillError('usage', `must be a length of time such as 30d or 12h, not '${older}'`, {
      place: { key: '--older-than' },
    });
  }
  // What a folder of outputs shows to its readers.
  const current = await new OutputFolder(dirname(root)).currentRun();
  const dryRun = values['dry-run'] === true;
  const removed = await cleanRuns(runs, {
    ...{ keep: count(values, 'keep'), dryRun, spare: new Set(current === undefined ? [] : [current]) },
    before: seconds === undefined ? undefined : new Date(Date.now() - 1_000 * seconds),
  });
  if (values.json) return writeToStdout(removed.map((one) => `${JSON.stringify(one)}\n`));
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  const said = dryRun ? 'would remove' : 'removed';
  const lines = removed.map(
    ({ id, what, bytes }) => `${said} ${what === 'run' ? id : join(id, what)}, ${quantity(bytes, 'bytes')}\n`,
  );
  await writeToStdout([...lines, `${said} ${quantity(bytes, 'bytes')} in all\n`]);
}

function count(values: FlagValues, name: string): number | undefined {
  const text = values[name] as string | undefined;
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new WordmillError('usage', `must be a whole number, not '${text}'`, { place: { key: `--${name}` } });
}

function refuseWithoutClean(values: FlagValues): void {
  const of = values.clean ? ['limit'] : ['keep', 'older-than', 'dry-run'];
  const useless = of.find((name) => values[name] !== undefined);
  if (useless === undefined) return;
  throw new WordmillError('usage', `has no effect ${values.clean ? 'with' : 'without'} --clean`, {
    place: { key: `--${useless}` },
  });
}
