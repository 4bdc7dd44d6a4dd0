import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Corpus } from '../../core/corpus.js';
import { WordmillError } from '../../core/errors.js';
import { wholeNumber } from '../../core/options.js';
import type { StageContext } from '../../core/stage.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import { readChunks } from '../../tokenize/chunk-table.js';
import { corpusOfIds } from '../encoded-corpus.js';

/** `encoded.json` of a folder that `encodeSpool` has written. */
const encodedSchema = z.strictObject({
  format: z.literal('wordmill encoded shard'),
  version: z.literal(1),
  sentences: wholeNumber(0),
  words: wholeNumber(0),
  chunks: wholeNumber(0),
  vocabulary: wholeNumber(0),
});

/** The files of a folder that `wordmill shard encode` has written. */
export function filesOfEncoded(folder: string): Readonly<Record<'tokens' | 'chunks' | 'about', string>> {
  return {
    tokens: join(folder, 'tokens'),
    chunks: join(folder, 'chunks'),
    about: join(folder, 'encoded.json'),
  };
}

/**
 * The corpus of a folder that `wordmill shard encode` has written.
 *
 * @throws WordmillError `noInput` where there is no such folder; `data` where it is damaged, or was encoded with another
 * vocabulary.
 */
export async function encodedFolder(
  folder: string,
  vocabulary: Vocabulary,
  context: Pick<StageContext, 'scratchFolder'>,
): Promise<Corpus> {
  const place = { file: folder };
  const files = filesOfEncoded(folder);
  const text = await readFile(files.about, 'utf8').catch((cause: unknown) => {
    throw new WordmillError('noInput', 'this is no folder of an encoded shard', {
      ...{ place, cause },
      hint: 'Give the folder that wordmill shard encode wrote with --output.',
    });
  });
  try {
    const { sentences, words, chunks, vocabulary: size } = encodedSchema.parse(JSON.parse(text));
    if (size !== vocabulary.size) {
      throw new WordmillError(
        'data',
        `it was encoded with a vocabulary of ${size} words, and this one has ${vocabulary.size}`,
      );
    }
    return await corpusOfIds(
      { tokensPath: files.tokens, chunks: await readChunks(files.chunks, chunks) },
      { sentences, words },
      vocabulary,
      context,
    );
  } catch (cause) {
    const problem = (cause as Error).message.split('\n')[0];
    throw new WordmillError('data', `this encoded shard cannot be used: ${problem}`, { place, cause });
  }
}
