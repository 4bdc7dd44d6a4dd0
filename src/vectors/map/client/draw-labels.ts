import { inTheme, PALETTE, type Theme } from '../../../pages/palette.js';
import { type PlacedLabel, placeLabels } from '../labels.js';
import type { MapState } from './state.js';
import type { View } from './view.js';

const SIZE = 13;
const FONT = `${SIZE}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif`;
/** Longer words are cut on the map; everywhere else they are whole. */
const LONGEST = 32;
/** Labels for so many square pixels of the map, one. */
const ROOM = 3_600;

/** The texts of labels and their widths, which take long to measure. */
export class Texts {
  readonly #texts: readonly string[];
  readonly #widths: Float64Array;

  constructor(words: readonly string[]) {
    this.#texts = words.map((word) => {
      const characters = [...word];
      return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : word;
    });
    this.#widths = new Float64Array(words.length);
  }

  text(index: number): string {
    return this.#texts[index]!;
  }

  width(index: number, context: CanvasRenderingContext2D): number {
    this.#widths[index] ||= context.measureText(this.#texts[index]!).width;
    return this.#widths[index]!;
  }
}

/** Labels that do not overlap: of what is chosen, of pairs, then of the first words; the more, the farther one zooms in. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  state: MapState,
  view: View,
  radius: number,
  theme: Theme,
  texts: Texts,
): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.lineJoin = 'round';
  context.lineWidth = 3.5;
  context.strokeStyle = inTheme(PALETTE.ground, theme);
  const near = state.selected === undefined ? [] : state.nearest(state.selected).map(({ index }) => index);
  const lit = new Set(state.selected === undefined ? [] : [state.selected, ...near]);
  const order = labelled(state, view, lit);
  const labels: PlacedLabel[] = placeLabels(
    order.map((index) => ({
      x: view.x(state.x[index]!),
      y: view.y(state.y[index]!),
      width: texts.width(index, context),
    })),
    { height: SIZE + 2, distance: radius + 4, gap: 5 },
  );
  for (const { index: place, x, y } of labels) {
    const index = order[place]!;
    context.globalAlpha = lit.size === 0 || lit.has(index) ? 1 : 0.4;
    context.fillStyle = inTheme(index === state.selected ? PALETTE.accent : PALETTE.text, theme);
    context.strokeText(texts.text(index), x, y);
    context.fillText(texts.text(index), x, y);
  }
  context.globalAlpha = 1;
}

/** The words in sight, those to be labelled first at the front. */
function labelled({ x, y, data }: MapState, view: View, lit: ReadonlySet<number>): number[] {
  const isSeen = (index: number): boolean => {
    const [pixelX, pixelY] = [view.x(x[index]!), view.y(y[index]!)];
    return pixelX > -100 && pixelY > -20 && pixelX < view.width + 20 && pixelY < view.height + 20;
  };
  const order = new Set([...lit, ...data.arrows.flat()].filter(isSeen));
  const most = order.size + Math.ceil((view.width * view.height) / ROOM);
  for (let index = 0; index < x.length && order.size < most; index++) if (isSeen(index)) order.add(index);
  return [...order];
}
