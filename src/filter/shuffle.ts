import type { TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import { Random, STREAMS } from '../core/random.js';
import type { Stage } from '../core/stage.js';
import { DEFAULT_DRAW_SEED } from './options.js';
import { originsOf, placesOf, type UnitPlace } from './places.js';
import { bufferOf } from './unit-filter.js';

const LINE_FEED = 0x0a;
const BLOCK_BYTES = 256 * 1024;

/** A unit with its line end, and where it comes from where that is known. */
interface PlacedUnit {
  readonly bytes: Buffer;
  readonly place: UnitPlace | undefined;
}

/**
 * Shuffles within a buffer: it is filled with the first `buffer` units; each one that comes then takes the place of one
 * that is drawn from the buffer and goes on; at the end the rest goes on in an order that is drawn. A unit can so come
 * out any time later, but no more than `buffer` places sooner. Draws depend on the seed alone.
 *
 * Memory: the units in the buffer, and some 200 bytes more for each.
 */
export function shuffleUnits(buffer: number, seed = DEFAULT_DRAW_SEED): Stage<TextBlock, TextBlock> {
  return async function* shufflingUnits(input, { report, signal }) {
    const random = new Random(seed, STREAMS.shuffledUnits);
    const held: PlacedUnit[] = [];
    const blocks = new BlockBuilder();
    for await (const block of input) {
      throwIfAborted(signal);
      for (const unit of unitsOf(block)) {
        report.count('filter.shuffle', 'units');
        if (held.length < buffer) held.push(unit);
        else {
          const place = random.below(buffer);
          blocks.add(held[place]!);
          held[place] = unit;
        }
      }
      if (blocks.bytes >= BLOCK_BYTES) yield blocks.take();
    }
    for (let left = held.length; left > 0; left--) {
      const place = random.below(left);
      blocks.add(held[place]!);
      held[place] = held[left - 1]!;
      if (blocks.bytes < BLOCK_BYTES) continue;
      throwIfAborted(signal);
      yield blocks.take();
    }
    if (blocks.bytes > 0) yield blocks.take();
  };
}

/** Units in memory of their own, so that one does not hold the whole block that it came in. */
function* unitsOf({ bytes, origins }: TextBlock): Generator<PlacedUnit> {
  const all = bufferOf(bytes);
  const places = origins && placesOf(origins);
  for (let start = 0, unit = 0; start < all.length; unit++) {
    const end = all.indexOf(LINE_FEED, start) + 1 || all.length;
    yield { bytes: Buffer.from(all.subarray(start, end)), place: places?.[unit] };
    start = end;
  }
}

/** Joins units to blocks. */
class BlockBuilder {
  bytes = 0;
  #units: PlacedUnit[] = [];

  add(unit: PlacedUnit): void {
    this.#units.push(unit);
    this.bytes += unit.bytes.length;
  }

  take(): TextBlock {
    const bytes = Buffer.concat(this.#units.map((unit) => unit.bytes));
    const places = this.#units.flatMap(({ place }) => place ?? []);
    const known = places.length === this.#units.length;
    this.#units = [];
    this.bytes = 0;
    return known ? { bytes, origins: originsOf(places) } : { bytes };
  }
}
