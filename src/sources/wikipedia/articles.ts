import { cleanText } from '../clean-text.js';
import type { Content } from '../contents.js';
import { paragraphs } from '../paragraphs.js';
import type { UnitBlock } from '../unit-block.js';
import { type UnitFormat, type UnitReading, wantsLines } from '../units.js';
import { articleText } from './article-text.js';
import { type Page, parsePage } from './page.js';
import { pagesOf, type StoredPage } from './pages.js';
import { Site } from './site.js';

const ARTICLES = 0;

/**
 * Wikipedia's dumps (`pages-articles.xml`) and those of other wikis that MediaWiki makes: the prose of their articles, a paragraph
 * in each line and a blank line after each article. Units are lines; with `paragraphs` or `records`, whole articles.
 */
export const wikipedia: UnitFormat = {
  extensions: [],
  startsLike: (head) =>
    /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*>\s*)?<mediawiki\s/.test(Buffer.from(head).toString('latin1')),
  read: (content, reading) =>
    (reading.options.unit ?? 'lines') === 'lines'
      ? articles(content, reading)
      : paragraphs(articles(content, reading), { ...reading.sizes, file: content.name }, reading.report),
};

async function* articles({ name, chunks }: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  const { options, context, report, sizes } = reading;
  const numbered = wantsLines(reading);
  const strictUtf8 = options.strictUtf8 ?? false;
  const namespaces = new Set([options.namespaces ?? ARTICLES].flat().flatMap(numbersIn));
  const cut = (): void => report.cut('line', name, sizes.longestUnit);
  let site = new Site('');
  for await (const stored of pagesOf(counted(chunks, report), {
    file: name,
    countLines: strictUtf8 || numbered,
  })) {
    if (stored.before.includes('<siteinfo')) site = new Site(stored.before.toString());
    const xml = cleanText(stored.xml, { ...stored, file: name }, strictUtf8, report).toString();
    const page = parsePage(xml, site);
    const reason = reasonToDrop(page, namespaces);
    const lines = reason === undefined ? articleText(page.text, site) : [];
    if (lines.length === 0) context.report.drop('source', reason ?? 'articles without text');
    else {
      context.report.count('source', 'articles');
      yield unitsOf(lines, stored, { numbered, longestUnit: sizes.longestUnit, cut });
    }
  }
}

function numbersIn(list: string | number): number[] {
  return typeof list === 'number' ? [list] : list.split(',').map(Number);
}

function reasonToDrop(page: Page, namespaces: ReadonlySet<number>): string | undefined {
  if (!namespaces.has(page.namespace)) return 'pages of other namespaces';
  if (page.redirect) return 'redirects';
  if (page.model !== 'wikitext') return 'pages that are not wikitext';
  return undefined;
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  report: UnitReading['report'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    report.textBytes(chunk.length);
    yield chunk;
  }
}

interface LineLimits {
  readonly numbered: boolean;
  readonly longestUnit: number;
  readonly cut: () => void;
}

/** The lines of an article, and a blank one; each has the number of the line that its page starts on. */
function unitsOf(
  lines: string[],
  { line }: StoredPage,
  { numbered, longestUnit, cut }: LineLimits,
): UnitBlock {
  const fitting = lines.flatMap((text) =>
    text.length * 3 > longestUnit ? pieces(text, longestUnit, cut) : text,
  );
  const bytes = Buffer.from(`${fitting.join('\n')}\n\n`);
  return numbered ? { bytes, lines: new Float64Array(fitting.length + 1).fill(line + 1) } : { bytes };
}

/** Cuts a line that is too long at spaces, else between characters. */
function pieces(text: string, longest: number, cut: () => void): string[] {
  const result: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > longest) {
    cut();
    // A character has at most 3 bytes for each unit of UTF-16.
    const reach = Math.max(2, Math.floor(longest / 3));
    const space = rest.lastIndexOf(' ', reach);
    const inPair = rest.charCodeAt(reach - 1) >= 0xd800 && rest.charCodeAt(reach - 1) < 0xdc00;
    const end = space > 0 ? space : reach - (inPair ? 1 : 0);
    result.push(rest.slice(0, end));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  return [...result, rest];
}
