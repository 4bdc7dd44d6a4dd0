import { type Colour, GROUP_COLOURS, NO_GROUP, ORDERED_COLOURS } from '../../pages/palette.js';
import type { Coloring, Group } from './word-map.js';

/** The colour of a group, in both themes. */
export function colourOf({ name }: Pick<Coloring, 'name'>, { colour }: Group): Colour {
  if (colour === undefined) return NO_GROUP;
  return (name === 'frequency' ? ORDERED_COLOURS : GROUP_COLOURS)[colour]!;
}
