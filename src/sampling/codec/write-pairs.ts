import type { PairBlock } from '../../core/blocks.js';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { StageContext } from '../../core/stage.js';
import type { EncodedWords } from './encoded-words.js';
import { WordWriter } from './word-writer.js';

/** How a line of pairs is written. */
export interface PairStyle {
  /** The byte between cells. */
  readonly separator: number;
  /** What stands before an offset that is not negative. */
  readonly plus: '+' | '';
  /** The line that comes first, without its end; none if empty. */
  readonly header: string;
}

/** Pairs as lines of context, target, offset and, where the first block has weights, a weight. */
export async function* writePairs(
  input: AsyncIterable<PairBlock>,
  { signal }: StageContext,
  words: EncodedWords,
  { separator, plus, header }: PairStyle,
): AsyncGenerator<Uint8Array> {
  const writer = new WordWriter();
  const between = String.fromCharCode(separator);
  let weighted: boolean | undefined;
  for await (const { contexts, targets, offsets, weights } of input) {
    throwIfAborted(signal);
    if (weighted === undefined) {
      weighted = weights !== undefined;
      if (header) writer.ascii(`${header}${weighted ? `${between}weight` : ''}\n`);
    }
    if (weights && !weighted) throw lateWeights();
    await words.catchUp();
    for (let pair = 0; pair < contexts.length; pair++) {
      writer.word(words, contexts[pair]!);
      writer.byte(separator);
      writer.word(words, targets[pair]!);
      writer.byte(separator);
      const offset = offsets[pair]!;
      writer.ascii(offset < 0 ? `${offset}` : `${plus}${offset}`);
      if (weighted) writer.ascii(`${between}${weights?.[pair] ?? 1}`);
      writer.ascii('\n');
    }
    yield writer.take();
  }
  if (weighted === undefined && header) yield Buffer.from(`${header}\n`);
}

function lateWeights(): WordmillError {
  return new WordmillError('data', 'these pairs have weights, but those before them had none', {
    hint: 'Give every block of pairs weights, or none.',
  });
}
