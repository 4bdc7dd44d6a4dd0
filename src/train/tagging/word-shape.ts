/**
 * The shape of a token, as taggers have used it since Bikel et al. 1997 ("Nymble"): an upper-case letter becomes `X`,
 * any other letter `x`, a digit `d`; a combining mark belongs to the letter before it and leaves nothing; all else stays.
 * `Washington` is `Xxxxxxxxxx`, `2004-05` is `dddd-dd`.
 */
export function wordShape(token: string): string {
  let shape = '';
  for (const character of token) shape += shapeOf(character);
  return shape;
}

/** A shape in which two stand for two and more of one kind: `Xxxxxxxxxx` is `Xxx`, `dddd-dd` is `dd-dd`. */
export function compressedShape(token: string): string {
  let shape = '';
  let last = '';
  let run = 0;
  for (const character of token) {
    const next = shapeOf(character);
    if (next === '') continue;
    run = next === last ? run + 1 : 1;
    last = next;
    if (run <= 2) shape += next;
  }
  return shape;
}

function shapeOf(character: string): string {
  if (character >= 'a' && character <= 'z') return 'x';
  if (/^\p{Lu}|^\p{Lt}/u.test(character)) return 'X';
  if (/^\p{L}/u.test(character)) return 'x';
  if (/^\p{Nd}/u.test(character)) return 'd';
  // An accent that is a character of its own belongs to the letter before it.
  return /^\p{M}/u.test(character) ? '' : character;
}

/**
 * The shapes that have an id, in the order of their ids from 1; 0 is every other shape. The list is closed, so that a
 * model needs no table of its own.
 */
export const SHAPES: readonly string[] = [
  ...['x', 'xx', 'X', 'XX', 'Xx', 'Xxx', 'xX', 'xxX', 'xXx', 'xxXx', 'xxXxx', 'xXxx', 'XXx', 'XXxx'],
  ...['XxX', 'XxXx', 'XxXxx', 'XxxX', 'XxxXX', 'XxxXx', 'XxxXxx', 'xxXX'],
  ...[
    'd',
    'dd',
    'd.d',
    'dd.d',
    'd.dd',
    'dd.dd',
    'd,dd',
    'dd,dd',
    'd:dd',
    'dd:dd',
    'd-d',
    'dd-dd',
    'd/d',
    'dd/dd',
  ],
  ...[
    'dxx',
    'ddxx',
    'dx',
    'ddx',
    'xxd',
    'xxdd',
    'Xxxd',
    'Xxxdd',
    'Xd',
    'Xdd',
    'XXd',
    'XXdd',
    'dX',
    'ddX',
    'dXX',
  ],
  ...['ddXX', 'dd-xx', 'd-xx', 'd%', 'dd%', '$d', '$dd', '#d', '#dd', "'dd", "'ddx", 'dd-d'],
  ...['xx-xx', 'x-xx', 'Xxx-Xxx', 'Xxx-xx', 'xx-Xxx', 'XX-XX', 'X-xx', 'XX-dd', 'X-dd', 'Xxx-dd', 'xx-xx-xx'],
  ...[
    "x'x",
    "xx'x",
    "xx'xx",
    "Xxx'x",
    "X'Xxx",
    "X'x",
    "'x",
    "'xx",
    "'Xxx",
    "x'",
    "xx'",
    "X'xx",
    "x'xx",
    "Xxx'xx",
    "'XX",
  ],
  ...['X.', 'Xx.', 'Xxx.', 'x.', 'xx.', 'X.X.', 'X.X.X.', 'x.x.', 'xx.xx', 'Xxx.xx', 'd.'],
  ...['@xx', '@Xxx', '@XX', '@xxdd', '@XxxXxx', '#xx', '#Xxx', '#XX', '#XXxx', '#XxxXxx', '#XxxXxxXxx'],
  ...[
    '@XXxx',
    '@XxxXX',
    '@Xxxdd',
    '@XxxXxxXxx',
    '@XxxXxxdd',
    '@xx_xx',
    '@Xxx_Xxx',
    '&xx;',
    ':)',
    ':(',
    ';)',
    ':X',
  ],
  ...[
    '.',
    '..',
    ',',
    ':',
    ';',
    '!',
    '!!',
    '?',
    '??',
    '-',
    '--',
    '(',
    ')',
    '[',
    ']',
    '"',
    '""',
    "'",
    "''",
    '`',
    '``',
  ],
  ...[
    '&',
    '/',
    '$',
    '%',
    '#',
    '@',
    '*',
    '+',
    '=',
    '|',
    '~',
    '\u2013',
    '\u2014',
    '\u2018',
    '\u2019',
    '\u201c',
    '\u201d',
  ],
];

const IDS: ReadonlyMap<string, number> = new Map(SHAPES.map((shape, index) => [shape, index + 1]));

/** How many ids there are, with 0: the rows of an embedding of shapes. */
export const SHAPE_COUNT = SHAPES.length + 1;

/** The id of a token's compressed shape, 0 where the table does not have it. */
export function shapeId(token: string): number {
  return IDS.get(compressedShape(token)) ?? 0;
}

/** What each column of `shapeFlags` says of a token. */
export const SHAPE_FLAGS = [
  'initial capital',
  'all capitals',
  'a capital within',
  'a digit',
  'all digits',
] as const;

/**
 * Five flags for each token, in the order of `SHAPE_FLAGS`: 1 where it is so, else 0. A token of one capital has an
 * initial capital and all capitals; all capitals means of its letters, all digits of its letters and digits.
 *
 * @returns tokens x 5, row-major
 */
export function shapeFlags(tokens: readonly string[]): Float32Array {
  const flags = new Float32Array(tokens.length * SHAPE_FLAGS.length);
  for (const [index, token] of tokens.entries()) {
    const shape = wordShape(token);
    const capital = shape.includes('X');
    const small = shape.includes('x');
    const digit = shape.includes('d');
    const row = [
      shape.startsWith('X'),
      capital && !small,
      shape.indexOf('X', 1) > 0,
      digit,
      digit && !capital && !small,
    ];
    flags.set(row.map(Number), index * SHAPE_FLAGS.length);
  }
  return flags;
}
