/**
 * Numbers as text: what C's `printf("%.6g")` prints of a float32, and the way back.
 *
 * Six significant digits keep a float32 to one part in a million, in half the bytes of all nine.
 */

/** The longest text of one number, such as `-1.23457e-05`. */
export const MAX_NUMBER_LENGTH = 12;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const SMALL_E = 0x65;
const CAPITAL_E = 0x45;

/** The powers of ten that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** `000` to `999`, one after the other. */
const THREE_DIGITS = Uint8Array.from({ length: 3_000 }, (_, index) => {
  const number = Math.floor(index / 3);
  return ZERO + (Math.floor(number / POWERS[2 - (index % 3)]!) % 10);
});

/**
 * Writes a float32 as `%.6g` does, rounding half to even, and returns the position after it. There must be room for
 * `MAX_NUMBER_LENGTH` bytes.
 *
 * From 1e-7 up to 1e8 this is exact arithmetic: a float32 has 24 bits and 5^12 has 28, so its product with any of
 * 10^0 to 10^12 fits the 53 bits of a float64; and the quotient by 10 or 100 of so large a float32 cannot round to a
 * half that it is not. Beyond, no float32 lies half-way between two numbers of six digits, and JavaScript's own
 * (exact) formatting rounds as C's does.
 *
 * @param value a float32; for other numbers the last digit may be rounded wrongly
 */
export function writeNumber(value: number, bytes: Uint8Array, position: number): number {
  let magnitude = value;
  let at = position;
  if (value < 0) {
    bytes[at++] = MINUS;
    magnitude = -value;
  }
  if (!(magnitude >= 1e-7 && magnitude < 1e8)) return writeUnusual(value, bytes, position);

  let exponent = 0;
  if (magnitude >= 1) {
    while (magnitude >= POWERS[exponent + 1]!) exponent++;
  } else {
    exponent = -1;
    while (magnitude * POWERS[-exponent]! < 1) exponent--;
  }
  const scaled = exponent <= 5 ? magnitude * POWERS[5 - exponent]! : magnitude / POWERS[exponent - 5]!;
  let digits = scaled | 0;
  const rest = scaled - digits;
  if (rest > 0.5 || (rest === 0.5 && (digits & 1) === 1)) digits++;
  if (digits === 1_000_000) {
    digits = 100_000;
    exponent++;
  }

  if (exponent < -4 || exponent >= 6) {
    at = writeWithPoint(digits, 1, bytes, at);
    return writeExponent(exponent, bytes, at);
  }
  if (exponent >= 0) return writeWithPoint(digits, exponent + 1, bytes, at);
  bytes[at++] = ZERO;
  bytes[at++] = POINT;
  for (let zeros = exponent + 1; zeros < 0; zeros++) bytes[at++] = ZERO;
  return withoutTrailingZeros(bytes, writeSixDigits(digits, bytes, at));
}

function writeSixDigits(digits: number, bytes: Uint8Array, at: number): number {
  const high = (digits / 1_000) | 0;
  const low = digits - high * 1_000;
  bytes[at] = THREE_DIGITS[high * 3]!;
  bytes[at + 1] = THREE_DIGITS[high * 3 + 1]!;
  bytes[at + 2] = THREE_DIGITS[high * 3 + 2]!;
  bytes[at + 3] = THREE_DIGITS[low * 3]!;
  bytes[at + 4] = THREE_DIGITS[low * 3 + 1]!;
  bytes[at + 5] = THREE_DIGITS[low * 3 + 2]!;
  return at + 6;
}

/** Six digits with the point after the first `whole` of them, and no zeros at the end behind it. */
function writeWithPoint(digits: number, whole: number, bytes: Uint8Array, at: number): number {
  const end = writeSixDigits(digits, bytes, at);
  if (whole === 6) return end;
  for (let position = end; position > at + whole; position--) bytes[position] = bytes[position - 1]!;
  bytes[at + whole] = POINT;
  const trimmed = withoutTrailingZeros(bytes, end + 1);
  return bytes[trimmed - 1] === POINT ? trimmed - 1 : trimmed;
}

function withoutTrailingZeros(bytes: Uint8Array, end: number): number {
  let trimmed = end;
  while (bytes[trimmed - 1] === ZERO) trimmed--;
  return trimmed;
}

function writeExponent(exponent: number, bytes: Uint8Array, at: number): number {
  const size = Math.abs(exponent);
  bytes[at] = SMALL_E;
  bytes[at + 1] = exponent < 0 ? MINUS : PLUS;
  bytes[at + 2] = THREE_DIGITS[size * 3 + 1]!;
  bytes[at + 3] = THREE_DIGITS[size * 3 + 2]!;
  return at + 4;
}

function writeUnusual(value: number, bytes: Uint8Array, position: number): number {
  const text = unusualText(value);
  for (let index = 0; index < text.length; index++) bytes[position + index] = text.charCodeAt(index);
  return position + text.length;
}

function unusualText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const [digits, exponent] = value.toExponential(5).split('e') as [string, string];
  const shortened = digits.replace(/\.?0+$/, '');
  return `${shortened}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/**
 * The number that `bytes[start .. end)` spells in decimal, as the nearest float64 (what `Number` gives); `nan`, `inf`
 * and `infinity` in any case are numbers too. Undefined where the text is anything else. Stored in a `Float32Array`
 * it rounds once more, as in gensim and NumPy.
 *
 * Up to 15 digits and powers of ten up to 22 take one exact product or quotient (Clinger 1990, "How to read floating
 * point numbers accurately"); the rest goes through `Number`.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let digitsBeforePoint = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
    } else if (bytes[at] === POINT && digitsBeforePoint < 0) {
      digitsBeforePoint = digits;
    } else break;
  }
  if (digits === 0 || digits > 15) return parseUnusual(bytes, start, end);
  let power = digitsBeforePoint < 0 ? 0 : digitsBeforePoint - digits;
  if (at < end) {
    const exponent = parseExponent(bytes, at, end);
    if (exponent === undefined) return undefined;
    power += exponent;
  }
  if (power < -22 || power > 22) return parseUnusual(bytes, start, end);
  const magnitude = power < 0 ? mantissa / POWERS[-power]! : mantissa * POWERS[power]!;
  return sign === MINUS ? -magnitude : magnitude;
}

/** The whole number behind an `e`; undefined where there is none. */
function parseExponent(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  if (bytes[at] !== SMALL_E && bytes[at] !== CAPITAL_E) return undefined;
  at++;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  if (at >= end) return undefined;
  let exponent = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    exponent = Math.min(exponent * 10 + digit, 10_000);
  }
  return sign === MINUS ? -exponent : exponent;
}

function parseUnusual(bytes: Uint8Array, start: number, end: number): number | undefined {
  // Latin-1 gives one character a byte: nothing beyond ASCII can pass for a digit.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text[0] === '-' ? -Infinity : Infinity;
  return undefined;
}
