/** Elements whose content is no prose, or not written as prose: all of it is left out. */
const LEFT_OUT = new Set([
  'ref',
  'references',
  'math',
  'chem',
  'ce',
  'gallery',
  'timeline',
  'syntaxhighlight',
  'source',
  'pre',
  'score',
  'hiero',
  'graph',
  'mapframe',
  'maplink',
  'imagemap',
  'inputbox',
  'templatedata',
  'templatestyles',
  'categorytree',
  'section',
  'indicator',
  'style',
  'script',
]);

/** Elements that stand between lines of text, not in them. */
const BLOCKS = new Set(
  'p div li ul ol dl dd dt tr td th table caption center blockquote poem h1 h2 h3 h4 h5 h6 hr section'.split(
    ' ',
  ),
);

/** An HTML tag or a tag of MediaWiki's extensions, or an element that is left out. */
export interface Element {
  /** Where the text goes on. */
  readonly end: number;
  /** What stands in its place. */
  readonly text: string;
}

/**
 * Tells tags, comments and elements apart in one text, each in time that does not depend on what comes after it: a closing tag
 * that was not found once is not looked for again.
 */
export class Elements {
  readonly #text: string;
  /** Names of elements that are not closed in the rest of the text. */
  readonly #unclosed = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** What starts with the "<" at a position; undefined where that is a plain "less than". */
  at(position: number): Element | undefined {
    if (this.#text.startsWith('<!--', position)) return this.#comment(position);
    TAG.lastIndex = position;
    const tag = TAG.exec(this.#text);
    if (!tag) return undefined;
    const end = TAG.lastIndex;
    const name = tag[2]!.toLowerCase();
    const closing = tag[1] === '/';
    const open = !closing && !tag[0].endsWith('/>');
    if (open && name === 'nowiki') return this.#literal(end);
    if (open && LEFT_OUT.has(name)) return this.#leftOut(name, end);
    if (name === 'br') return { end, text: ' ' };
    return { end, text: BLOCKS.has(name) ? '\n\n' : '' };
  }

  /** A comment takes its line with it where it is alone there, as in MediaWiki; one without an end goes to the text's. */
  #comment(position: number): Element {
    const closed = this.#text.indexOf('-->', position + 4);
    let end = closed === -1 ? this.#text.length : closed + 3;
    const alone = (position === 0 || this.#text[position - 1] === '\n') && this.#text[end] === '\n';
    if (alone) end++;
    return { end, text: '' };
  }

  /** What is between `<nowiki>` tags is text, whatever it looks like. */
  #literal(start: number): Element {
    const close = this.#closing('nowiki', start);
    return close ? { end: close.end, text: this.#text.slice(start, close.start) } : { end: start, text: '' };
  }

  #leftOut(name: string, start: number): Element {
    return { end: this.#closing(name, start)?.end ?? start, text: '' };
  }

  #closing(name: string, from: number): { start: number; end: number } | undefined {
    if (this.#unclosed.has(name)) return undefined;
    const pattern = closingTag(name);
    pattern.lastIndex = from;
    const found = pattern.exec(this.#text);
    if (found) return { start: found.index, end: pattern.lastIndex };
    this.#unclosed.add(name);
    return undefined;
  }
}

/** A tag: a name and whatever follows it up to ">". */
const TAG = /<(\/?)([a-z][a-z0-9-]*)(?:[\s/][^<>]*)?>/iy;

const closingTags = new Map<string, RegExp>();

function closingTag(name: string): RegExp {
  const known = closingTags.get(name);
  if (known) return known;
  const pattern = new RegExp(`</${name}\\s*>`, 'gi');
  closingTags.set(name, pattern);
  return pattern;
}
