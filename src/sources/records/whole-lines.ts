import { REJECTED_CHARACTERS } from '../../core/rejected.js';
import type { Content } from '../contents.js';
import { textLines } from '../text-lines.js';
import type { UnitReading } from '../units.js';
import type { BadRecords } from './bad-records.js';

/** Longer lines, and longer records of several lines, are set aside; in bytes of UTF-8, or characters of a record. */
export const LONGEST_RECORD = 16 << 20;

/** Whole lines, each ended by `\n`. */
export interface Lines {
  readonly text: string;
  /** The line of the file, from 1, that the text starts on. */
  readonly firstLine: number;
  /** Whether a line before these was left out, since it was too long. */
  readonly afterGap: boolean;
}

/**
 * The lines of a content, clean as those of a text. A line of more than `longest` bytes is set aside.
 *
 * @throws WordmillError `data` as `textLines` does, and as `BadRecords` does
 */
export async function* wholeLines(
  { name, chunks, firstByte }: Content,
  { options, sizes, report }: UnitReading,
  bad: BadRecords,
  longest = LONGEST_RECORD,
): AsyncGenerator<Lines> {
  const reading = { blockBytes: sizes.blockBytes, longestUnit: Math.max(longest, sizes.blockBytes) };
  const strictUtf8 = options.strictUtf8 ?? false;
  let afterGap = false;
  for await (const block of textLines(
    chunks,
    { ...reading, file: name, strictUtf8, countLines: true, firstByte },
    report,
  )) {
    let { bytes, firstLine } = block;
    if (block.startsInside) {
      if (block.endsInside) continue;
      bytes = bytes.subarray(bytes.indexOf(0x0a) + 1);
      firstLine++;
    } else if (block.endsInside) {
      const reason = `longer than ${longest.toLocaleString('en')} bytes`;
      await bad.reject({ reason, line: firstLine, text: bytes.toString('utf8', 0, 4 * REJECTED_CHARACTERS) });
      afterGap = true;
      continue;
    }
    if (bytes.length === 0) continue;
    yield { text: bytes.toString(), firstLine, afterGap };
    afterGap = false;
  }
}
