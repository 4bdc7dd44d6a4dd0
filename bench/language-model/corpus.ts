/**
 * The text that language models are compared on: a training part and the held-out part after it, as word ids.
 *
 *   npm run bench:kneser-ney:corpus                        what the parts hold
 *   … -- --write DIR                                       and DIR/train.txt and DIR/heldout.txt
 *   … -- --train 400000 --held-out 40000 --vocabulary 10000
 *
 * The files have one sentence a line, unknown words as `<UNK>`: read them with the splitter `whitespace`, not
 * lower-cased.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compose, files, iterate, run, tokenize, WordmillError } from '../../src/index.js';
import { shared } from '../support/data.js';
import { type EventText, eventCorpus, type LanguageModelCorpus, textLines } from './events.js';
import { readParts, wordsIn } from './parts.js';

/** The text that the benchmarks read. */
export const ENWIKI = join(shared, 'enwiki-a.txt.zst');

/** How much text, in words (sentence ends not counted), and how many words are known. */
export interface CorpusSizes {
  readonly train: number;
  readonly heldOut: number;
  readonly vocabulary: number;
}

/** 2 M words of training, 200 k held out, 10,000 words known. */
export const FULL_SIZES: CorpusSizes = { train: 2_000_000, heldOut: 200_000, vocabulary: 10_000 };

/** The flags that choose sizes, for `parseArgs`. */
export const SIZE_FLAGS = {
  train: { type: 'string', default: `${FULL_SIZES.train}` },
  'held-out': { type: 'string', default: `${FULL_SIZES.heldOut}` },
  vocabulary: { type: 'string', default: `${FULL_SIZES.vocabulary}` },
} as const;

/** Sizes from the values of `SIZE_FLAGS`. @throws WordmillError `usage` for what is no positive whole number. */
export function sizesOf(flags: Record<keyof typeof SIZE_FLAGS, string>): CorpusSizes {
  for (const [flag, text] of Object.entries(flags)) {
    if (!/^[1-9]\d{0,9}$/.test(text))
      throw new WordmillError('usage', `${text} is no positive whole number`, {
        place: { key: `--${flag}` },
      });
  }
  return {
    train: Number(flags.train),
    heldOut: Number(flags['held-out']),
    vocabulary: Number(flags.vocabulary),
  };
}

/**
 * The first sentences of a corpus until they have `sizes.train` words or more, and the next ones until they have
 * `sizes.heldOut` or more. Words are what `tokenize` gives by default; a sentence is a line with a word in it.
 *
 * @throws WordmillError `data` when the corpus ends before both parts are full; what the stages throw.
 */
export async function languageModelCorpus(
  path: string = ENWIKI,
  sizes: CorpusSizes = FULL_SIZES,
): Promise<LanguageModelCorpus> {
  const text = iterate(compose(files(path), tokenize()));
  const [train, heldOut] = await readParts(text, [sizes.train, sizes.heldOut]);
  const words = wordsIn(train!) + wordsIn(heldOut!);
  if (wordsIn(heldOut!) < sizes.heldOut) {
    throw new WordmillError('data', `the text has ${words} words, fewer than both parts need`, {
      place: { file: path },
      hint: 'Ask for smaller parts, or give more text.',
    });
  }
  return eventCorpus(train!, heldOut!, sizes.vocabulary);
}

/** Writes `train.txt` and `heldout.txt` to a folder, which is made if need be; both or neither. Gives their paths. */
export async function writeTexts(corpus: LanguageModelCorpus, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const parts = { 'train.txt': corpus.train, 'heldout.txt': corpus.heldOut };
  const { outputs } = await run(async function* writing(_input, context) {
    for (const [name, text] of Object.entries(parts)) {
      const file = await context.outputs.create(join(folder, name));
      await file.write(Buffer.from([...textLines(text, corpus)].join('')));
      await file.finish();
      yield name;
    }
  });
  return outputs;
}

/** What a corpus holds, in lines for a person. */
export function describeCorpus({ train, heldOut, types, vocabulary }: LanguageModelCorpus): string {
  const line = (name: string, { words, sentences, unknown }: EventText): string =>
    `${name}: ${words} words (${((100 * unknown) / words).toFixed(2)} % <UNK>), ${sentences} sentence ends`;
  return [
    line('training', train),
    line('held out', heldOut),
    `vocabulary: ${vocabulary.size - 1} of ${types} words, and <UNK>`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { ...SIZE_FLAGS, write: { type: 'string' } } });
  const { write, ...sizes } = values;
  const corpus = await languageModelCorpus(ENWIKI, sizesOf(sizes));
  console.log(describeCorpus(corpus));
  if (write !== undefined) for (const path of await writeTexts(corpus, write)) console.log(path);
}
