import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import type { Source, StageContext } from '../../core/stage.js';
import { type TextDefinition, tokensOf } from '../../pipeline/inputs.js';
import { openOutput } from '../../sinks/output.js';
import { type SpooledText, spoolText } from '../../tokenize/count.js';
import { storeSpool } from '../../tokenize/stored-spool.js';
import { watchSpace } from '../../tokenize/watch-space.js';
import { countLines } from './count-lines.js';

/** Where what is read of a text goes. */
export interface TextOutputs {
  /** A file for the counts (`count-lines.ts`), or `-` for standard output. */
  readonly counts?: string | undefined;
  /** A folder for the tokens, which must not be there yet. */
  readonly spool?: string | undefined;
}

/**
 * Reads a text of any source, counts its words and keeps its tokens, outside a run in storage. A text without words has no
 * counts, which is no error here: another shard may have some.
 *
 * @throws WordmillError as reading the text does; `cannotCreate` for outputs, before anything is read.
 */
export function ingestText(
  definition: Omit<TextDefinition, 'phrases'>,
  { counts, spool }: TextOutputs,
): Source<SpooledText> {
  return async function* ingesting(input, context) {
    const output = counts === undefined ? undefined : await openOutput(counts, context);
    if (spool !== undefined) await refuseFolder(spool);
    const limits = { memoryBytes: definition.vocabulary.memory * 1e6, signal: context.signal };
    const read = (folder: string) =>
      spoolText(tokensOf(definition)(input, context), folder, limits, { space: watchSpace(folder, context) });
    const text =
      spool === undefined
        ? await read(await context.scratchFolder())
        : await storeSpool(dirname(spool), basename(spool), read);
    if (output) {
      for await (const lines of linesOf(text)) await output.write(lines);
      await output.finish();
    }
    reportText(text, context);
    yield text;
  };
}

async function* linesOf({ words }: SpooledText): AsyncGenerator<Uint8Array> {
  if (words.list !== '') yield* countLines(join(words.folder, words.list));
}

function reportText({ sentences, tokens, words }: SpooledText, { report }: StageContext): void {
  const number = (value: number): string => value.toLocaleString('en-US');
  report.note(`${number(tokens)} tokens of ${number(words.types)} words, in ${number(sentences)} sentences`);
}

async function refuseFolder(path: string): Promise<void> {
  if (!/^[\w-]{1,128}$/.test(basename(path))) {
    throw new WordmillError('usage', 'a spool is called by letters, digits, - and _', {
      place: { key: '--spool' },
    });
  }
  if (!(await stat(path).catch(() => undefined))) return;
  throw new WordmillError('cannotCreate', 'this is there already', {
    place: { file: path },
    hint: 'Remove it, or give the spool another name.',
  });
}
