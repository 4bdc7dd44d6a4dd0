import { duration, quantity } from '../../core/quantity.js';
import { PHASES, type Report } from '../../core/report.js';
import { escapeHtml, htmlPage } from '../../pages/html.js';
import { type Chart, chartHtml } from './chart.js';
import type { RunRecorder } from './recorder.js';
import { reportStyle } from './style.js';

/** A name and what it has to say. */
export type Entry = readonly [name: string, value: string];

/** What a report says that depends on what was trained. */
export interface ReportContent {
  /** What it is a report of. */
  readonly title: string;
  /** What it came to, in a few large figures. */
  readonly figures: readonly Entry[];
  /** How it came about. */
  readonly charts: readonly Chart[];
  /** What it was made with: engine, threads, seed. */
  readonly facts: readonly Entry[];
  /** The definition that it ran by, as YAML. */
  readonly definition?: string;
}

/** A file that a run wrote. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/** What a report says of any run. */
export interface ReportedRun {
  readonly recorder: RunRecorder;
  readonly report: Report;
  readonly files: readonly WrittenFile[];
  /** What shows the values of its charts under the pointer. */
  readonly script: string;
}

/** The page that tells of a run: a single file of HTML that needs nothing else, neither to be read nor to be kept. */
export function reportPage(content: ReportContent, run: ReportedRun): string {
  const { title, figures, charts, facts, definition } = content;
  const { recorder, report, files, script } = run;
  const body = [
    `<header><h1>${escapeHtml(title)}</h1><p>${when(recorder)}</p></header>`,
    `<dl class="figures">${figures.map(figure).join('')}</dl>`,
    warnings(report.warnings),
    charts.length > 0 ? `<section class="charts">${charts.map(chartHtml).join('\n')}</section>` : '',
    `<div class="tables">${[
      section('Made with', [], facts),
      section(
        'Time',
        [],
        recorder.phases.map(({ phase, seconds }) => [PHASES[phase], time(seconds)]),
      ),
      section(
        'Files',
        [],
        files.map(({ path, bytes }) => [path, quantity(bytes, 'bytes')]),
      ),
    ].join('\n')}</div>`,
    section('Stages', ['stage', 'counted', 'left out'], stageRows(report)),
    definition === undefined
      ? ''
      : `<section><h2>Definition</h2><pre tabindex="0">${escapeHtml(definition)}</pre></section>`,
  ];
  return htmlPage({
    title: `${title}: report`,
    style: reportStyle,
    body: `<main class="report">\n${body.filter((part) => part !== '').join('\n')}\n</main>`,
    script,
  });
}

/** A loss in nats, to the digits that a log shows. */
export function lossText(loss: number): string {
  return loss.toFixed(4);
}

/** `0.42 s`, `12.3 s`, `1:02:03` */
export function time(seconds: number): string {
  if (seconds >= 100) return duration(seconds);
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

function when({ began, seconds }: RunRecorder): string {
  const iso = began.toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>, ${time(seconds)}`;
}

function figure([name, value]: Entry): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function warnings(messages: readonly string[]): string {
  if (messages.length === 0) return '';
  const items = messages.map((message) => `<li>${escapeHtml(message)}</li>`);
  return `<section class="warnings"><h2>Warnings</h2><ul>${items.join('')}</ul></section>`;
}

/** A table; its first column names the rows. */
function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`);
  const body = rows.map(
    ([name, ...cells]) =>
      `<tr><th scope="row">${escapeHtml(name!)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<section><h2>${title}</h2><div class="scroll"><table>${heads.length > 0 ? `<thead><tr>${heads.join('')}</tr></thead>` : ''}<tbody>${body.join('')}</tbody></table></div></section>`;
}

function stageRows({ stages }: Report): string[][] {
  const listed = (amounts: Record<string, number>) =>
    Object.entries(amounts)
      .filter(([, amount]) => amount !== 0)
      .map(([name, amount]) => `${amount.toLocaleString('en-US')} ${name}`)
      .join('\n');
  return Object.entries(stages).map(([stage, { counts, dropped }]) => [
    stage,
    listed(counts),
    listed(dropped),
  ]);
}
