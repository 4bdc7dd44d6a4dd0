/** Shows the values of a chart under the pointer, or step by step with the arrow keys. All it knows stands in the table. */
for (const figure of document.querySelectorAll<HTMLElement>('.chart')) {
  const plot = figure.querySelector<HTMLElement>('.plot')!;
  const rows = [...figure.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const places = rows.map((row) => Number(row.dataset.x));
  const names = [...figure.querySelectorAll('thead th')].map((cell) => cell.textContent!);
  const reading = document.createElement('output');
  reading.className = 'reading';
  const cursor = document.createElement('div');
  cursor.className = 'cursor';
  let current = -1;
  plot.append(cursor, reading);
  hide();

  plot.addEventListener('pointermove', (event) => {
    const { left, width } = plot.getBoundingClientRect();
    show(nearest((event.clientX - left) / width));
  });
  plot.addEventListener('pointerleave', hide);
  plot.addEventListener('blur', hide);
  plot.addEventListener('focus', () => {
    if (plot.matches(':focus-visible')) show(rows.length - 1);
  });
  plot.addEventListener('keydown', (event) => {
    const { key } = event;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: -rows.length,
      End: rows.length,
    };
    if (key === 'Escape') hide();
    const step = steps[key];
    if (step === undefined) return;
    event.preventDefault();
    show(Math.min(rows.length - 1, Math.max(0, current + step)));
  });

  function nearest(place: number): number {
    let best = 0;
    for (const [index, x] of places.entries()) {
      if (Math.abs(x - place) < Math.abs(places[best]! - place)) best = index;
    }
    return best;
  }

  function show(index: number): void {
    const row = rows[index];
    if (!row) return;
    current = index;
    const [head, ...cells] = [...row.cells];
    const lines = cells.flatMap((cell, line) => (cell.textContent ? [readingOf(cell, line)] : []));
    const title = document.createElement('b');
    title.textContent = head!.textContent;
    reading.replaceChildren(title, ...lines);
    cursor.replaceChildren(...cells.flatMap(dotOf));
    cursor.hidden = reading.hidden = false;
    cursor.style.left = `${100 * places[index]!}%`;
    // On the side of the point where there is more room.
    const rightHalf = places[index]! > 0.5;
    reading.style.left = rightHalf ? 'auto' : `calc(${100 * places[index]!}% + 10px)`;
    reading.style.right = rightHalf ? `calc(${100 - 100 * places[index]!}% + 10px)` : 'auto';
  }

  function readingOf(cell: HTMLTableCellElement, line: number): HTMLElement {
    const element = document.createElement('span');
    element.className = `line-${line}`;
    element.textContent = names.length > 2 ? `${names[line + 1]} ${cell.textContent}` : cell.textContent;
    return element;
  }

  function dotOf(cell: HTMLTableCellElement, line: number): HTMLElement[] {
    if (cell.dataset.y === undefined) return [];
    const dot = document.createElement('i');
    dot.className = `line-${line}`;
    dot.style.bottom = `${100 * Number(cell.dataset.y)}%`;
    return [dot];
  }

  function hide(): void {
    current = -1;
    cursor.hidden = reading.hidden = true;
  }
}
