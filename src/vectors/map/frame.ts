/** Places on a map as it is drawn: from 0 to 1 on the longer side, y downwards. */
export interface Framed {
  readonly positions: Float64Array;
  readonly extent: readonly [width: number, height: number];
}

/** Moves and scales places ([words, 2], y upwards) so that they fill a frame whose longer side is 1. */
export function framed(places: Float64Array): Framed {
  const [left, right] = range(places, 0);
  const [bottom, top] = range(places, 1);
  const side = Math.max(right - left, top - bottom) || 1;
  const positions = places.map((value, place) => (place % 2 === 0 ? value - left : top - value) / side);
  return { positions, extent: [(right - left) / side, (top - bottom) / side] };
}

function range(places: Float64Array, axis: 0 | 1): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let place = axis; place < places.length; place += 2) {
    least = Math.min(least, places[place]!);
    most = Math.max(most, places[place]!);
  }
  return [least, most];
}
