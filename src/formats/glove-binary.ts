import { WordmillError } from '../core/errors.js';

/**
 * GloVe's own binary (`glove -binary 1` or 2: `vectors.bin`, `gradsq.bin`): float64 and nothing else. For each word its
 * weights and a bias, then the same for each context word: 2 |V| (d + 1) numbers. It has no words and does not say how
 * many dimensions there are, so it is recognised, to tell users, and not read.
 */

const NUMBER_BYTES = 8;
/** As many numbers are looked at. */
const NUMBERS = 64;
/** Weights, biases and sums of squared gradients lie well within these, but for zeros. */
const SMALLEST = 1e-30;
const LARGEST = 1e30;

/**
 * Whether a file looks like GloVe's binary.
 *
 * @param head its beginning
 * @param size in bytes; undefined where it is not known
 */
export function isGloveBinary(head: Buffer, size: number | undefined): boolean {
  if (head.length < 4 * NUMBER_BYTES || (size !== undefined && size % (2 * NUMBER_BYTES) !== 0)) return false;
  const numbers = Math.min(NUMBERS, Math.floor(head.length / NUMBER_BYTES));
  let zeros = 0;
  for (let i = 0; i < numbers; i++) {
    const value = head.readDoubleLE(i * NUMBER_BYTES);
    const magnitude = Math.abs(value);
    if (value === 0) zeros++;
    else if (!(magnitude >= SMALLEST && magnitude <= LARGEST)) return false;
  }
  return zeros < numbers;
}

/** The error for GloVe's binary: what it is, what it lacks, what to give instead. */
export function gloveBinaryError({
  path,
  size,
}: {
  readonly path: string;
  readonly size: number | undefined;
}): WordmillError {
  const numbers = size === undefined ? '' : `${size / NUMBER_BYTES} `;
  const dimensions =
    size === undefined ? '' : ` (d is ${size / NUMBER_BYTES / 2} / |V| - 1, with the |V| lines of vocab.txt)`;
  return new WordmillError(
    'data',
    `this looks like GloVe's binary: ${numbers}numbers of 64 bits, without words, and without saying how many dimensions they have${dimensions}`,
    { place: { file: path }, hint: "Give GloVe's vectors.txt; glove -binary 2 writes both." },
  );
}
