/** Farther in than this a map has nothing more to show. */
const MOST_ZOOM = 400;
/** Left free around the whole map, in pixels. */
const MARGIN = 48;

/** What part of the map is seen: how pixels and places on the map belong together. */
export class View {
  width = 1;
  height = 1;
  /** Pixels for a unit of the map. */
  scale = 1;
  #left = 0;
  #top = 0;
  /** The scale at which the whole map is seen. */
  #whole = 1;
  readonly #extent: readonly [number, number];

  constructor(extent: readonly [number, number]) {
    this.#extent = extent;
  }

  /** How far one has zoomed in: 1 where the whole map is seen. */
  get zoom(): number {
    return this.scale / this.#whole;
  }

  x(mapX: number): number {
    return this.#left + mapX * this.scale;
  }

  y(mapY: number): number {
    return this.#top + mapY * this.scale;
  }

  /** Takes a new size in pixels; what was in the middle stays there. */
  resize(width: number, height: number): void {
    const { zoom } = this;
    const isFirst = this.width === 1;
    const middleX = (this.width / 2 - this.#left) / this.scale;
    const middleY = (this.height / 2 - this.#top) / this.scale;
    this.width = width;
    this.height = height;
    const [mapWidth, mapHeight] = this.#extent;
    this.#whole = Math.max(
      1,
      Math.min((width - 2 * MARGIN) / (mapWidth || 1), (height - 2 * MARGIN) / (mapHeight || 1)),
    );
    if (isFirst) {
      this.showAll();
    } else {
      this.scale = this.#whole * zoom;
      this.centre(middleX, middleY);
    }
  }

  showAll(): void {
    this.scale = this.#whole;
    this.centre(this.#extent[0] / 2, this.#extent[1] / 2);
  }

  /** Brings a place of the map to the middle. */
  centre(mapX: number, mapY: number): void {
    this.#left = this.width / 2 - mapX * this.scale;
    this.#top = this.height / 2 - mapY * this.scale;
  }

  pan(byX: number, byY: number): void {
    this.#left += byX;
    this.#top += byY;
    // Some of the map always stays in sight.
    const [mapWidth, mapHeight] = this.#extent;
    this.#left = clamp(this.#left, MARGIN - mapWidth * this.scale, this.width - MARGIN);
    this.#top = clamp(this.#top, MARGIN - mapHeight * this.scale, this.height - MARGIN);
  }

  /** Zooms so that what is at a pixel stays there. */
  zoomAt(factor: number, pixelX = this.width / 2, pixelY = this.height / 2): void {
    const scale = clamp(this.scale * factor, this.#whole / 2, this.#whole * MOST_ZOOM);
    const by = scale / this.scale;
    this.#left = pixelX - (pixelX - this.#left) * by;
    this.#top = pixelY - (pixelY - this.#top) * by;
    this.scale = scale;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
