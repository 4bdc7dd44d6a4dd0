import type { TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { RejectedRecord } from '../core/rejected.js';
import type { Stage, StageContext } from '../core/stage.js';
import { originsOf, placesOf } from './places.js';

const LINE_FEED = 0x0a;

/** Says why a unit, `bytes[start .. end)` without its line end, is left out; undefined where it is kept. */
export type Judge = (bytes: Buffer, start: number, end: number) => string | undefined;

/** What a filter goes by. */
export interface UnitFilterSettings {
  /**
   * Each unit by itself; what came before it (`memory`); or its number alone (`number`), where what is left out is
   * no worse than what is kept and is not handed on.
   */
  readonly goesBy: 'unit' | 'memory' | 'number';
}

/**
 * A stage that leaves out units (lines, paragraphs, records) for reasons, counts them by reason, and hands them to
 * `context.rejected`.
 *
 * @param name of the stage in reports
 * @param open makes the judge of one run
 */
export function unitFilter(
  name: string,
  open: (context: StageContext) => Judge,
  { goesBy }: UnitFilterSettings = { goesBy: 'unit' },
): Stage<TextBlock, TextBlock> {
  return async function* filteringUnits(input, context) {
    const judge = open(context);
    const { report, signal } = context;
    const rejected = goesBy === 'number' ? undefined : context.rejected;
    for await (const block of input) {
      throwIfAborted(signal);
      const { kept, units, left } = judgeUnits(block, judge);
      report.count(name, 'units', units);
      report.count(name, 'kept', units - left.length);
      for (const { reason } of left) report.drop(name, reason);
      if (rejected && left.length > 0) await rejected.add(recordsOf(block, left));
      // An interrupted run can go on from a place only where nothing before it matters.
      const position = goesBy === 'unit' ? block.position : undefined;
      if (kept) yield position ? { ...kept, position } : kept;
    }
  };
}

interface LeftOut {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

function judgeUnits(
  block: TextBlock,
  judge: Judge,
): { kept: TextBlock | undefined; units: number; left: LeftOut[] } {
  const bytes = bufferOf(block.bytes);
  const left: LeftOut[] = [];
  let units = 0;
  for (let start = 0; start < bytes.length; units++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    const reason = judge(bytes, start, end);
    if (reason !== undefined)
      left.push({ index: units, start, end: Math.min(end + 1, bytes.length), reason });
    start = end + 1;
  }
  const kept = left.length < units ? without(block, bytes, left) : undefined;
  return { kept, units, left };
}

/** A block without some of its units. */
function without({ origins }: TextBlock, bytes: Buffer, left: readonly LeftOut[]): TextBlock {
  if (left.length === 0) return origins ? { bytes, origins } : { bytes };
  const size = left.reduce((rest, { start, end }) => rest - (end - start), bytes.length);
  const kept = Buffer.allocUnsafeSlow(size);
  let length = 0;
  let from = 0;
  for (const { start, end } of left) {
    length += bytes.copy(kept, length, from, start);
    from = end;
  }
  bytes.copy(kept, length, from);
  if (!origins) return { bytes: kept };
  const gone = new Set(left.map(({ index }) => index));
  return { bytes: kept, origins: originsOf(placesOf(origins).filter((_, index) => !gone.has(index))) };
}

function recordsOf(block: TextBlock, left: readonly LeftOut[]): RejectedRecord[] {
  const bytes = bufferOf(block.bytes);
  const places = block.origins && placesOf(block.origins);
  return left.map(({ index, start, end, reason }) => {
    const text = bytes.toString('utf8', start, end).replace(/\n$/, '');
    const { file = 'text', line = 0 } = places?.[index] ?? {};
    return { source: file, line, reason, text };
  });
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
