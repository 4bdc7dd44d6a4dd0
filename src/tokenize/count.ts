import { join } from 'node:path';
import { type TokenBlock, toTokenBlock } from '../core/blocks.js';
import type { SpoolChunks } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import { nativeUnavailable } from '../native/addon.js';
import { BufferedFile } from './buffered-file.js';
import { NativeTokenCounter } from './count-native.js';
import { PlainTokenCounter } from './count-plain.js';
import type { CountedWords } from './generations.js';
import type { PartialSpool, PassedBlock } from './partial-spool.js';
import { SpoolWriter } from './spool-writer.js';
import type { CountingLimits, TokenCounter } from './token-counter.js';

/** What a tokenizing stage may yield: blocks, or plain arrays of words by sentence. */
export type Tokens = TokenBlock | readonly (readonly string[])[];

/** A text that has been read once: its tokens as provisional ids, and its words with their counts, all on disk. */
export interface SpooledText {
  readonly words: CountedWords;
  /** The file of tokens, in the folder of the words. */
  readonly tokensFile: string;
  readonly tokenBytes: number;
  /** The CRC-32 of that file. */
  readonly tokensChecksum: number;
  readonly chunks: SpoolChunks;
  readonly sentences: number;
  readonly tokens: number;
}

/** What spooling is done with, where it is not the usual. */
export interface SpoolMeans {
  readonly counter?: TokenCounter;
  /** The folder, where the run may be gone on with by a later one; then `report` too, of which it keeps the counts. */
  readonly partial?: PartialSpool | undefined;
  readonly report?: Report;
  /** Called with the size of the file of tokens as it grows; throws where the disk has no space for more. */
  readonly space?: (bytes: number) => Promise<void>;
}

/** The name of the file of tokens. */
export const TOKENS_FILE = 'tokens';

/**
 * Reads a text to its end, once: counts its words and writes its tokens as provisional ids, both into `folder`. While
 * a block is counted, the next one is asked for. Memory: `memoryBytes` for counting, and some 3 MB of buffers.
 */
export async function spoolText(
  input: AsyncIterable<Tokens>,
  folder: string,
  limits: CountingLimits,
  { counter = tokenCounter(folder, limits), partial, report, space }: SpoolMeans = {},
): Promise<SpooledText> {
  const path = join(folder, TOKENS_FILE);
  const { saved } = partial ?? {};
  const file = saved
    ? await BufferedFile.goOn(path, saved.tokens.bytes, saved.tokens.checksum)
    : await BufferedFile.create(path);
  let counting = Promise.resolve();
  /** How far the block that is being counted has brought the source; undefined where it does not say. */
  let passed: PassedBlock | undefined;
  const writer = new SpoolWriter(file, saved?.writer);
  const growing = { file, writer, counter };
  let isGrowing = true;
  try {
    if (saved) await counter.restore(saved.wordsPath, saved.counter);
    for await (const item of input) {
      throwIfAborted(limits.signal);
      const block = toTokenBlock(item);
      checkTokenBlock(block);
      await counting;
      if (passed) await partial?.pass(passed, growing);
      await space?.(file.bytes);
      const { position } = block;
      passed = position && report && { position, report: report.state() };
      counting = spoolBlock(block, counter, writer);
      // Awaited with the next block; until then a failure must not count as unhandled.
      counting.catch(() => {});
    }
    await counting;
    isGrowing = false;
    const chunks = writer.finish();
    await file.finish({ sync: limits.sync ?? false });
    const { sentences, tokens } = writer;
    const words = await counter.finish();
    return {
      ...{ words, tokensFile: TOKENS_FILE, tokenBytes: file.bytes, tokensChecksum: file.checksum },
      ...{ chunks, sentences, tokens },
    };
  } catch (error) {
    if (limits.signal.aborted && isGrowing && passed && (await succeeds(counting))) {
      await partial?.save(passed, growing);
    }
    throw error;
  } finally {
    await counting.catch(() => {});
    await file.close();
  }
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}

function tokenCounter(folder: string, limits: CountingLimits): TokenCounter {
  return nativeUnavailable() === undefined
    ? new NativeTokenCounter(folder, limits)
    : new PlainTokenCounter(folder, limits);
}

async function spoolBlock(block: TokenBlock, counter: TokenCounter, spool: SpoolWriter): Promise<void> {
  const { sentenceEnds } = block;
  counter.take(block);
  for (let sentence = 0; ; ) {
    const encoded = await counter.encode();
    const firstToken = sentence === 0 ? 0 : sentenceEnds[sentence - 1]!;
    await spool.append(encoded, sentenceEnds.subarray(sentence), firstToken);
    sentence += encoded.sentenceEnds.length;
    if (encoded.needsRoom || encoded.needsPruning) {
      spool.startGeneration();
      await (encoded.needsPruning ? counter.startPruned() : counter.startEmpty());
    }
    if (encoded.done) return;
  }
}

/**
 * A user's own stage may make blocks; one whose parts do not fit together would lose or mix up tokens unseen.
 *
 * @throws WordmillError `data` where ends go backwards or too far, or a token is empty.
 */
export function checkTokenBlock({ bytes, tokenEnds, sentenceEnds }: TokenBlock): void {
  const lastToken = tokenEnds.at(-1) ?? 0;
  const lastSentence = sentenceEnds.at(-1) ?? 0;
  if (
    lastSentence === tokenEnds.length &&
    lastToken <= bytes.length &&
    grows(tokenEnds, 1) &&
    grows(sentenceEnds, 0)
  ) {
    return;
  }
  throw new WordmillError('data', 'a block of tokens whose ends do not fit together', {
    hint: 'Ends must grow, no token may be empty, the last sentence must end after the last token, and the last token within the bytes; see TokenBlock.',
  });
}

/** Whether each end is at least so much past the one before it, and the first past 0. */
function grows(ends: Uint32Array, least: number): boolean {
  let before = 0;
  for (let index = 0; index < ends.length; index++) {
    const end = ends[index]!;
    if (end < before + least) return false;
    before = end;
  }
  return true;
}
