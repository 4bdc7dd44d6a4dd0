/** A colour in light and in dark. */
export type Colour = readonly [light: string, dark: string];

/** Which of a colour's two values is meant. */
export type Theme = 'light' | 'dark';

/** The colours of all pages and pictures, by the name that they have in CSS (`--ground`). */
export const PALETTE = {
  ground: ['#ffffff', '#16181d'],
  raised: ['#f6f7f9', '#1f2229'],
  text: ['#1d2129', '#e6e8ec'],
  quiet: ['#5b6472', '#9aa3b2'],
  rule: ['#dfe3e8', '#343a45'],
  accent: ['#0b63c5', '#6db3ff'],
  warning: ['#8a4b00', '#ffb95c'],
} as const satisfies Record<string, Colour>;

/**
 * Colours that tell lines and groups apart, the first ones also for readers who see few colours (after Okabe & Ito, 2008,
 * "Color Universal Design"). Each has a contrast of 3 and more to the ground.
 */
export const GROUP_COLOURS: readonly Colour[] = [
  ['#0b63c5', '#6db3ff'],
  ['#c4500f', '#ff9d5c'],
  ['#00795a', '#4fd1a5'],
  ['#a03b86', '#e692cd'],
  ['#8a6d00', '#f0d34b'],
  ['#5a4fcf', '#ada5ff'],
  ['#b3263a', '#ff8a97'],
  ['#4a5568', '#b9c3d3'],
  ['#087c8c', '#55cfe0'],
  ['#80553a', '#cfa283'],
  ['#5c7a12', '#b5d95a'],
  ['#d1487f', '#ffb0cf'],
];

/** Colours for what has an order, from much to little. */
export const ORDERED_COLOURS: readonly Colour[] = [
  ['#0a3468', '#e9f4ff'],
  ['#0f55a0', '#b0d8ff'],
  ['#2f7fc6', '#76b6f2'],
  ['#6aa5d8', '#4a8cc8'],
  ['#94bbdc', '#386690'],
];

/** The colour of what belongs to no group. */
export const NO_GROUP: Colour = ['#8a93a0', '#6f7885'];

/** A colour's value in a theme. */
export function inTheme(colour: Colour, theme: Theme): string {
  return colour[theme === 'light' ? 0 : 1];
}

/** The CSS custom properties of all colours but the ordered ones; the groups' are `--line-0` and on. */
export function colourProperties(): string {
  const named = Object.entries(PALETTE);
  const numbered = GROUP_COLOURS.map((colour, index) => [`line-${index}`, colour] as const);
  return [...named, ...numbered]
    .map(([name, [light, dark]]) => `  --${name}: light-dark(${light}, ${dark});\n`)
    .join('');
}
