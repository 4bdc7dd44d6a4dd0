/** Columns as wide as their widest cell; numbers to the right. */
export function alignedTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const numeric = head.map((_, column) =>
    lines.every((line) => /^[-+]?[\d.,]*( ?[%xMk]|\.\d+)*$/.test(line[column] ?? '')),
  );
  const format = (line: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = line[column] ?? '';
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [head, widths.map((width) => '-'.repeat(width)), ...lines].map(format).join('\n');
}
