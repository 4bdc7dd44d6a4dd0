import type { InputPosition } from '../core/blocks.js';
import { WordmillError } from '../core/errors.js';
import type { Report, StageCounts } from '../core/report.js';
import { countUnits, type UnitBlock } from './unit-block.js';

const LINE_FEED = 0x0a;

/** Where a source begins. */
const START = { input: 0, units: 0 };

/** Keeps count of how far a source has come. */
export class InputCounter {
  readonly #report: Report;
  #input: number;
  #units: number;
  #source: StageCounts;
  #contents = 0;

  /** @param from where the source goes on, of which it will give nothing that is before it. */
  constructor(report: Report, from: Pick<InputPosition, 'input' | 'units'> = START) {
    this.#report = report;
    this.#input = from.input;
    this.#units = from.units;
    this.#source = this.#counts();
  }

  add(block: UnitBlock): void {
    this.#units += countUnits(block.bytes);
  }

  endContent(): void {
    this.#contents++;
  }

  endInput(): void {
    this.#input++;
    this.#units = 0;
    this.#contents = 0;
    this.#source = this.#counts();
  }

  /** Undefined within an archive, after its first file: of those after it the source gives none alone. */
  get position(): InputPosition | undefined {
    if (this.#contents > 0) return undefined;
    return { input: this.#input, units: this.#units, source: this.#source };
  }

  #counts(): StageCounts {
    return structuredClone(this.#report.stages.source ?? { counts: {}, dropped: {} });
  }
}

/**
 * The blocks of a content without its first units.
 *
 * @throws WordmillError `data` where there are not so many: the content has changed.
 */
export async function* afterUnits<Block extends UnitBlock>(
  blocks: AsyncIterable<Block>,
  units: number,
  file: string,
): AsyncGenerator<Block> {
  let left = units;
  for await (const block of blocks) {
    const count = left > 0 ? countUnits(block.bytes) : 0;
    if (left === 0) yield block;
    else if (count > left) {
      yield withoutFirst(block, left);
      left = 0;
    } else left -= count;
  }
  if (left > 0) {
    throw new WordmillError('data', 'this file ends before the place that was to be gone on from', {
      place: { file },
      hint: 'It has changed since it was read; run again without --resume.',
    });
  }
}

function withoutFirst<Block extends UnitBlock>(block: Block, units: number): Block {
  let start = 0;
  for (let unit = 0; unit < units; unit++) start = block.bytes.indexOf(LINE_FEED, start) + 1;
  const { lines } = block;
  return { ...block, bytes: block.bytes.subarray(start), ...(lines && { lines: lines.subarray(units) }) };
}
