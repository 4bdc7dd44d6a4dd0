import { currentTheme } from '../../../pages/client/theme.js';
import { inTheme } from '../../../pages/palette.js';
import { colourOf } from '../colour-of.js';
import type { MapState, Near } from './state.js';

/** How many of the neighbours are read out. */
const READ_OUT = 5;
/** And how many are shown beside the pointer. */
const IN_TIP = 3;

/** Shows the chosen word's true neighbours in a list, and tells those who cannot see it. */
export function showSelection(state: MapState, choose: (index: number) => void): void {
  const { selected, data } = state;
  const near = selected === undefined ? [] : state.nearest(selected);
  const word = selected === undefined ? undefined : data.words[selected]!;
  element('selected').textContent = word === undefined ? 'Nearest words' : `Nearest to ${word}`;
  element('hint').hidden = word !== undefined;
  element('clear').hidden = word === undefined;
  element('neighbours').replaceChildren(...near.map((other) => entry(other, data.words, choose)));
  const list = near
    .slice(0, READ_OUT)
    .map(({ index, cosine }) => `${data.words[index]} ${cosine.toFixed(2)}`);
  element('status').textContent =
    word === undefined ? 'No word is chosen.' : `${word} is chosen. Nearest: ${list.join(', ')}.`;
}

function entry(
  { index, cosine }: Near,
  words: readonly string[],
  choose: (index: number) => void,
): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.append(within('b', words[index]!), within('span', cosine.toFixed(3)));
  button.addEventListener('click', () => choose(index));
  item.append(button);
  return item;
}

/** Shows a word and its nearest ones beside the pointer, or nothing. */
export function showTip(state: MapState, pixel: readonly [number, number] | undefined): void {
  const tip = element('tip');
  tip.hidden = state.hovered === undefined || pixel === undefined;
  if (tip.hidden) return;
  const near = state.nearest(state.hovered!).slice(0, IN_TIP);
  const list = near.map(({ index }) => state.data.words[index]).join(', ');
  tip.replaceChildren(state.data.words[state.hovered!]!, within('span', list));
  const { clientWidth, clientHeight } = tip.parentElement!;
  const [x, y] = pixel!;
  tip.style.left = `${Math.max(0, x + 14 + tip.offsetWidth > clientWidth ? x - 14 - tip.offsetWidth : x + 14)}px`;
  tip.style.top = `${Math.max(0, Math.min(y + 14, clientHeight - tip.offsetHeight))}px`;
}

/** What the colours mean, with how many words have each. */
export function showLegend({ coloring }: MapState): void {
  const sizes = coloring.groups.map(() => 0);
  for (const group of coloring.groupOf) sizes[group]!++;
  const theme = currentTheme();
  const items = coloring.groups.map((group, index) => {
    const item = document.createElement('li');
    const mark = document.createElement('i');
    mark.style.background = inTheme(colourOf(coloring, group), theme);
    item.append(mark, within('div', group.label), within('span', sizes[index]!.toLocaleString('en-US')));
    return item;
  });
  element('legend').replaceChildren(...items);
}

function within(name: 'b' | 'div' | 'span', text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}
