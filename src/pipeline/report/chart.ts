import { escapeHtml } from '../../pages/html.js';
import { type Axis, axisOver, placeOn } from './axis.js';

/** A line of a chart. */
export interface Line {
  readonly label: string;
  /** From left to right. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Whether each point is a measurement of its own, to be seen as a dot. */
  readonly dots?: boolean;
}

/** Numbers as they change over something, to be drawn and to be read. */
export interface Chart {
  readonly title: string;
  /** What runs from left to right, such as `words trained`. */
  readonly x: { readonly label: string; readonly format: (value: number) => string };
  readonly lines: readonly Line[];
  /** A value as a reader sees it. */
  readonly format: (value: number) => string;
  /** Whether the vertical axis begins at 0. */
  readonly fromZero?: boolean;
  /** Where on the horizontal axis something ends, such as an epoch. */
  readonly marks?: readonly number[];
}

/** The sides of the drawing, which is stretched to its place. */
const SIDE = 1_000;

/**
 * A chart as HTML: a drawing in SVG that is as wide as the page allows, whose text stays as large as the page's, and
 * below it a table of the same numbers. What a script needs to show the values under the pointer stands in the table:
 * `data-x` of a row and `data-y` of a cell, from 0 to 1.
 */
export function chartHtml(chart: Chart): string {
  const { title, lines, fromZero = false } = chart;
  const points = lines.flatMap((line) => line.points);
  const x = axisOver(
    points.map((point) => point.x),
    { tight: true, fromZero: true, ticks: 6 },
  );
  const y = axisOver(
    points.map((point) => point.y),
    { fromZero },
  );
  return `<figure class="chart">
<figcaption><h3>${escapeHtml(title)}</h3>${lines.length > 1 ? legend(lines) : ''}</figcaption>
<div class="plot" tabindex="0" role="group" aria-label="${escapeHtml(description(chart))}">
${drawing(chart, x, y)}
${y.ticks.map((tick) => `<span class="y" style="bottom:${percent(placeOn(y, tick))}">${y.label(tick)}</span>`).join('')}
${x.ticks.map((tick) => `<span class="x" style="left:${percent(placeOn(x, tick))}">${x.label(tick)}</span>`).join('')}
</div>
<p class="x-label">${escapeHtml(chart.x.label)}</p>
<details><summary>Numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)} as a table">${table(chart, x, y)}</div></details>
</figure>`;
}

function drawing({ lines, marks = [] }: Chart, x: Axis, y: Axis): string {
  const horizontal = y.ticks.map((tick) => `M0 ${down(y, tick)}H${SIDE}`).join('');
  const vertical = marks.map((mark) => `M${right(x, mark)} 0V${SIDE}`).join('');
  return `<svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" aria-hidden="true">
<path class="grid" d="${horizontal}"/>${vertical && `<path class="mark" d="${vertical}"/>`}
${lines.map((line, index) => drawnLine(line, index, x, y)).join('\n')}
</svg>`;
}

function drawnLine({ points, dots }: Line, index: number, x: Axis, y: Axis): string {
  const places = points.map((point) => `${right(x, point.x)} ${down(y, point.y)}`);
  // A line of no length with round ends is a dot, and stays round however the drawing is stretched.
  const dotted = dots || places.length === 1 ? places.map((place) => `M${place}h0`).join('') : '';
  return (
    `<path class="line line-${index}" d="${places.length > 1 ? `M${places.join('L')}` : ''}"/>` +
    (dotted && `<path class="dots line-${index}" d="${dotted}"/>`)
  );
}

function table({ x: { label, format: formatX }, lines, format }: Chart, x: Axis, y: Axis): string {
  const rows = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (a, b) => a - b,
  );
  const byX = lines.map(({ points }) => new Map(points.map((point) => [point.x, point.y])));
  const cell = (value: number | undefined) =>
    value === undefined
      ? '<td></td>'
      : `<td data-y="${short(placeOn(y, value))}">${escapeHtml(format(value))}</td>`;
  const body = rows.map(
    (row) =>
      `<tr data-x="${short(placeOn(x, row))}"><th scope="row">${escapeHtml(formatX(row))}</th>` +
      `${byX.map((values) => cell(values.get(row))).join('')}</tr>`,
  );
  const head = [label, ...lines.map((line) => line.label)].map(
    (text) => `<th scope="col">${escapeHtml(text)}</th>`,
  );
  return `<table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function legend(lines: readonly Line[]): string {
  return `<ul class="legend">${lines.map(({ label }, index) => `<li class="line-${index}">${escapeHtml(label)}</li>`).join('')}</ul>`;
}

/** What a reader who does not see the drawing is told of it. */
function description({ title, x, lines, format }: Chart): string {
  const courses = lines
    .filter(({ points }) => points.length > 0)
    .map(({ label, points }) => `${label} from ${format(points[0]!.y)} to ${format(points.at(-1)!.y)}`);
  return `${title} over ${x.label}: ${courses.join('; ')}. Left and right arrow keys read the points.`;
}

function right(axis: Axis, value: number): string {
  return short(SIDE * placeOn(axis, value));
}

function down(axis: Axis, value: number): string {
  return short(SIDE * (1 - placeOn(axis, value)));
}

function percent(part: number): string {
  return `${short(100 * part)}%`;
}

/** Enough digits for a screen. */
function short(value: number): string {
  return String(Number(value.toFixed(4)));
}
