import { type IdBlock, type TokenBlock, toTokenBlock } from '../core/blocks.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Stage, StageContext } from '../core/stage.js';
import { UNKNOWN, type Vocabulary } from '../core/vocabulary.js';
import { checkTokenBlock, type Tokens } from './count.js';
import { ABSENT, ByteReader, tableOf, WordTable } from './word-table.js';

const STAGE = 'encode';
const LITERALS: ReadonlySet<string> = new Set([UNKNOWN, '<unk>']);

/**
 * Tokens to ids of a known vocabulary, block by block. Unknown words are left out, or are `<UNK>`, as the vocabulary
 * says; sentences stay, also where no word of them is known. Reports what it left out.
 */
export function encode(vocabulary: Vocabulary): Stage<Tokens, IdBlock> {
  return async function* encoding(input, context) {
    // The literal <UNK> in a text is an unknown word.
    const words = vocabulary.words.filter((word) => word !== UNKNOWN);
    const table = tableOf(words);
    const unknown = vocabulary.unknownId ?? ABSENT;
    const idOf: IdOf = (reader, start, end) => {
      const id = table.find(reader, start, end);
      return id === ABSENT ? unknown : id;
    };
    yield* idBlocks(input, context, idOf, 'not in the vocabulary');
  };
}

/** A vocabulary that grows while tokens stream through. */
export interface GrowingVocabulary {
  /** Tokens to ids: 0, 1, 2 … in the order in which words first come. For one run. */
  readonly stage: Stage<Tokens, IdBlock>;
  /** How many different words have come so far. */
  readonly size: number;
  /** The word of an id that the stage has given. @throws WordmillError `internal` for any other. */
  wordOf(id: number): string;
}

/**
 * Encodes without a vocabulary known beforehand and without pruning, for filters that need ids only in between, such
 * as `wordmill pairs`: nothing waits for the end of the text. Memory grows with the number of different words. The
 * literals `<UNK>` and `<unk>`, which are no words, are left out and counted.
 */
export function encodeGrowing(): GrowingVocabulary {
  const table = new WordTable();
  const wordOf = (id: number): string => {
    if (!(id >= 0 && id < table.size)) throw new WordmillError('internal', `no word has the id ${id}`);
    return Buffer.from(table.bytes.buffer).toString('utf8', table.starts[id], table.starts[id + 1]);
  };
  return {
    stage: async function* encodingGrowing(input, context) {
      const literals: number[] = [];
      const idOf: IdOf = (reader, start, end) => {
        const known = table.size;
        const id = table.add(reader, start, end);
        if (id === known && LITERALS.has(wordOf(id))) literals.push(id);
        return literals.includes(id) ? ABSENT : id;
      };
      yield* idBlocks(input, context, idOf, 'the literal <UNK>');
    },
    get size() {
      return table.size;
    },
    wordOf,
  };
}

type IdOf = (reader: ByteReader, start: number, end: number) => number;

/** Blocks of tokens as blocks of ids; reports what has none, and why. */
async function* idBlocks(
  input: AsyncIterable<Tokens>,
  { report, signal }: StageContext,
  idOf: IdOf,
  reason: string,
): AsyncGenerator<IdBlock> {
  let firstSentence = 0;
  for await (const item of input) {
    throwIfAborted(signal);
    const block = toTokenBlock(item);
    const ids = idsOf(block, firstSentence, idOf);
    report.count(STAGE, 'tokens', ids.ids.length);
    const left = block.tokenEnds.length - ids.ids.length;
    if (left > 0) report.drop(STAGE, reason, left);
    firstSentence += ids.sentenceEnds.length;
    yield ids;
  }
}

/** The ids of a block's tokens, those without one left out. */
function idsOf(block: TokenBlock, firstSentence: number, idOf: IdOf): IdBlock {
  checkTokenBlock(block);
  const { tokenEnds } = block;
  const reader = new ByteReader(block.bytes);
  const ids = new Uint32Array(tokenEnds.length);
  const sentenceEnds = new Uint32Array(block.sentenceEnds.length);
  let kept = 0;
  let token = 0;
  let start = 0;
  for (let sentence = 0; sentence < sentenceEnds.length; sentence++) {
    for (const last = block.sentenceEnds[sentence]!; token < last; token++) {
      const end = tokenEnds[token]!;
      const id = idOf(reader, start, end);
      if (id !== ABSENT) ids[kept++] = id;
      start = end;
    }
    sentenceEnds[sentence] = kept;
  }
  return { ids: ids.subarray(0, kept), sentenceEnds, firstSentence };
}
