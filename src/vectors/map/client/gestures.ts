import type { View } from './view.js';

/** What gestures on the map bring about. */
export interface GestureTargets {
  /** What is seen has changed. */
  moved(): void;
  /** The pointer is over a pixel, or over none. */
  pointed(pixel: readonly [number, number] | undefined): void;
  /** A pixel was clicked or tapped. */
  tapped(pixel: readonly [number, number]): void;
}

/** Farther than this, in pixels, a press is no click any more. */
const SLACK = 5;

/** Moves the view by wheel, by dragging and by two fingers. */
export function listenToPointers(canvas: HTMLCanvasElement, view: View, targets: GestureTargets): void {
  const pressed = new Map<number, readonly [number, number]>();
  let strayed = 0;

  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const by = Math.max(-120, Math.min(120, event.deltaY * lines));
      view.zoomAt(Math.exp(-by * (event.ctrlKey ? 0.01 : 0.0025)), ...pixelOf(event));
      targets.moved();
    },
    { passive: false },
  );
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (pressed.size === 0) strayed = 0;
    pressed.set(event.pointerId, pixelOf(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = pressed.get(event.pointerId);
    const now = pixelOf(event);
    if (!before) return targets.pointed(event.pointerType === 'touch' ? undefined : now);
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    strayed += Math.hypot(now[0] - before[0], now[1] - before[1]);
    pressed.set(event.pointerId, now);
    if (other) {
      strayed = Number.POSITIVE_INFINITY;
      view.zoomAt(distance(now, other) / Math.max(1, distance(before, other)), ...middle(before, other));
      // Of the middle between two fingers, one finger moves half.
      view.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    } else if (strayed > SLACK) {
      view.pan(now[0] - before[0], now[1] - before[1]);
    }
    targets.pointed(undefined);
    targets.moved();
  });
  canvas.addEventListener('pointerup', (event) => {
    if (pressed.delete(event.pointerId) && pressed.size === 0 && strayed <= SLACK) {
      targets.tapped(pixelOf(event));
    }
  });
  canvas.addEventListener('pointercancel', (event) => pressed.delete(event.pointerId));
  canvas.addEventListener('pointerleave', () => targets.pointed(undefined));

  function pixelOf({ clientX, clientY }: MouseEvent): readonly [number, number] {
    const { left, top } = canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }
}

type Pixel = readonly [number, number];

function distance(a: Pixel, b: Pixel): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function middle(a: Pixel, b: Pixel): Pixel {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
