/** A place in something sorted that is read in blocks. */
export interface Cursor<Self> {
  /** Whether everything has been read. */
  readonly atEnd: boolean;
  /** Reads the next block; after the last, the cursor is at its end. */
  load(): Promise<void>;
  isBefore(other: Self): boolean;
  close(): Promise<void>;
}

/** A binary heap of cursors, the one at the smallest item first; cursors that reach their end leave it. */
export class CursorQueue<Item extends Cursor<Item>> {
  readonly #heap: Item[] = [];
  readonly #all: Item[] = [];

  get first(): Item | undefined {
    return this.#heap[0];
  }

  async add(cursor: Item): Promise<void> {
    this.#all.push(cursor);
    await cursor.load();
    if (cursor.atEnd) return;
    const heap = this.#heap;
    heap.push(cursor);
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >>> 1;
      if (!heap[index]!.isBefore(heap[parent]!)) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** To be called after the first cursor has moved. */
  firstChanged(): void {
    const heap = this.#heap;
    if (heap[0]!.atEnd) {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      heap[0] = last;
    }
    for (let index = 0; ; ) {
      let smallest = index;
      for (let child = 2 * index + 1; child <= 2 * index + 2 && child < heap.length; child++) {
        if (heap[child]!.isBefore(heap[smallest]!)) smallest = child;
      }
      if (smallest === index) return;
      this.#swap(index, smallest);
      index = smallest;
    }
  }

  async close(): Promise<void> {
    for (const cursor of this.#all) await cursor.close();
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const cursor = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = cursor;
  }
}
