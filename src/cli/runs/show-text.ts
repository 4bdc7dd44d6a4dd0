import { duration, quantity } from '../../core/quantity.js';
import { phaseInWords } from '../../core/report.js';
import type { ExplainedRun } from '../../pipeline/runs/explain-run.js';
import { finalLoss } from '../../pipeline/runs/manifest.js';
import { checksumText, columns, timeText } from './columns.js';
import { describeMachine, describeVersions } from './machine-text.js';

/** All about a run, for people. */
export function showText(run: ExplainedRun): string {
  const parts = [
    columns(heading(run)),
    section('definition, where it is not as by default', definition(run)),
    section('read', inputs(run)),
    section('stages', stages(run)),
    section('scores', scores(run)),
    section(
      'times',
      run.phases.map(({ phase, seconds }) => [phaseInWords(phase), secondsText(seconds)]),
    ),
    section('wrote', outputs(run)),
    section(
      'warnings',
      run.warnings.map((warning) => [warning]),
    ),
    section('how it ended', ending(run)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type Rows = readonly (readonly string[])[];

function section(title: string, rows: Rows): string {
  return rows.length === 0 ? '' : `${title}\n${columns(rows, '  ')}`;
}

function heading(run: ExplainedRun): Rows {
  const { training, memory } = run;
  return [
    ['run', run.id],
    ['status', run.status],
    ['name', run.name],
    ...run.attempts.map(({ started, ended, process, resumed }, index) => [
      index === 0 ? 'started' : resumed ? 'resumed' : 'again',
      `${timeText(started)} UTC${ended ? `, for ${secondsText((Date.parse(ended) - Date.parse(started)) / 1_000)}` : ''}, process ${process.pid} on ${process.host}`,
    ]),
    ...(run.command ? [['command', ['wordmill', ...run.command].map(quoted).join(' ')]] : []),
    ['in', run.folder],
    ['kept in', run.path],
    ['machine', describeMachine(run.host)],
    ['versions', describeVersions(run.versions)],
    ['seed', String(run.seed)],
    ...(training
      ? [
          [
            'trained',
            `${training.words.toLocaleString('en-US')} ${training.unit ?? 'words'}, vocabulary of ${training.vocabulary.toLocaleString('en-US')}`,
          ],
        ]
      : []),
    ...(memory
      ? [
          [
            'memory',
            `${quantity(memory.anonymous, 'bytes')} at most, and ${quantity(memory.mapped, 'bytes')} of mapped files`,
          ],
        ]
      : []),
  ];
}

function definition({ changes }: ExplainedRun): Rows {
  if (changes === undefined) return [['cannot be read by this version of wordmill']];
  return changes.map(({ key, from, to }) => [
    key,
    text(to),
    from === undefined ? '' : `by default ${text(from)}`,
  ]);
}

function inputs({ inputs }: ExplainedRun): Rows {
  return inputs.map(({ name, bytes, modified, version, sha256 }) => [
    name,
    bytes === undefined ? '' : quantity(bytes, 'bytes'),
    version ?? (modified ? timeText(modified) : ''),
    sha256 ? `sha256 ${checksumText(sha256)}` : '',
  ]);
}

/** A line for what a stage counted, and one for each reason that it left something out for. */
function stages({ stages }: ExplainedRun): Rows {
  return Object.entries(stages).flatMap(([stage, { counts, dropped }]) => [
    [
      stage,
      Object.entries(counts)
        .filter(([, count]) => count !== 0)
        .map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`)
        .join(', '),
    ],
    ...Object.entries(dropped).map(([reason, count]) => [
      '',
      `left out ${count.toLocaleString('en-US')} ${reason}`,
    ]),
  ]);
}

function scores(run: ExplainedRun): Rows {
  const loss = finalLoss(run);
  const last = run.evaluation.at(-1)?.scores ?? {};
  return [
    ...(loss === undefined ? [] : [['loss', loss.toFixed(4)]]),
    ...Object.entries(last).map(([set, score]) => [set, score === null ? 'has no score' : score.toFixed(4)]),
  ];
}

function outputs({ outputs, written }: ExplainedRun): Rows {
  return outputs.map(({ path, bytes, sha256 }, index) => {
    const { state, because } = written[index]!;
    return [
      path,
      quantity(bytes, 'bytes'),
      `sha256 ${checksumText(sha256)}`,
      because ? `${state}: ${because}` : state,
    ];
  });
}

function ending({ status, error, attempts, work, resumable, id }: ExplainedRun): Rows {
  if (status === 'done') return [];
  const { saved } = attempts.at(-1)!;
  const said = error ? error.message.split('\n') : [WITHOUT_ERROR[status] ?? status];
  if (!resumable) return said.map((line) => [line]);
  const kept =
    work.length > 0 ? `kept: ${saved ?? work.join(' and ')}` : 'nothing is kept: it would start anew';
  return [...said, kept, `go on with it: the same command and --resume=${id}`].map((line) => [line]);
}

const WITHOUT_ERROR: Readonly<Record<string, string>> = {
  running: 'it is still under way',
  interrupted: 'its process is gone without a word: it was killed, or the machine went down',
};

function text(value: unknown): string {
  if (value === undefined) return 'not given';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function secondsText(seconds: number): string {
  return seconds < 100 ? `${seconds.toFixed(2)} s` : duration(seconds);
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
