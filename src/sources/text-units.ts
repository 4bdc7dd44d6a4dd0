import { WordmillError } from '../core/errors.js';
import type { Content } from './contents.js';
import { paragraphs } from './paragraphs.js';
import { type LineBlock, textLines } from './text-lines.js';
import { countUnits, type UnitBlock } from './unit-block.js';
import { type UnitReading, wantsLines } from './units.js';

/** Plain text: its lines, or its paragraphs. @throws WordmillError `usage` for records, which text has none of. */
export async function* textUnits(content: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  const { name, chunks, firstByte } = content;
  const { options, sizes, report } = reading;
  if (options.unit === 'records') {
    throw new WordmillError('usage', 'text has no records', {
      place: { file: name, key: 'source.unit' },
      hint: 'Take lines or paragraphs, or say what else the format is.',
    });
  }
  const counted = wantsLines(reading);
  const strictUtf8 = options.strictUtf8 ?? false;
  const lineOptions = { ...sizes, file: name, strictUtf8, countLines: strictUtf8 || counted, firstByte };
  const lines = numbered(textLines(chunks, lineOptions, report), counted, (byte) =>
    report.cut('line', name, sizes.longestUnit, byte),
  );
  yield* options.unit === 'paragraphs' ? paragraphs(lines, lineOptions, report) : lines;
}

async function* numbered(
  blocks: AsyncIterable<LineBlock>,
  counted: boolean,
  wasCut: (byte: number) => void,
): AsyncGenerator<UnitBlock> {
  for await (const { bytes, firstLine, firstByte, endsInside } of blocks) {
    if (endsInside) wasCut(firstByte);
    yield counted ? { bytes, lines: consecutive(firstLine, countUnits(bytes)) } : { bytes };
  }
}

function consecutive(first: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => first + index);
}
