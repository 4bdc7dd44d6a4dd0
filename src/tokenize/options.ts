import { z } from 'zod';
import { wholeNumber } from '../core/options.js';

/** How text becomes words. */
export const tokenizeOptions = z.strictObject({
  normalize: z.enum(['NFC', 'NFKC', 'none']).default('NFC').describe('Unicode normalisation form'),
  lowercase: z.boolean().default(true).describe('Lower-case the text'),
  splitter: z
    .enum(['words', 'whitespace'])
    .default('words')
    .describe(
      'words: runs of Unicode letters, marks and digits, with apostrophes inside; whitespace: everything between white space, for text that is tokenised already',
    ),
  pattern: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A regular expression (JavaScript, flags gu) whose matches are the words, in place of the splitter',
    ),
  module: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A JavaScript module whose default export is a tokenizing stage, or a function from text to words',
    ),
  foldNumbers: z
    .boolean()
    .default(false)
    .describe('Replace every digit by 0, so that 1984 and 2001 are one word'),
  maxSentence: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe('Cut sentences after this many words (word2vec.c: 1,000; gensim: 10,000)'),
});

/** How text becomes words, all defaults filled in. */
export type TokenizeOptions = z.infer<typeof tokenizeOptions>;

/** Which words are learned, and what becomes of the others. */
export const vocabularyOptions = z.strictObject({
  minCount: wholeNumber(1).default(5).describe('Leave out words that occur less often'),
  maxSize: wholeNumber(1, 2 ** 31)
    .optional()
    .describe('Keep at most this many words, the most frequent')
    .meta({ flag: 'max-vocabulary' }),
  unk: z
    .enum(['drop', 'token'])
    .default('drop')
    .describe('Unknown words: drop them from the text, or train one word, <UNK>, in their place'),
  read: z
    .string()
    .min(1)
    .optional()
    .describe('Take the vocabulary from a file of `word count` lines rather than from the text')
    .meta({ flag: 'read-vocabulary' }),
  memory: wholeNumber(1, 1_000_000)
    .default(128)
    .describe('Megabytes for counting; past it, counts go to disk and are merged, exactly')
    .meta({ flag: 'vocabulary-memory' }),
  pruneAt: wholeNumber(1, 2 ** 31)
    .optional()
    .describe(
      'Drop rare words while counting whenever there are more different words than this, as word2vec.c does; counts are then approximate',
    ),
  spool: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Keep the tokens read in this folder; a later run over the same files and options starts from there',
    ),
});

/** Which words are learned, all defaults filled in. */
export type VocabularyOptions = z.infer<typeof vocabularyOptions>;
