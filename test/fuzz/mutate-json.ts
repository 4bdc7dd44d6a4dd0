import type { Random } from '../../src/core/random.js';

/** A place in a document: a key of an object, or an index of an array. */
interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

const VALUES: readonly unknown[] = [
  ...[null, true, false, -1, 0, 1, 1.5, 1e308, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, '', ' ', '0', '-1'],
  ...[
    '/',
    '..',
    'a/../b',
    '\0',
    '\n',
    '\ud800',
    '\u{1f600}',
    '__proto__',
    'x'.repeat(5_000),
    [],
    {},
    [[]],
    [null],
  ],
];

const CHANGES: readonly ((place: Place, random: Random, all: readonly Place[]) => void)[] = [
  function remove({ parent, key }) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  function setOdd({ parent, key }, random) {
    parent[key] = structuredClone(VALUES[random.below(VALUES.length)]);
  },
  function takeAnother({ parent, key }, random, all) {
    const other = all[random.below(all.length)]!;
    parent[key] = structuredClone(other.parent[other.key]);
  },
  function changeALittle({ parent, key }, random) {
    const value = parent[key];
    if (typeof value === 'number') parent[key] = value + [-1, 1, 0.5, 255][random.below(4)]!;
    else if (typeof value === 'string') parent[key] = value.slice(0, random.below(value.length + 1));
    else parent[key] = [structuredClone(value)];
  },
  function repeat({ parent, key }, random) {
    const value = structuredClone(parent[key]);
    if (Array.isArray(parent)) parent.splice(Number(key), 0, ...Array(1 + random.below(50)).fill(value));
    else parent[`${key}${random.below(10)}`] = value;
  },
];

/**
 * A document of JSON with some values changed: what a reader meets that gets past its parser. The same draws give the
 * same bytes.
 */
export function mutatedJson(document: Uint8Array, random: Random): Uint8Array {
  const root = { value: JSON.parse(Buffer.from(document).toString()) };
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const all = [...placesIn(root)];
    const place = all[random.below(all.length)];
    if (place) CHANGES[random.below(CHANGES.length)]!(place, random, all);
  }
  return Buffer.from(JSON.stringify(root.value ?? null));
}

function* placesIn(parent: unknown): Generator<Place> {
  if (typeof parent !== 'object' || parent === null) return;
  for (const key of Object.keys(parent)) {
    yield { parent: parent as Record<string, unknown>, key };
    yield* placesIn((parent as Record<string, unknown>)[key]);
  }
}
