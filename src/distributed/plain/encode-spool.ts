import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { WordmillError } from '../../core/errors.js';
import type { Source } from '../../core/stage.js';
import { readVocabulary } from '../../formats/vocabulary.js';
import { readStored } from '../../tokenize/spool-manifest.js';
import { encodeText } from '../encode-shard.js';
import { filesOfEncoded } from './encoded-folder.js';

/** What is encoded, by what, and where to. */
export interface SpoolEncoding {
  /** The folder of a spool, as `ingestText` has written it. */
  readonly spool: string;
  /** A vocabulary file. */
  readonly vocabulary: string;
  readonly unk: 'drop' | 'token';
  /** The folder for the result. */
  readonly output: string;
}

/** What was encoded: `encoded.json` of the result. */
export interface EncodedSpool {
  readonly format: 'wordmill encoded shard';
  readonly version: 1;
  readonly sentences: number;
  /** Tokens that have an id. */
  readonly words: number;
  readonly chunks: number;
  /** The size of the vocabulary. */
  readonly vocabulary: number;
}

/**
 * Writes the tokens of a spool as ids of a vocabulary: `tokens` and `chunks` as in a run's storage, and `encoded.json`.
 *
 * @throws WordmillError `noInput` where there is no such spool or vocabulary, `data` where one is damaged; `cannotCreate`.
 */
export function encodeSpool({ spool, vocabulary, unk, output }: SpoolEncoding): Source<EncodedSpool> {
  return async function* encodingSpool(_input, context) {
    await context.outputs.createFolder(output);
    const paths = filesOfEncoded(output);
    const [tokens, chunks, about] = [
      await context.outputs.create(paths.tokens),
      await context.outputs.create(paths.chunks),
      await context.outputs.create(paths.about),
    ];
    await context.outputs.refuseToReplace([vocabulary, ...spoolFiles(spool)]);
    const words = await readVocabulary(vocabulary, { unknown: unk });
    const encoded = await encodeText(await storedSpool(spool), words, await context.scratchFolder(), context);
    for await (const bytes of createReadStream(encoded.tokensPath)) await tokens.write(bytes);
    for await (const bytes of createReadStream(encoded.chunksPath)) await chunks.write(bytes);
    const result: EncodedSpool = {
      format: 'wordmill encoded shard',
      version: 1,
      sentences: encoded.sentences,
      words: encoded.words,
      chunks: encoded.chunks.length,
      vocabulary: words.size,
    };
    await about.write(Buffer.from(`${JSON.stringify(result, undefined, 2)}\n`));
    for (const file of [tokens, chunks, about]) await file.finish();
    yield result;
  };
}

/** What a spool and an encoded shard both have: they cannot be in one folder. */
function spoolFiles(folder: string): string[] {
  const { tokens, chunks } = filesOfEncoded(folder);
  return [tokens, chunks];
}

async function storedSpool(folder: string) {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new WordmillError('noInput', 'there is no such folder', {
      place: { file: folder },
      hint: 'Give the folder that wordmill shard ingest --spool wrote.',
    });
  }
  try {
    return (await readStored(folder)).text;
  } catch (error) {
    const problem = `this spool cannot be used: ${(error as Error).message.split('\n')[0]}`;
    throw new WordmillError('data', problem, { place: { file: folder }, cause: error });
  }
}
