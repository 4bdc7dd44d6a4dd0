import type { View } from './view.js';

/** What keys on the map bring about, besides moving it. */
export interface KeyTargets {
  moved(): void;
  chooseMiddle(): void;
  clear(): void;
  find(): void;
}

/** How far an arrow key moves the map, as a share of its size. */
const STEP = 0.12;
const ZOOM = 1.4;

/** Moves the view by keys: arrows, + and -, 0. */
export function listenToKeys(canvas: HTMLCanvasElement, view: View, targets: KeyTargets): void {
  const moves: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => view.pan(STEP * view.width, 0),
    ArrowRight: () => view.pan(-STEP * view.width, 0),
    ArrowUp: () => view.pan(0, STEP * view.height),
    ArrowDown: () => view.pan(0, -STEP * view.height),
    '+': () => view.zoomAt(ZOOM),
    '=': () => view.zoomAt(ZOOM),
    '-': () => view.zoomAt(1 / ZOOM),
    '0': () => view.showAll(),
  };
  const others: Readonly<Record<string, () => void>> = {
    Enter: targets.chooseMiddle,
    Escape: targets.clear,
    '/': targets.find,
  };
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(moves, event.key)) {
      moves[event.key]!();
      targets.moved();
    } else if (Object.hasOwn(others, event.key)) {
      others[event.key]!();
    } else {
      return;
    }
    event.preventDefault();
  });
}
