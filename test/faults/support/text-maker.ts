import type { Random } from '../../../src/core/random.js';

/** What stands in texts now and then and is not plain words: bad UTF-8, controls, long runs, other scripts. */
const ODD: readonly Uint8Array[] = [
  Buffer.from([0xff, 0xfe, 0x20]),
  Buffer.from([0xe2, 0x82, 0x20]),
  Buffer.from('\r\n'),
  Buffer.from('naïve 数学 مرحبا 👩‍👩‍👧 '),
  Buffer.from('e\u0301\u0301\u0301 \u00a0\u2028 '),
  Buffer.from(`${'x'.repeat(300)} `),
  Buffer.from('3.14159 --- "quoted", (bracketed)\t'),
];

/** What a text is like. */
export interface TextShape {
  /** The sum of its words, about. */
  readonly bytes: number;
  /** After n words, some `types` · √n different ones have occurred (Heaps' law). */
  readonly types?: number;
  /** One place in so many has odd bytes; 0 for none. */
  readonly odd?: number;
}

/** Text block by block: words by Zipf's law from a vocabulary that grows, ten or so on each line. */
export function* makeText(random: Random, { bytes, types = 20, odd = 0 }: TextShape): Generator<Buffer> {
  const words: Buffer[] = [];
  let tokens = 0;
  for (let made = 0; made < bytes; ) {
    const block = Buffer.allocUnsafe(Math.min(1 << 18, bytes - made + 512));
    let used = 0;
    while (used + 512 < block.length) {
      const vocabulary = Math.ceil(types * Math.sqrt(tokens + 1));
      while (words.length < vocabulary) words.push(wordOf(words.length));
      // One over the rank, for ranks from 1 to the vocabulary's size.
      const word = words[Math.floor(vocabulary ** random.unit()) - 1]!;
      used += word.copy(block, used);
      block[used++] = random.below(10) === 0 ? 0x0a : 0x20;
      tokens++;
      if (odd === 0 || random.below(odd) > 0) continue;
      const bytesBetween = ODD[random.below(ODD.length)]!;
      block.set(bytesBetween, used);
      used += bytesBetween.length;
    }
    made += used;
    yield block.subarray(0, used);
  }
}

/** The word of a rank: short ones first, each but once. */
function wordOf(rank: number): Buffer {
  let word = '';
  for (let left = rank + 1; left > 0; left = Math.floor((left - 1) / 20)) word += LETTERS[(left - 1) % 20];
  return Buffer.from(word);
}

const LETTERS = 'etaoinshrdlucmfwypgb';
