/** A point that wants a label; all in pixels. */
export interface LabelRequest {
  readonly x: number;
  readonly y: number;
  /** Of its text. */
  readonly width: number;
}

/** Where a label stands: `x` is its left edge, `y` its middle. */
export interface PlacedLabel {
  /** Of the requests, in their order. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** How labels stand. */
export interface LabelSettings {
  /** Of a line of text. */
  readonly height: number;
  /** Between a point's middle and its label. */
  readonly distance: number;
  /** Left free around each label. */
  readonly gap: number;
  /** What labels must stay within, if anything: width and height. */
  readonly bounds?: readonly [number, number];
}

/** Side of the squares that placed labels are looked up by. */
const CELL = 64;

/**
 * Places labels so that none overlaps another: one after the other, to the right of its point, else to its left, above or
 * below, else nowhere. So those that come first have the best chance.
 */
export function placeLabels(
  requests: Iterable<LabelRequest>,
  { height, distance, gap, bounds }: LabelSettings,
): PlacedLabel[] {
  const taken = new Map<number, number[][]>();
  const placed: PlacedLabel[] = [];
  let index = -1;
  for (const { x, y, width } of requests) {
    index++;
    const beside = distance + height / 2;
    const places = [
      [x + distance, y],
      [x - distance - width, y],
      [x - width / 2, y - beside],
      [x - width / 2, y + beside],
    ] as const;
    for (const [left, middle] of places) {
      const box = [left, middle - height / 2, left + width, middle + height / 2];
      if (bounds && (box[0]! < 0 || box[1]! < 0 || box[2]! > bounds[0] || box[3]! > bounds[1])) continue;
      if (!isFree(taken, box, gap)) continue;
      take(taken, box);
      placed.push({ index, x: left, y: middle });
      break;
    }
  }
  return placed;
}

function isFree(taken: ReadonlyMap<number, number[][]>, box: readonly number[], gap: number): boolean {
  const [left, top, right, bottom] = [box[0]! - gap, box[1]! - gap, box[2]! + gap, box[3]! + gap];
  for (const cell of cells(left, top, right, bottom)) {
    for (const other of taken.get(cell) ?? []) {
      if (left < other[2]! && other[0]! < right && top < other[3]! && other[1]! < bottom) return false;
    }
  }
  return true;
}

function take(taken: Map<number, number[][]>, box: number[]): void {
  for (const cell of cells(box[0]!, box[1]!, box[2]!, box[3]!)) {
    const others = taken.get(cell);
    if (others) others.push(box);
    else taken.set(cell, [box]);
  }
}

function* cells(left: number, top: number, right: number, bottom: number): Generator<number> {
  for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
      yield row * 0x10_0000 + column;
    }
  }
}
