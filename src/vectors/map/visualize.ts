import { extname } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import { parseOptions } from '../../core/options.js';
import { OutputSet } from '../../core/outputs.js';
import type { Report } from '../../core/report.js';
import { readVectors } from '../../formats/detect.js';
import { wordMap } from './build-map.js';
import { mapHtml } from './html.js';
import { pngOfSvg } from './png.js';
import { mapSvg } from './svg.js';
import { type VisualizeOptions, visualizeOptions } from './visualize-options.js';
import { parsePairs, readCategories, readWordList } from './word-lists.js';
import type { WordMap } from './word-map.js';

/** What `visualize` is lent. */
export interface VisualizeContext {
  readonly signal?: AbortSignal;
  readonly report?: Report;
}

/**
 * Reads a file of vectors and writes a map of its words: a page (`.html`), a picture in SVG (`.svg`) or PNG (`.png`), by the
 * output's name. The file appears whole or not at all.
 *
 * @throws WordmillError as `readVectors`, `wordMap` and the writing of outputs say; `usage` for another name;
 * `unavailable` for PNG where what draws it is not installed.
 */
export async function visualize(
  input: string,
  output: string,
  options: VisualizeOptions = {},
  context: VisualizeContext = {},
): Promise<WordMap> {
  const settings = parseOptions(visualizeOptions, options, '');
  const { wordFile, wordList, categories, pairs, limit, width, height, theme, ...mapSettings } = settings;
  const render = rendererFor(output, { width, height, theme });
  const given = pairs === undefined ? [] : parsePairs(pairs);
  const outputs = new OutputSet();
  try {
    const file = await outputs.create(output);
    await outputs.refuseToReplace([
      input,
      ...(wordFile ? [wordFile] : []),
      ...(categories ? [categories] : []),
      ...(wordList ? [wordList] : []),
    ]);
    const list = wordFile === undefined ? undefined : await readWordList(wordFile);
    const known = categories === undefined ? undefined : await readCategories(categories);
    // Where only the first words are shown, the rest of the file need not be read.
    const most = limit ?? (list || given.length > 0 ? undefined : settings.words);
    const vectors = await readVectors(input, {
      ...context,
      ...(most !== undefined && { limit: most }),
      ...(wordList !== undefined && { wordList }),
    });
    const map = await wordMap(vectors, mapSettings, {
      ...context,
      ...(list && { list }),
      pairs: given,
      ...(known && { categories: known }),
    });
    await file.write(await render(map));
    await file.finish();
    await outputs.commit();
    return map;
  } finally {
    await outputs.discard();
  }
}

type Picture = Parameters<typeof mapSvg>[1];

function rendererFor(output: string, picture: Picture): (map: WordMap) => Promise<Uint8Array> {
  switch (extname(output).toLowerCase()) {
    case '.html':
    case '.htm':
      return async (map) => Buffer.from(mapHtml(map));
    case '.svg':
      return async (map) => Buffer.from(mapSvg(map, picture));
    case '.png':
      return (map) => pngOfSvg(mapSvg(map, picture));
    default:
      throw new WordmillError('usage', "a map's name ends in .html, .svg or .png", {
        place: { file: output },
      });
  }
}
