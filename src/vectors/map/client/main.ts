import { themeSwitch } from '../../../pages/client/theme.js';
import { draw } from './draw.js';
import { Texts } from './draw-labels.js';
import { finder } from './finder.js';
import { listenToPointers } from './gestures.js';
import { listenToKeys } from './keys.js';
import { showLegend, showSelection, showTip } from './panel.js';
import { readState } from './state.js';
import { View } from './view.js';

/** How far in pixels the pointer may be from a point that it means. */
const REACH = 14;
/** How far to zoom in, at least, on a word that was found. */
const CLOSE = 3;

const state = readState();
const view = new View(state.data.extent);
const texts = new Texts(state.data.words);
const canvas = document.getElementById('canvas') as HTMLCanvasElement;
const colour = document.getElementById('color') as HTMLSelectElement;
let isDue = false;

canvas.setAttribute('aria-label', `Map of ${state.data.title}`);
new ResizeObserver(() => {
  view.resize(canvas.clientWidth, canvas.clientHeight);
  redraw();
}).observe(canvas);
listenToPointers(canvas, view, {
  moved: redraw,
  pointed(pixel) {
    const hovered = pixel && wordAt(pixel);
    if (hovered !== state.hovered) canvas.style.cursor = hovered === undefined ? '' : 'pointer';
    state.hovered = hovered;
    showTip(state, pixel);
  },
  tapped: (pixel) => choose(wordAt(pixel)),
});
listenToKeys(canvas, view, {
  moved: redraw,
  chooseMiddle: () => choose(wordAt([view.width / 2, view.height / 2], Number.POSITIVE_INFINITY)),
  clear: () => choose(undefined),
  find: () => document.getElementById('find')!.focus(),
});
finder(state.data.words, goTo);
themeSwitch(document.getElementById('theme') as HTMLButtonElement, () => {
  showLegend(state);
  redraw();
});
onClick('zoom-in', () => view.zoomAt(1.6));
onClick('zoom-out', () => view.zoomAt(1 / 1.6));
onClick('show-all', () => view.showAll());
document.getElementById('clear')!.addEventListener('click', () => {
  choose(undefined);
  document.getElementById('find')!.focus();
});
colour.value = state.coloring.name;
colour.addEventListener('change', () => {
  state.coloring = state.data.colorings.find(({ name }) => name === colour.value)!;
  showLegend(state);
  redraw();
});
showLegend(state);

function onClick(id: string, change: () => void): void {
  document.getElementById(id)!.addEventListener('click', () => {
    change();
    redraw();
  });
}

function choose(index: number | undefined): void {
  state.selected = index;
  showSelection(state, goTo);
  redraw();
}

/** Chooses a word and brings it to the middle. */
function goTo(index: number): void {
  if (view.zoom < CLOSE) view.zoomAt(CLOSE / view.zoom);
  view.centre(state.x[index]!, state.y[index]!);
  choose(index);
}

function wordAt([pixelX, pixelY]: readonly [number, number], reach = REACH): number | undefined {
  return state.at((pixelX - view.x(0)) / view.scale, (pixelY - view.y(0)) / view.scale, reach / view.scale);
}

/** Draws once a frame, however often something changes. */
function redraw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw(canvas, state, view, texts);
  });
}
