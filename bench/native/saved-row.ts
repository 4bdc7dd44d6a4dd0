import type { Outcome, Row } from './row.js';

/** A side of a row as it is kept: its figure of every round. */
export interface SavedSide {
  readonly tool: string;
  readonly settings: string;
  readonly of: string;
  readonly unit: string;
  readonly figures: readonly number[];
}

/** A row of the JSON file. */
export interface SavedRow extends Pick<Row, 'name' | 'title' | 'compared' | 'must' | 'goal'> {
  readonly ours: SavedSide;
  readonly peer?: SavedSide;
  readonly outcome?: Outcome;
  readonly missing?: string;
}

/** The rows that have an outcome, as a table in Markdown. */
export function markdownTable(rows: readonly SavedRow[]): string {
  const lines = rows.flatMap(({ title, compared, must, goal, ours, peer, outcome }) => {
    if (!outcome) return [];
    const ratio = (value: number) =>
      compared === 'megabytes'
        ? `${value.toFixed(0)} MB`
        : compared === 'share'
          ? value.toFixed(2)
          : `${value.toFixed(1)}x`;
    const bound = (value: number) =>
      compared === 'megabytes' ? `${value} MB` : compared === 'share' ? `${value}` : `${value}x`;
    const cells = [
      title,
      compared === 'megabytes' ? '' : best(ours),
      peer ? `${peer.tool}: ${best(peer)}` : '',
      `**${ratio(outcome.best)}**`,
      compared === 'megabytes' ? '' : ratio(outcome.median),
      bound(must),
      bound(goal),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
  return [
    '| | wordmill | peer | best runs | median of pairs | must | goal |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function best({ figures, unit }: SavedSide): string {
  const value = Math.max(...figures);
  const [scaled, prefix] = value >= 1e6 ? [value / 1e6, 'M'] : [value / 1e3, 'k'];
  return `${scaled.toFixed(2)} ${prefix} ${unit}`;
}

const BEGIN = '<!-- figures: npm run bench -- --full && npm run bench:page -->';
const END = '<!-- end of figures -->';

/**
 * A page with a new table between its two marks.
 *
 * @throws Error where the page lacks them.
 */
export function withFigures(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page lacks ${BEGIN} … ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}
