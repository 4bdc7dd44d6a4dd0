import { parseOptions } from '../../core/options.js';
import { inTheme, PALETTE } from '../../pages/palette.js';
import { CAUTION, titleOf } from './caution.js';
import { colourOf } from './colour-of.js';
import { placeLabels } from './labels.js';
import { type PictureOptions, pictureOptions } from './picture-options.js';
import { arrowPath, escapeXml, text } from './svg-parts.js';
import { textWidth } from './text-width.js';
import type { Coloring, Group, WordMap } from './word-map.js';

const MARGIN = 40;
const LABEL = 13;
const LEGEND_LINE = 20;
const HEADER = 64;
/** Room for the legend: groups in columns of so many pixels. */
const COLUMN = 250;

/**
 * A map as a picture in SVG: a point for each word in the colour of its group, labels that do not overlap (those of the first
 * words before others'), arrows, a legend. Point at a word, in a browser, and its name appears.
 */
export function mapSvg(map: WordMap, options: PictureOptions = {}): string {
  const { width, height, theme } = parseOptions(pictureOptions, options, '');
  const [coloring] = map.colorings as [Coloring];
  const columns = Math.max(1, Math.floor((width - 2 * MARGIN) / COLUMN));
  const footer = Math.ceil(coloring.groups.length / columns) * LEGEND_LINE + MARGIN;
  const area = { left: MARGIN, top: HEADER, width: width - 2 * MARGIN, height: height - HEADER - footer };
  const points = placePoints(map, area);
  const radius = map.words.length > 3_000 ? 1.8 : map.words.length > 800 ? 2.4 : 3.5;
  const colour = (group: Group) => inTheme(colourOf(coloring, group), theme);
  const ground = inTheme(PALETTE.ground, theme);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="'DejaVu Sans', Verdana, sans-serif" font-size="${LABEL}" fill="${inTheme(PALETTE.text, theme)}">
<title>${escapeXml(titleOf(map))}</title>
<rect width="100%" height="100%" fill="${ground}"/>
${text(MARGIN, 28, titleOf(map), { size: 17, weight: 'bold' })}
${text(MARGIN, 48, shortened(CAUTION, width - 2 * MARGIN, 11), { size: 11, fill: inTheme(PALETTE.quiet, theme) })}
${pointGroups(map, coloring, points, radius, colour)}
${arrows(map, points, inTheme(PALETTE.accent, theme))}
${labels(map, points, radius, { width, height: height - footer }, ground)}
${legend(coloring, columns, height - footer + MARGIN / 2, colour)}
</svg>
`;
}

type Point = readonly [x: number, y: number];

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function placePoints({ words, positions, extent }: WordMap, { left, top, width, height }: Area): Point[] {
  // Room at the sides for labels of the outermost points.
  const inner = width - 80;
  const scale = Math.min(inner / (extent[0] || 1), height / (extent[1] || 1));
  const x = left + (width - extent[0] * scale) / 2;
  const y = top + (height - extent[1] * scale) / 2;
  return words.map((_, index) => [x + positions[2 * index]! * scale, y + positions[2 * index + 1]! * scale]);
}

function pointGroups(
  { words }: WordMap,
  { groups, groupOf }: Coloring,
  points: readonly Point[],
  radius: number,
  colour: (group: Group) => string,
): string {
  const circles = groups.map((): string[] => []);
  for (const [index, [x, y]] of points.entries()) {
    circles[groupOf[index]!]!.push(
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}"><title>${escapeXml(words[index]!)}</title></circle>`,
    );
  }
  return groups
    .map(
      (group, index) => `<g fill="${colour(group)}" fill-opacity="0.8">\n${circles[index]!.join('\n')}\n</g>`,
    )
    .join('\n');
}

function arrows({ arrows }: WordMap, points: readonly Point[], colour: string): string {
  if (arrows.length === 0) return '';
  const paths = arrows.map(([from, to]) => `<path d="${arrowPath(points[from]!, points[to]!)}"/>`);
  return `<g fill="none" stroke="${colour}" stroke-width="1.8" stroke-linecap="round">\n${paths.join('\n')}\n</g>`;
}

function labels(
  { words, arrows }: WordMap,
  points: readonly Point[],
  radius: number,
  { width, height }: { width: number; height: number },
  ground: string,
): string {
  const order = [...new Set([...arrows.flat(), ...words.keys()])];
  const requests = order.map((index) => {
    const [x, y] = points[index]!;
    return { x, y, width: textWidth(words[index]!) * LABEL };
  });
  const placed = placeLabels(requests, {
    height: LABEL + 2,
    distance: radius + 4,
    gap: 4,
    bounds: [width, height],
  });
  const halo = `stroke="${ground}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`;
  const lines = placed.map(({ index, x, y }) => text(x, y + 0.36 * LABEL, words[order[index]!]!));
  return `<g ${halo}>\n${lines.join('\n')}\n</g>`;
}

function legend(
  { groups, groupOf }: Coloring,
  columns: number,
  top: number,
  colour: (group: Group) => string,
): string {
  const sizes = groups.map(() => 0);
  for (const group of groupOf) sizes[group]!++;
  return groups
    .map((group, index) => {
      const x = MARGIN + (index % columns) * COLUMN;
      const y = top + Math.floor(index / columns) * LEGEND_LINE;
      const label = `${shortened(group.label, COLUMN - 80, 12)} (${sizes[index]!.toLocaleString('en-US')})`;
      return `<circle cx="${x + 5}" cy="${y}" r="5" fill="${colour(group)}"/>${text(x + 17, y + 4, label, { size: 12 })}`;
    })
    .join('\n');
}

/** A text cut to a width in pixels, with a mark where it was cut. */
function shortened(line: string, width: number, size: number): string {
  const characters = [...line];
  while (characters.length > 1 && textWidth(characters.join('')) * size > width) characters.pop();
  return characters.join('') === line ? line : `${characters.slice(0, -1).join('')}…`;
}
