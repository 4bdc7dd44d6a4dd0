/**
 * Pairs as binary: records of 12 bytes, little-endian: uint32 context id, uint32 target id, int32 offset. Nothing
 * before, between or after them; ids are lines of the vocabulary file, from 0.
 */
import type { PairBlock, TokenPairBlock } from '../../core/blocks.js';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Stage } from '../../core/stage.js';
import { strangeId } from '../sentence-sampler.js';
import { EncodedWords } from './encoded-words.js';
import { PairBlockBuilder } from './pair-block-builder.js';

const RECORD = 12;

/**
 * Writes pairs as binary.
 *
 * @throws `usage` if pairs have weights, which the format cannot carry.
 */
export function pairsToBinary(): Stage<PairBlock, Uint8Array> {
  return async function* (input, { signal }) {
    for await (const { contexts, targets, offsets, weights } of input) {
      throwIfAborted(signal);
      if (weights) {
        throw new WordmillError('usage', 'binary pairs cannot carry weights', {
          hint: 'Write text or csv.',
        });
      }
      const bytes = new Uint8Array(RECORD * contexts.length);
      const view = new DataView(bytes.buffer);
      for (let pair = 0, at = 0; pair < contexts.length; pair++, at += RECORD) {
        view.setUint32(at, contexts[pair]!, true);
        view.setUint32(at + 4, targets[pair]!, true);
        view.setInt32(at + 8, offsets[pair]!, true);
      }
      yield bytes;
    }
  };
}

/**
 * Reads binary pairs; chunks may be cut anywhere.
 *
 * @param words how many words the vocabulary has.
 * @param file how errors name the input.
 * @throws `data`, with the byte, for an id that is not in the vocabulary or a record cut short.
 */
export function readBinaryPairs(words: number, file?: string): Stage<Uint8Array, PairBlock> {
  return async function* (input, { signal, report }) {
    let rest = Buffer.alloc(0);
    let byte = 0;
    const placeOf = (at: number) => (file === undefined ? { byte: at } : { file, byte: at });
    for await (const chunk of input) {
      throwIfAborted(signal);
      const bytes = Buffer.concat([rest, chunk]);
      const pairs = Math.floor(bytes.length / RECORD);
      rest = Buffer.from(bytes.subarray(pairs * RECORD));
      if (pairs === 0) continue;
      const contexts = new Uint32Array(pairs);
      const targets = new Uint32Array(pairs);
      const offsets = new Int32Array(pairs);
      for (let pair = 0, at = 0; pair < pairs; pair++, at += RECORD) {
        contexts[pair] = bytes.readUInt32LE(at);
        targets[pair] = bytes.readUInt32LE(at + 4);
        offsets[pair] = bytes.readInt32LE(at + 8);
        if (contexts[pair]! >= words) throw strangeId(contexts[pair]!, words, placeOf(byte + at));
        if (targets[pair]! >= words) throw strangeId(targets[pair]!, words, placeOf(byte + at + 4));
      }
      byte += pairs * RECORD;
      report.count('readPairs', 'pairs', pairs);
      yield { contexts, targets, offsets };
    }
    if (rest.length === 0) return;
    throw new WordmillError('data', `the last pair has ${rest.length} bytes of ${RECORD}`, {
      place: placeOf(byte),
      hint: 'The file is cut short, or is not binary pairs.',
    });
  };
}

/**
 * Pairs of ids as pairs of words, for a trainer that makes a vocabulary of its own; offsets are left behind.
 *
 * @param words the vocabulary's words, by id.
 */
export function pairsToTokens(words: readonly string[]): Stage<PairBlock, TokenPairBlock> {
  return async function* (input, { signal }) {
    const encoded = new EncodedWords(words);
    await encoded.catchUp();
    const { bytes, ends, size } = encoded;
    const pairs = new PairBlockBuilder();
    const addWord = (id: number): void => {
      if (id >= size) throw strangeId(id, size);
      pairs.addBytes(bytes, id === 0 ? 0 : ends[id - 1]!, ends[id]!);
    };
    for await (const { contexts, targets, weights } of input) {
      throwIfAborted(signal);
      for (let pair = 0; pair < contexts.length; pair++) {
        addWord(contexts[pair]!);
        addWord(targets[pair]!);
        if (weights) pairs.addWeight(weights[pair]!);
      }
      yield pairs.take();
    }
  };
}
