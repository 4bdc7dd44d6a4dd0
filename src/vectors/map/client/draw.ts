import { currentTheme } from '../../../pages/client/theme.js';
import { inTheme, PALETTE, type Theme } from '../../../pages/palette.js';
import { colourOf } from '../colour-of.js';
import { drawLabels, type Texts } from './draw-labels.js';
import type { MapState } from './state.js';
import type { View } from './view.js';

const TURN = 2 * Math.PI;
const HEAD = 9;

/** Draws what is seen of the map. */
export function draw(canvas: HTMLCanvasElement, state: MapState, view: View, texts: Texts): void {
  const ratio = devicePixelRatio || 1;
  const context = canvas.getContext('2d')!;
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  context.scale(ratio, ratio);
  const theme = currentTheme();
  context.fillStyle = inTheme(PALETTE.ground, theme);
  context.fillRect(0, 0, view.width, view.height);
  const radius = radiusOf(state, view);
  drawPoints(context, state, view, radius, theme);
  drawArrows(context, state, view, theme);
  drawSelection(context, state, view, radius, theme);
  drawLabels(context, state, view, radius, theme, texts);
}

/** Points grow while one zooms in, but slower than the map. */
function radiusOf({ data }: MapState, { zoom, width }: View): number {
  const crowd = data.words.length / Math.max(1, width / 800);
  const base = crowd > 3_000 ? 1.7 : crowd > 800 ? 2.4 : 3.5;
  return Math.min(7, base * Math.max(1, zoom) ** 0.35);
}

function drawPoints(
  context: CanvasRenderingContext2D,
  state: MapState,
  view: View,
  radius: number,
  theme: Theme,
): void {
  const { coloring, x, y, selected } = state;
  context.globalAlpha = selected === undefined ? 0.8 : 0.22;
  for (const [number, group] of coloring.groups.entries()) {
    context.fillStyle = inTheme(colourOf(coloring, group), theme);
    context.beginPath();
    for (let index = 0; index < x.length; index++) {
      if (coloring.groupOf[index] === number)
        dot(context, view.x(x[index]!), view.y(y[index]!), radius, view);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number, view: View): void {
  if (x < -radius || y < -radius || x > view.width + radius || y > view.height + radius) return;
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, TURN);
}

function drawArrows(context: CanvasRenderingContext2D, state: MapState, view: View, theme: Theme): void {
  const { x, y, data } = state;
  context.strokeStyle = inTheme(PALETTE.accent, theme);
  context.lineWidth = 1.8;
  context.lineCap = 'round';
  context.beginPath();
  for (const [from, to] of data.arrows) {
    const [x1, y1, x2, y2] = [view.x(x[from]!), view.y(y[from]!), view.x(x[to]!), view.y(y[to]!)];
    const angle = Math.atan2(y2 - y1, x2 - x1);
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    for (const turn of [0.45, -0.45]) {
      context.moveTo(x2, y2);
      context.lineTo(x2 - HEAD * Math.cos(angle + turn), y2 - HEAD * Math.sin(angle + turn));
    }
  }
  context.stroke();
}

/** The chosen word, its true neighbours, and lines between them: however far the map took them apart. */
function drawSelection(
  context: CanvasRenderingContext2D,
  state: MapState,
  view: View,
  radius: number,
  theme: Theme,
): void {
  const { selected, x, y, coloring } = state;
  if (selected === undefined) return;
  const near = state.nearest(selected);
  context.strokeStyle = inTheme(PALETTE.quiet, theme);
  context.lineWidth = 1;
  context.globalAlpha = 0.7;
  context.beginPath();
  for (const { index } of near) {
    context.moveTo(view.x(x[selected]!), view.y(y[selected]!));
    context.lineTo(view.x(x[index]!), view.y(y[index]!));
  }
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = inTheme(PALETTE.ground, theme);
  context.lineWidth = 1.5;
  for (const index of [...near.map((other) => other.index).reverse(), selected]) {
    const group = coloring.groups[coloring.groupOf[index]!]!;
    context.fillStyle = inTheme(index === selected ? PALETTE.text : colourOf(coloring, group), theme);
    context.beginPath();
    dot(context, view.x(x[index]!), view.y(y[index]!), radius + (index === selected ? 3 : 2), view);
    context.fill();
    context.stroke();
  }
}
