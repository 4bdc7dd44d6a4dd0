import { decodeHTMLStrict } from 'entities';
import { withoutMarkup } from './markup.js';
import { Site } from './site.js';

/**
 * The prose of an article: a paragraph, a heading or an item of a list in each line, without mark-up. Headings of sections
 * that have no text are left out. Takes time as the text is long, whatever is in it.
 *
 * @param wikitext as MediaWiki stores it
 * @param site knows what the wiki calls files and categories; English names are known in any case
 */
export function articleText(wikitext: string, site: Site = new Site('')): string[] {
  const lines: string[] = [];
  let headings: Heading[] = [];
  let open = false;
  for (const raw of withoutMarkup(wikitext, site).split('\n')) {
    const heading = headingOf(raw);
    const text = heading ? cleaned(heading.text) : textOf(raw);
    if (heading) {
      headings = [...headings.filter(({ level }) => level < heading.level), { ...heading, text }];
    } else if (HAS_WORD.test(text)) {
      for (const { text } of headings) if (text !== '') lines.push(text);
      headings = [];
      // Lines of one paragraph go on, as MediaWiki shows them; items of lists do not.
      if (open && isPlain(raw)) lines.push(`${lines.pop()!} ${text}`);
      else lines.push(text);
    }
    open = HAS_WORD.test(text) && !heading && isPlain(raw);
  }
  return lines;
}

const HAS_WORD = /[\p{L}\p{N}]/u;

/** A heading that waits for the text of its section. */
interface Heading {
  readonly level: number;
  readonly text: string;
}

/** `== Heading ==`, by as many signs as are on both sides. */
function headingOf(line: string): Heading | undefined {
  if (line[0] !== '=') return undefined;
  const trimmed = line.trimEnd();
  let level = 0;
  while (level < 6 && trimmed[level] === '=' && trimmed[trimmed.length - 1 - level] === '=') level++;
  if (level === 0 || trimmed.length <= 2 * level) return undefined;
  return { level, text: trimmed.slice(level, -level) };
}

/** Whether a line is part of a paragraph: no item of a list, no line of a table, not set as it stands. */
function isPlain(line: string): boolean {
  return !/^[*#:; |!]/.test(line);
}

/** The text of a line; nothing for rows of a table, whose beginning was a template's, and for rules. */
function textOf(line: string): string {
  if (/^\s*(?:\||!|----)/.test(line)) return '';
  return cleaned(line.replace(/^[*#:;]+/, ''));
}

/** With entities decoded, and without what templates leave behind: empty parentheses, commas after one, spaces. */
function cleaned(text: string): string {
  const decoded = text.includes('&') ? decodeHTMLStrict(text) : text;
  return decoded
    .replace(/[\u00ad\u200b\u200e\u200f]/g, '')
    .replace(/\s{2,}|[^\S ]/g, ' ')
    .replace(/ ?\([\s,;:]*\)/g, '')
    .replace(/\((?:\s?[,;:])+\s?/g, '(')
    .replace(/ (?=[,)])/g, '')
    .trim();
}
