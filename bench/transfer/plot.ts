import { FRACTIONS, MODES, type Mode } from './cells.js';
import { CORPORA, type CorpusName } from './corpora.js';
import { CORPUS_TITLES, type Place } from './results.js';

const PANEL = { width: 330, height: 270 };
const MARGIN = { left: 52, right: 14, top: 34, bottom: 44 };
const GAP = 24;
/** Told apart by shape and dashes as well as by colour (Okabe & Ito's palette). */
const STYLES: Readonly<Record<Mode, { colour: string; dash: string; shift: number }>> = {
  random: { colour: '#555555', dash: '2 4', shift: -5 },
  frozen: { colour: '#0072b2', dash: '7 4', shift: 0 },
  'fine-tuned': { colour: '#d55e00', dash: '', shift: 5 },
};

/** The comparison as a plot (SVG): a panel for each corpus, F1 over the part of the training data, bars of +-1 SE. */
export function plot(places: readonly Place[]): string {
  const width = 2 * PANEL.width + GAP;
  const panels = CORPORA.map((corpus, i) => {
    const own = places.filter((place) => place.corpus === corpus);
    return `<g transform="translate(${i * (PANEL.width + GAP)} 0)">${panel(corpus, own, i === 1)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" width="${width}" height="${PANEL.height}" font-family="sans-serif" font-size="12">`,
    '<title>F1 of entities by part of the training data, for random, frozen and fine-tuned word vectors</title>',
    `<rect width="${width}" height="${PANEL.height}" fill="#ffffff"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(corpus: CorpusName, places: readonly Place[], withLegend: boolean): string {
  const top =
    Math.ceil(Math.max(0.1, ...places.map(({ mean, standardError }) => mean + standardError)) * 10) / 10;
  const inner = {
    width: PANEL.width - MARGIN.left - MARGIN.right,
    height: PANEL.height - MARGIN.top - MARGIN.bottom,
  };
  const x = (fraction: number) =>
    MARGIN.left + inner.width * (0.12 + (0.76 * FRACTIONS.indexOf(fraction as 1)) / (FRACTIONS.length - 1));
  const y = (f1: number) => MARGIN.top + inner.height * (1 - f1 / top);
  const parts = [
    text(MARGIN.left + inner.width / 2, 20, CORPUS_TITLES[corpus], 'middle', 'font-weight="bold"'),
  ];
  for (let tick = 0; tick <= Math.round(top * 10); tick++) {
    const at = y(tick / 10);
    parts.push(line(MARGIN.left, at, PANEL.width - MARGIN.right, at, tick === 0 ? '#333333' : '#e2e2e2'));
    parts.push(text(MARGIN.left - 6, at + 4, `${tick * 10}`, 'end'));
  }
  for (const fraction of FRACTIONS) {
    parts.push(
      text(x(fraction), PANEL.height - MARGIN.bottom + 18, `${Math.round(100 * fraction)} %`, 'middle'),
    );
  }
  parts.push(text(MARGIN.left + inner.width / 2, PANEL.height - 8, 'of the training data', 'middle'));
  const middle = MARGIN.top + inner.height / 2;
  parts.push(text(14, middle, 'F1 of entities, %', 'middle', `transform="rotate(-90 14 ${middle})"`));
  for (const mode of MODES) {
    const own = places.filter((place) => place.mode === mode);
    parts.push(
      series(
        mode,
        own.map((place) => ({ ...place, x: x(place.fraction), y })),
      ),
    );
  }
  if (withLegend) parts.push(legend());
  return parts.join('\n');
}

type Point = Place & { readonly x: number; readonly y: (f1: number) => number };

function series(mode: Mode, points: readonly Point[]): string {
  const { colour, dash, shift } = STYLES[mode];
  const at = points.map(({ x, y, mean }) => `${fixed(x + shift)},${fixed(y(mean))}`);
  const dashes = dash && ` stroke-dasharray="${dash}"`;
  const bars = points.map(({ x, y, mean, standardError }) => {
    const [px, low, high] = [x + shift, y(mean - standardError), y(mean + standardError)];
    return [
      line(px, low, px, high, colour),
      line(px - 4, low, px + 4, low, colour),
      line(px - 4, high, px + 4, high, colour),
      mark(mode, px, y(mean)),
    ].join('');
  });
  return `<polyline points="${at.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>${bars.join('')}`;
}

function legend(): string {
  return MODES.map((mode, i) => {
    const { colour, dash } = STYLES[mode];
    const [left, top] = [MARGIN.left + 12, MARGIN.top + 12 + 18 * i];
    const dashes = dash && ` stroke-dasharray="${dash}"`;
    return `<path d="M${left} ${top}h28" stroke="${colour}" stroke-width="2"${dashes}/>${mark(mode, left + 14, top)}${text(left + 36, top + 4, mode, 'start')}`;
  }).join('\n');
}

function mark(mode: Mode, x: number, y: number): string {
  const { colour } = STYLES[mode];
  if (mode === 'random') return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="3.5" fill="${colour}"/>`;
  if (mode === 'frozen')
    return `<rect x="${fixed(x - 3.5)}" y="${fixed(y - 3.5)}" width="7" height="7" fill="${colour}"/>`;
  return `<path d="M${fixed(x)} ${fixed(y - 5)}l5 9h-10z" fill="${colour}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<path d="M${fixed(x1)} ${fixed(y1)}L${fixed(x2)} ${fixed(y2)}" stroke="${colour}"/>`;
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" fill="#222222" ${more}>${content}</text>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
