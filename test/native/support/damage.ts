import type { Random } from '../../../src/core/random.js';

// biome-ignore lint/suspicious/noExplicitAny: the point is to make what types forbid.
type Anything = any;

const NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  ...[
    -1,
    -0.5,
    0,
    0.5,
    1,
    2,
    3,
    15,
    16,
    17,
    64,
    1000,
    2 ** 24,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2,
    2 ** 32 - 1,
  ],
  ...[2 ** 32, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 64, 1e300, -(2 ** 31)],
];

const ARRAYS = [
  Uint8Array,
  Uint16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
  DataView,
];

/** An array whose memory has gone. */
function detached(): Uint32Array {
  const array = new Uint32Array(64);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** What no caller should pass. */
function strange(random: Random): Anything {
  const kinds: (() => Anything)[] = [
    () => undefined,
    () => null,
    () => random.below(2) === 0,
    () => ['', 'x', 'portable', '\0', '../../../etc/hostname', 'a'.repeat(5000)][random.below(6)],
    () => ({}),
    () => [],
    () => [1, 2, 3],
    () => Symbol('s'),
    () => 10n,
    () => () => 1,
    () => new Date(0),
    () => new Proxy({}, {}),
    detached,
    () => new ArrayBuffer(random.below(100)),
    () => new Uint32Array(new SharedArrayBuffer(4 * random.below(100))),
    () => new (ARRAYS[random.below(ARRAYS.length)] as Anything)(new ArrayBuffer(8 * random.below(40))),
  ];
  return random.below(2) === 0 ? NUMBERS[random.below(NUMBERS.length)] : kinds[random.below(kinds.length)]!();
}

/** A copy of a typed array with something wrong about its content, length or place in memory. */
function damagedArray(array: Anything, random: Random): Anything {
  const copy = array.slice();
  switch (random.below(6)) {
    case 0:
      return copy.subarray(0, random.below(copy.length + 1));
    case 1: {
      const longer = new array.constructor(copy.length + 1 + random.below(50));
      longer.set(copy);
      return longer;
    }
    case 2: {
      // Not aligned to more than its elements.
      const bytes = new array.constructor(copy.length + 3);
      bytes.set(copy, 1);
      return bytes.subarray(1, 1 + copy.length);
    }
    case 3:
      return strange(random);
    default:
      for (let count = 1 + random.below(3); count > 0 && copy.length > 0; count--) {
        const place = random.below(copy.length);
        const change = random.below(3);
        if (change === 0) copy[place] = NUMBERS[random.below(NUMBERS.length)]!;
        else if (change === 1) copy[place] += random.below(5) - 2;
        else copy[place] = random.next();
      }
      return copy;
  }
}

/** A copy of a value with something wrong in it, at one place or a few: a field, a number, an entry of an array. */
export function damaged(value: Anything, random: Random): Anything {
  if (random.below(20) === 0) return strange(random);
  if (ArrayBuffer.isView(value)) return damagedArray(value, random);
  if (typeof value !== 'object' || value === null) return strange(random);
  const copy = { ...value };
  const keys = Object.keys(copy);
  if (keys.length === 0) return strange(random);
  for (let count = 1 + random.below(2); count > 0; count--) {
    const key = keys[random.below(keys.length)]!;
    if (random.below(12) === 0) delete copy[key];
    else copy[key] = damaged(copy[key], random);
  }
  return copy;
}
