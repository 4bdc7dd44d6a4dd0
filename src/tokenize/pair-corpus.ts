import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenPairBlock } from '../core/blocks.js';
import { DROPPED, PAIR_BYTES, type PairCorpus } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Stage, StageContext } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { readFully } from '../core/whole-io.js';
import { BufferedFile } from './buffered-file.js';
import { type BuildVocabularyOptions, nothingKnown, readGiven, wordsOf } from './build-vocabulary.js';
import { checkTokenBlock } from './count.js';
import { FinalIds } from './final-ids.js';
import type { CountedWords } from './generations.js';
import { type VocabularyOptions, vocabularyOptions } from './options.js';
import { selectWords } from './select-words.js';
import { refuseVocabularyProblems } from './vocabulary-problems.js';
import { reportGiven, reportSelection } from './vocabulary-report.js';
import { watchSpace } from './watch-space.js';
import { WordCounter } from './word-counter.js';
import { ByteReader } from './word-table.js';

const STAGE = 'pairs';
const RECORDS_A_BLOCK = 1 << 15;

/**
 * Reads pairs of words to their end, once, and gives one corpus of pairs: a vocabulary of both columns, and the pairs
 * on disk as ids. The vocabulary's options apply as in `buildVocabulary` (`spool` does not); a pair with a word that is
 * not kept is dropped and counted, or has `<UNK>` in its place with `unk: 'token'`. Targets are counted over the pairs
 * that remain.
 *
 * @throws WordmillError `data` for a weight that is negative or not finite, for a pair that is not two words, and where
 * no pair or no word remains; what `buildVocabulary` throws.
 */
export function buildPairCorpus(
  settings: Omit<BuildVocabularyOptions, 'fingerprint'> = {},
): Stage<TokenPairBlock, PairCorpus> {
  const { include = [], ...vocabulary } = settings;
  const options = parseOptions(vocabularyOptions, vocabulary, 'vocabulary');
  refuseVocabularyProblems(options, true);
  return async function* buildingPairCorpus(input, context) {
    const included = await wordsOf(include, context);
    const given = await readGiven(options, context, included);
    const folder = await context.scratchFolder();
    const raw = await countPairs(input, folder, options, context);
    if (raw.pairs === 0) throw noPairs();
    const selection = given ? undefined : await selectWords(raw.words, options, context.signal, included);
    if (selection) context.announceVocabulary(selection.vocabulary);
    const chosen = (selection ?? given)!.vocabulary;
    const finalIds = new FinalIds(raw.words, chosen, context.signal);
    const final = await rewritePairs(raw, finalIds, chosen, join(folder, 'pairs'), context);
    const { tokens } = finalIds;
    if (tokens.known === 0 && given) throw nothingKnown(given);
    if (selection) reportSelection(context.report, selection, tokens, options);
    if (given) reportGiven(context.report, given, tokens, raw.words.types, options);
    context.report.count(STAGE, 'pairs', final.pairs);
    if (final.pairs === 0) throw noPairKept(raw.pairs);
    if (final.pairs < raw.pairs) {
      context.report.drop(STAGE, 'a word is not in the vocabulary', raw.pairs - final.pairs);
    }
    yield { vocabulary: selection?.vocabulary ?? given!.forText(tokens), ...final };
  };
}

/** Pairs as provisional ids, and their words. */
interface RawPairs {
  readonly words: CountedWords;
  readonly path: string;
  readonly pairs: number;
  /** How many pairs there are up to the end of each generation of ids. */
  readonly generationEnds: readonly number[];
}

async function countPairs(
  input: AsyncIterable<TokenPairBlock>,
  folder: string,
  options: VocabularyOptions,
  context: StageContext,
): Promise<RawPairs> {
  const { signal } = context;
  const counter = new WordCounter(folder, { memoryBytes: options.memory * 1e6, signal });
  const generationEnds: number[] = [];
  const writer = await RecordWriter.create(join(folder, 'provisional-pairs'), context);
  try {
    for await (const block of input) {
      throwIfAborted(signal);
      checkPairBlock(block, writer.records);
      const { bytes, tokenEnds, weights } = block;
      const reader = new ByteReader(bytes);
      let start = 0;
      for (let pair = 0; pair < block.sentenceEnds.length; pair++) {
        const middle = tokenEnds[2 * pair]!;
        const end = tokenEnds[2 * pair + 1]!;
        if (!counter.reserve(2, end - start)) {
          generationEnds.push(writer.records);
          await counter.startGeneration();
          counter.reserve(2, end - start);
        }
        if (writer.full) await writer.flush();
        const context = counter.table.add(reader, start, middle);
        writer.put(context, counter.table.add(reader, middle, end), weights?.[pair] ?? 1);
        start = end;
      }
    }
    await writer.finish();
    generationEnds.push(writer.records);
    return { words: await counter.finish(), path: writer.path, pairs: writer.records, generationEnds };
  } finally {
    await writer.close();
  }
}

/** Each sentence of a block must be two words, and each weight a number that can be trained with. */
function checkPairBlock(block: TokenPairBlock, pairsBefore: number): void {
  checkTokenBlock(block);
  const { sentenceEnds, weights } = block;
  for (let pair = 0; pair < sentenceEnds.length; pair++) {
    const words = sentenceEnds[pair]! - (pair === 0 ? 0 : sentenceEnds[pair - 1]!);
    if (words !== 2) {
      throw new WordmillError(
        'data',
        `pair ${pairsBefore + pair + 1}: ${words} words where there must be two`,
        {
          hint: 'A pair is a context word and a target word.',
        },
      );
    }
    const weight = weights?.[pair] ?? 1;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new WordmillError('data', `pair ${pairsBefore + pair + 1}: its weight is ${weight}`, {
        hint: 'A weight must be a number from 0, and finite in 32 bits.',
      });
    }
  }
  if (weights && weights.length !== sentenceEnds.length) {
    throw new WordmillError('data', `${sentenceEnds.length} pairs, but ${weights.length} weights`);
  }
}

/** Writes the pairs anew with final ids, those with a dropped word left out, and counts the targets. */
async function rewritePairs(
  raw: RawPairs,
  finalIds: FinalIds,
  vocabulary: Vocabulary,
  path: string,
  context: StageContext,
): Promise<Omit<PairCorpus, 'vocabulary'>> {
  const targetCounts = new Float64Array(vocabulary.size);
  const input = await open(raw.path, 'r');
  const writer = await RecordWriter.create(path, context);
  try {
    const words = new Uint32Array(3 * RECORDS_A_BLOCK);
    const weights = new Float32Array(words.buffer);
    let done = 0;
    for (const [generation, generationEnd] of raw.generationEnds.entries()) {
      const ids = await finalIds.ofGeneration(generation);
      while (done < generationEnd) {
        throwIfAborted(context.signal);
        const records = Math.min(RECORDS_A_BLOCK, generationEnd - done);
        await readRecords(input, new Uint8Array(words.buffer, 0, records * PAIR_BYTES), done);
        for (let record = 0; record < records; record++) {
          const contextId = ids[words[3 * record]!]!;
          const targetId = ids[words[3 * record + 1]!]!;
          if (contextId === DROPPED || targetId === DROPPED) continue;
          if (writer.full) await writer.flush();
          writer.put(contextId, targetId, weights[3 * record + 2]!);
          targetCounts[targetId]!++;
        }
        done += records;
      }
    }
    await writer.finish();
    return { path, pairs: writer.records, targetCounts };
  } finally {
    await writer.close();
    await input.close();
  }
}

async function readRecords(file: FileHandle, bytes: Uint8Array, first: number): Promise<void> {
  if ((await readFully(file, bytes, first * PAIR_BYTES)) === bytes.length) return;
  throw new WordmillError('inputOutput', 'the file of pairs was cut off while in use');
}

/** Writes records of two ids and a weight. */
class RecordWriter {
  readonly #file: BufferedFile;
  readonly #space: (written: number) => Promise<void>;
  readonly #block = new Uint32Array(3 * RECORDS_A_BLOCK);
  readonly #weights = new Float32Array(this.#block.buffer);
  #waiting = 0;
  records = 0;

  private constructor(file: BufferedFile, space: (written: number) => Promise<void>) {
    this.#file = file;
    this.#space = space;
  }

  static async create(path: string, context: Pick<StageContext, 'requireSpace'>): Promise<RecordWriter> {
    return new RecordWriter(await BufferedFile.create(path), watchSpace(path, context, 'intermediate file'));
  }

  get path(): string {
    return this.#file.path;
  }

  get full(): boolean {
    return this.#waiting === RECORDS_A_BLOCK;
  }

  put(context: number, target: number, weight: number): void {
    const start = 3 * this.#waiting++;
    this.#block[start] = context;
    this.#block[start + 1] = target;
    this.#weights[start + 2] = weight;
    this.records++;
  }

  async flush(): Promise<void> {
    await this.#space(this.#file.bytes);
    await this.#file.write(new Uint8Array(this.#block.buffer, 0, this.#waiting * PAIR_BYTES));
    this.#waiting = 0;
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.#file.finish();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function noPairs(): WordmillError {
  return new WordmillError('data', 'there are no pairs in the input', {
    hint: 'Each line must hold a context word, a target word and, if you like, a weight.',
  });
}

function noPairKept(pairs: number): WordmillError {
  return new WordmillError('data', `none of the ${pairs} pairs has both words in the vocabulary`, {
    hint: 'Lower --min-count, or raise --max-vocabulary.',
  });
}
