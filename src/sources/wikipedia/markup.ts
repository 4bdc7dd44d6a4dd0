import { Elements } from './elements.js';
import type { Site } from './site.js';

/** What is open: braces of templates, a table, a link, an external link. */
interface Frame {
  readonly kind: 'braces' | 'table' | 'link' | 'external';
  /** How many pieces were written before it. */
  readonly pieces: number;
  /** Where it starts in the wikitext, after its brackets. */
  readonly start: number;
  /** Of braces: how many there are left to close. */
  count: number;
  /** Of a link, once its "|" has come: how many pieces were written up to there. */
  shownFrom?: number;
  /** Of a link, once its target is known: whether nothing of it is text. */
  leavesNothing?: boolean;
}

/** Only links to files may have links within, and these no deeper than people write them. */
const DEEPEST_LINK = 20;

/** In characters, with room for a section's name behind it: titles have at most 255 bytes. */
const LONGEST_TITLE = 1000;

/** Whatever may be mark-up inside lines. */
const TOKEN = /\{+|\}+|\[+|\]+|\||<|''+|__[A-Z]{2,}__/g;

/** What an external link starts with, after its bracket. */
const ADDRESS = /(?:https?:|ftps?:|ircs?:|news:|gopher:|mailto:|\/\/)[^\s\][<>"|]*[^\S\n]*/iy;

/**
 * The text of an article without mark-up inside lines: templates, tables, references, files and categories are gone, links
 * are what they show. Headings, lists and entities are left to whoever takes the lines.
 *
 * One pass with a stack of its own: time and memory grow as the text does, however brackets are nested. What is never closed
 * is text, without its brackets.
 *
 * @see https://www.mediawiki.org/wiki/Preprocessor_ABNF which brackets close which
 */
export function withoutMarkup(wikitext: string, site: Site): string {
  return new Stripper(wikitext, site).strip();
}

class Stripper {
  readonly #source: string;
  readonly #site: Site;
  readonly #elements: Elements;
  readonly #stack: Frame[] = [];
  readonly #out: string[] = [];
  #openBraces = 0;

  constructor(wikitext: string, site: Site) {
    this.#source = wikitext;
    this.#site = site;
    this.#elements = new Elements(wikitext);
  }

  strip(): string {
    const source = this.#source;
    let done = 0;
    TOKEN.lastIndex = 0;
    for (let token = TOKEN.exec(source); token; token = TOKEN.exec(source)) {
      const { index } = token;
      if (index > done) this.#out.push(source.slice(done, index));
      done = this.#take(token[0], index);
      TOKEN.lastIndex = done;
    }
    this.#out.push(source.slice(done));
    return this.#out.join('');
  }

  /** Deals with a token; gives where the text goes on. */
  #take(token: string, index: number): number {
    const end = index + token.length;
    switch (token[0]) {
      case '{':
        return this.#openBrace(token, index);
      case '}':
        return this.#closeBraces(token, end);
      case '[':
        return this.#openBracket(token, end);
      case ']':
        return this.#closeBrackets(token, end);
      case '|':
        return this.#bar(index);
      case '<': {
        const element = this.#elements.at(index);
        this.#out.push(element ? element.text : '<');
        return element ? element.end : end;
      }
      case "'":
        // Two are italic, three bold, five both; of four the first, and of more those before the last five, are apostrophes.
        this.#out.push("'".repeat(token.length === 4 ? 1 : Math.max(0, token.length - 5)));
        return end;
      default:
        return end;
    }
  }

  #openBrace(token: string, index: number): number {
    const end = index + token.length;
    if (this.#source[end] === '|' && token.length !== 2 && this.#startsLine(index)) {
      // "{{{|" and the like: the last brace starts a table.
      if (token.length > 2) this.#pushBraces(token.length - 1, end - 1);
      this.#push('table', end + 1);
      return end + 1;
    }
    if (token.length === 1) this.#out.push(token);
    else this.#pushBraces(token.length, end);
    return end;
  }

  #pushBraces(count: number, start: number): void {
    this.#push('braces', start).count = count;
    this.#openBraces++;
  }

  /** Braces close braces two or three at a time, and with them whatever was opened within. */
  #closeBraces(token: string, end: number): number {
    let left = token.length;
    while (left >= 2 && this.#openBraces > 0) {
      let frame = this.#stack.pop()!;
      while (frame.kind !== 'braces') frame = this.#stack.pop()!;
      const closed = Math.min(3, left, frame.count);
      left -= closed;
      frame.count -= closed;
      this.#out.length = frame.pieces;
      if (frame.count >= 2) this.#stack.push(frame);
      else this.#openBraces--;
    }
    if (token.length === 1) this.#out.push(token);
    return end;
  }

  #openBracket(token: string, end: number): number {
    ADDRESS.lastIndex = end;
    if (ADDRESS.test(this.#source)) {
      if (this.#top()?.kind === 'external') this.#stack.pop();
      this.#push('external', ADDRESS.lastIndex);
      return ADDRESS.lastIndex;
    }
    if (token.length === 1) {
      this.#out.push(token);
      return end;
    }
    // A link has no link within, unless it shows a file.
    if (this.#top()?.kind === 'link' && !this.#top()!.leavesNothing) this.#stack.pop();
    if (this.#linkDepth() < DEEPEST_LINK) this.#push('link', end);
    return end;
  }

  /** Brackets close what was opened since the last braces or table. */
  #closeBrackets(token: string, end: number): number {
    let left = token.length;
    while (left > 0) {
      const frame = this.#top();
      if (frame?.kind === 'external') {
        left--;
        this.#stack.pop();
        this.#closeExternal(frame, end);
      } else if (frame?.kind === 'link' && left >= 2) {
        left -= 2;
        this.#stack.pop();
        this.#closeLink(frame);
      } else break;
    }
    if (left === 1 && token.length === 1) this.#out.push(token);
    return end;
  }

  /** An external link is on one line; without a label nothing of it is text. */
  #closeExternal(frame: Frame, end: number): void {
    if (this.#source.slice(frame.start, end).includes('\n')) this.#out.push(']');
  }

  #closeLink(frame: Frame): void {
    if (frame.shownFrom === undefined) {
      const target = this.#targetOf(frame);
      if (target === undefined) return;
      if (this.#site.leavesNothing(target)) this.#out.length = frame.pieces;
      else if (target.startsWith(':')) {
        this.#out.length = frame.pieces;
        this.#out.push(target.slice(1));
      }
    } else if (frame.leavesNothing) this.#out.length = frame.pieces;
    else this.#out.fill('', frame.pieces, frame.shownFrom);
  }

  /** What a link leads to, as far as it is written; undefined where that cannot be a title. */
  #targetOf(frame: Frame): string | undefined {
    const target = this.#out.slice(frame.pieces).join('').trim();
    return target.length > LONGEST_TITLE || target.includes('\n') ? undefined : target;
  }

  /** A bar ends a table, or the target of a link; elsewhere it is a bar. */
  #bar(index: number): number {
    const top = this.#top();
    if (this.#source[index + 1] === '}' && this.#source[index + 2] !== '}' && this.#startsLine(index)) {
      const table = this.#stack.findLastIndex(({ kind }) => kind === 'braces' || kind === 'table');
      if (table !== -1 && this.#stack[table]!.kind === 'table') {
        this.#out.length = this.#stack[table]!.pieces;
        this.#stack.length = table;
        return index + 2;
      }
    }
    if (top?.kind === 'link' && top.shownFrom === undefined) {
      const target = this.#targetOf(top);
      if (target === undefined) this.#stack.pop();
      else {
        top.leavesNothing = this.#site.leavesNothing(target);
        top.shownFrom = this.#out.length;
        return index + 1;
      }
    }
    this.#out.push('|');
    return index + 1;
  }

  #push(kind: Frame['kind'], start: number): Frame {
    const frame: Frame = { kind, pieces: this.#out.length, start, count: 0 };
    this.#stack.push(frame);
    return frame;
  }

  #top(): Frame | undefined {
    return this.#stack.at(-1);
  }

  /** How many links and external links are open since the last braces or table. */
  #linkDepth(): number {
    let depth = 0;
    while (depth < DEEPEST_LINK && /link|external/.test(this.#stack.at(-1 - depth)?.kind ?? '')) depth++;
    return depth;
  }

  /** Whether there is nothing but white space and colons (which indent) between a position and the start of its line. */
  #startsLine(position: number): boolean {
    let at = position - 1;
    while (at >= 0 && position - at < 32 && /[ \t:]/.test(this.#source[at]!)) at--;
    return at < 0 || this.#source[at] === '\n';
  }
}
