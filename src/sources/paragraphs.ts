import type { SourceReport } from './source-report.js';
import type { UnitBlock } from './unit-block.js';

const LINE_FEED = 0x0a;
const SPACE = 0x20;

/**
 * Joins the lines of one file into paragraphs: a space between lines, `\n` after the last. Blank lines (nothing but
 * white space) end a paragraph and disappear; so does the end of the file. A paragraph has the number of its first line,
 * where lines are numbered.
 */
export async function* paragraphs(
  lines: AsyncIterable<UnitBlock>,
  options: { readonly file: string; readonly longestUnit: number },
  report: SourceReport,
): AsyncGenerator<UnitBlock> {
  /** The paragraph that is still open: its lines, each followed by a space. */
  let open = Buffer.alloc(0);
  let openLine = 0;
  for await (const { bytes: block, lines: numbers } of lines) {
    const joined = Buffer.allocUnsafeSlow(open.length + block.length);
    joined.set(open);
    const firsts: number[] = [];
    let start = 0;
    let end = open.length;
    const close = (): void => {
      if (end > start) {
        joined[end - 1] = LINE_FEED;
        firsts.push(openLine);
      }
      start = end;
    };
    for (let from = 0, line = 0; from < block.length; line++) {
      const lineEnd = block.indexOf(LINE_FEED, from);
      if (isBlank(block, from, lineEnd)) close();
      else {
        if (end > start && end - start + lineEnd - from > options.longestUnit) {
          report.cut('paragraph', options.file, options.longestUnit);
          close();
        }
        if (end === start) openLine = numbers?.[line] ?? 0;
        joined.set(block.subarray(from, lineEnd), end);
        end += lineEnd - from;
        joined[end++] = SPACE;
      }
      from = lineEnd + 1;
    }
    if (start > 0) yield unitBlock(joined.subarray(0, start), numbers && firsts);
    open = joined.subarray(start, end);
  }
  if (open.length > 0) {
    open[open.length - 1] = LINE_FEED;
    yield unitBlock(open, openLine > 0 ? [openLine] : undefined);
  }
}

function unitBlock(bytes: Buffer, lines: readonly number[] | undefined): UnitBlock {
  return lines ? { bytes, lines: Float64Array.from(lines) } : { bytes };
}

/** Whether there is nothing but ASCII white space. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const byte = bytes[index]!;
    if (byte !== SPACE && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}
