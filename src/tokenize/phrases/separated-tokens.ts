import type { TokenBlock } from '../../core/blocks.js';
import { ABSENT, ByteReader, type WordTable } from '../word-table.js';

/** What stands between the words of a run of tokens in a table: text has none, so that no two runs look the same. */
export const BETWEEN = 0x00;

/**
 * A block's tokens with a NUL after each, so that the bytes from one token's start to a later one's end name that run of
 * tokens.
 */
export interface SeparatedTokens {
  readonly source: ByteReader;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** By token, 1 for a connector. */
  readonly connectors: Uint8Array;
}

export function separateTokens({ bytes, tokenEnds }: TokenBlock, connectors: WordTable): SeparatedTokens {
  const count = tokenEnds.length;
  const separated = new Uint8Array((tokenEnds.at(-1) ?? 0) + count);
  const source = new ByteReader(separated);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const isConnector = new Uint8Array(count);
  let from = 0;
  let to = 0;
  for (let token = 0; token < count; token++) {
    starts[token] = to;
    for (const end = tokenEnds[token]!; from < end; from++) separated[to++] = bytes[from]!;
    ends[token] = to;
    separated[to++] = BETWEEN;
    if (connectors.size > 0 && connectors.find(source, starts[token]!, ends[token]!) !== ABSENT) {
      isConnector[token] = 1;
    }
  }
  return { source, starts, ends, connectors: isConnector };
}
