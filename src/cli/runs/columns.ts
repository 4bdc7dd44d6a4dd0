/** Rows as lines, their cells in columns; trailing space is left out. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(cell.length, widths[column] ?? 0);
  }
  return rows
    .map((row) => `${indent}${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** `2026-11-24 21:40:00`, in UTC, of an ISO time. */
export function timeText(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** As much of a checksum as tells it from others. */
export function checksumText(checksum: string): string {
  return `${checksum.slice(0, 12)}…`;
}
