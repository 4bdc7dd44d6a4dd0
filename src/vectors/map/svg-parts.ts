/** Text as XML that shows it. Characters that XML cannot hold, lone surrogates among them, (XML 1.0, section 2.2) are shown as U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A line of text; `y` is its base line. */
export function text(
  x: number,
  y: number,
  content: string,
  style: { readonly size?: number; readonly weight?: string; readonly fill?: string } = {},
): string {
  const { size, weight, fill } = style;
  const attributes = [
    ...(size ? [`font-size="${size}"`] : []),
    ...(weight ? [`font-weight="${weight}"`] : []),
    ...(fill ? [`fill="${fill}"`] : []),
  ];
  return `<text ${[`x="${x.toFixed(1)}"`, `y="${y.toFixed(1)}"`, ...attributes].join(' ')}>${escapeXml(content)}</text>`;
}

const HEAD = 9;

/** The path of an arrow between two points, in SVG's commands; a dot where both are one. */
export function arrowPath([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const point = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const side = (turn: number) =>
    point(x2 - HEAD * Math.cos(angle + turn), y2 - HEAD * Math.sin(angle + turn));
  return `M${point(x1, y1)}L${point(x2, y2)}M${side(0.45)}L${point(x2, y2)}L${side(-0.45)}`;
}
