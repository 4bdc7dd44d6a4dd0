/**
 * Keeps the `capacity` best of many scored rows: a binary heap with the worst of them on top. Of equal scores the
 * lower row is better, so that results do not depend on chance.
 */
export class Top {
  readonly #rows: number[] = [];
  readonly #scores: number[] = [];

  constructor(readonly capacity: number) {}

  /** Offers a row; NaN is never kept. */
  offer(row: number, score: number): void {
    const rows = this.#rows;
    if (rows.length < this.capacity) {
      if (Number.isNaN(score)) return;
      rows.push(row);
      this.#scores.push(score);
      this.#rise(rows.length - 1);
    } else if (rows.length > 0 && this.#isBetter(score, row, 0)) {
      rows[0] = row;
      this.#scores[0] = score;
      this.#sink(0);
    }
  }

  /** What was kept, best first. */
  sorted(): { row: number; score: number }[] {
    return this.#rows
      .map((row, index) => ({ row, score: this.#scores[index]! }))
      .sort((a, b) => b.score - a.score || a.row - b.row);
  }

  #isBetter(score: number, row: number, than: number): boolean {
    const other = this.#scores[than]!;
    return score > other || (score === other && row < this.#rows[than]!);
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (this.#isBetter(this.#scores[child]!, this.#rows[child]!, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ; ) {
      let worst = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#rows.length && this.#isBetter(this.#scores[worst]!, this.#rows[worst]!, child))
          worst = child;
      }
      if (worst === parent) return;
      this.#swap(parent, worst);
      parent = worst;
    }
  }

  #swap(a: number, b: number): void {
    [this.#rows[a], this.#rows[b]] = [this.#rows[b]!, this.#rows[a]!];
    [this.#scores[a], this.#scores[b]] = [this.#scores[b]!, this.#scores[a]!];
  }
}
