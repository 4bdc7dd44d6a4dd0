import { WordmillError } from '../../core/errors.js';
import { countLines } from '../clean-text.js';

const PAGE = Buffer.from('<page>');
const PAGE_END = Buffer.from('</page>');

/** A page takes at most this: the text of an article has at most 2 MiB, and such dumps have the latest of each only. */
const LONGEST_PAGE = 64 * 1024 * 1024;

/** A page of a dump, good until the next one is asked for. */
export interface StoredPage {
  /** What stands before it: of the first page, the names of the wiki's namespaces. */
  readonly before: Buffer;
  /** What is between `<page>` and `</page>`. */
  readonly xml: Buffer;
  /** Where `xml` starts in the dump, after decompression. */
  readonly byte: number;
  /** The lines before it; 0 where they are not counted. */
  readonly line: number;
}

/** How a dump is read. */
export interface PageOptions {
  readonly file: string;
  readonly countLines: boolean;
  /** In bytes; tests make it small. */
  readonly longestPage?: number;
}

/**
 * The pages of a dump as they come, in whatever chunks.
 *
 * @throws WordmillError `data` for a dump that ends too early, and for a page that is too long
 */
export async function* pagesOf(
  chunks: AsyncIterable<Uint8Array>,
  options: PageOptions,
): AsyncGenerator<StoredPage> {
  const splitter = new Splitter(options);
  for await (const chunk of chunks) {
    splitter.add(chunk);
    for (let page = splitter.next(); page; page = splitter.next()) yield page;
  }
  splitter.finish();
}

/** Gathers bytes up to the end of a page. */
class Splitter {
  readonly #options: PageOptions;
  #buffer = Buffer.alloc(0);
  /** What of the buffer is filled and not yet given out, and up to where no page ends in it. */
  #start = 0;
  #end = 0;
  #searched = 0;
  /** Bytes and lines before `#start`. */
  #byte = 0;
  #line = 0;
  /** Whether the dump has said that it is one: then it says where it ends, too. */
  #isWhole = false;

  constructor(options: PageOptions) {
    this.#options = options;
  }

  add(chunk: Uint8Array): void {
    const length = this.#end - this.#start;
    if (length > (this.#options.longestPage ?? LONGEST_PAGE)) throw this.#tooLong(length);
    if (this.#end + chunk.length > this.#buffer.length) {
      const room = length + chunk.length;
      const target = room > this.#buffer.length / 2 ? Buffer.allocUnsafeSlow(2 * room) : this.#buffer;
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#searched -= this.#start;
      this.#start = 0;
      this.#end = length;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  next(): StoredPage | undefined {
    const filled = this.#buffer.subarray(0, this.#end);
    const pageEnd = filled.indexOf(PAGE_END, this.#searched);
    if (pageEnd === -1) {
      this.#searched = Math.max(this.#start, this.#end - PAGE_END.length + 1);
      return undefined;
    }
    const part = filled.subarray(this.#start, pageEnd);
    const pageStart = part.indexOf(PAGE);
    const xmlStart = pageStart === -1 ? 0 : pageStart + PAGE.length;
    const page = {
      before: part.subarray(0, Math.max(0, pageStart)),
      xml: part.subarray(xmlStart),
      byte: this.#byte + xmlStart,
      line: this.#line + (this.#options.countLines ? countLines(part.subarray(0, xmlStart)) : 0),
    };
    this.#isWhole ||= page.before.includes('<mediawiki');
    if (this.#options.countLines) this.#line += countLines(part);
    this.#start = pageEnd + PAGE_END.length;
    this.#searched = this.#start;
    this.#byte += this.#start - (pageEnd - part.length);
    return page;
  }

  /** Looks at what is left when the dump has ended. */
  finish(): void {
    const rest = this.#buffer.subarray(this.#start, this.#end);
    const inPage = rest.includes(PAGE);
    this.#isWhole ||= rest.includes('<mediawiki');
    if (!inPage && (!this.#isWhole || rest.includes('</mediawiki>'))) return;
    throw new WordmillError(
      'data',
      inPage
        ? 'this dump ends inside a page: it is cut off'
        : 'this dump ends before </mediawiki>: it is cut off',
      {
        place: { file: this.#options.file, byte: this.#byte + rest.length },
        hint: 'Download the dump again; the checksums beside it on the server tell whether it is whole.',
      },
    );
  }

  #tooLong(length: number): WordmillError {
    return new WordmillError('data', `a page of more than ${length.toLocaleString('en')} bytes`, {
      place: { file: this.#options.file, byte: this.#byte },
      hint: 'Take a dump of pages-articles, which has the latest text of each page only.',
    });
  }
}
