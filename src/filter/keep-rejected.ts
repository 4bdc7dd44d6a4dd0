import { WordmillError } from '../core/errors.js';
import type { StagedFile } from '../core/outputs.js';
import type { RejectedRecord, RejectedRecords } from '../core/rejected.js';
import { REJECTED_CHARACTERS } from '../core/rejected.js';
import type { Source } from '../core/stage.js';

/** The first of the two halves of a character beyond U+FFFF, without the second. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/**
 * A source that writes what it leaves out to a file: JSON lines with `source`, `line`, `reason` and `text`; a text of
 * more than 10,000 characters is cut, and has `cut: true`. The file is an output of the run: whole or not there at all.
 *
 * @param source with the filters behind it
 * @throws WordmillError `cannotCreate` and `inputOutput` as outputs do
 */
export function keepRejected<Out>(path: string, source: Source<Out>): Source<Out> {
  return async function* keepingRejected(input, context) {
    if (context.rejected) {
      throw new WordmillError('internal', 'what is left out is kept by one file, not by two', {
        place: { file: path },
      });
    }
    const file = await context.outputs.create(path);
    // A run that goes on later would not have what was left out before: it reads from the start.
    const { recovery: _, ...rest } = context;
    yield* source(input, { ...rest, rejected: new RejectedFile(file) });
    await file.finish();
  };
}

class RejectedFile implements RejectedRecords {
  readonly #file: StagedFile;

  constructor(file: StagedFile) {
    this.#file = file;
  }

  async add(records: readonly RejectedRecord[]): Promise<void> {
    if (records.length > 0) await this.#file.write(Buffer.from(records.map(lineOf).join('')));
  }
}

function lineOf({ source, line, reason, text }: RejectedRecord): string {
  const cut = text.length > REJECTED_CHARACTERS;
  const kept = cut ? { text: text.slice(0, REJECTED_CHARACTERS).replace(HALF_CHARACTER, ''), cut } : { text };
  return `${JSON.stringify({ source, line, reason, ...kept })}\n`;
}
