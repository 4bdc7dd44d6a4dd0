import { decodeXML } from 'entities';

/** Numbers of the namespaces that matter to mark-up (MediaWiki, includes/Defines.php). */
const MEDIA = -2;
const FILE = 6;
const CATEGORY = 14;

/** The names by which a wiki's pages and links say their namespace. */
export class Site {
  readonly #keys = new Map<string, number>([
    ['media', MEDIA],
    ['file', FILE],
    ['image', FILE],
    ['category', CATEGORY],
  ]);

  /** @param header what stands before the first page of a dump: the names of its namespaces are in it. */
  constructor(header: string) {
    for (const [, key, name] of header.matchAll(/<namespace key="(-?\d+)"[^>]*>([^<]*)<\/namespace>/g)) {
      this.#keys.set(decodeXML(name!).toLowerCase(), Number(key));
    }
  }

  /** The namespace of a title by the name before its colon; 0 where there is none that is known. */
  namespaceOf(title: string): number {
    const colon = title.indexOf(':');
    if (colon === -1) return 0;
    return this.#keys.get(title.slice(0, colon).replaceAll('_', ' ').trim().toLowerCase()) ?? 0;
  }

  /** Whether a link leaves nothing in the text: one to a file, a category, or the same article in another language. */
  leavesNothing(target: string): boolean {
    const namespace = this.namespaceOf(target);
    return namespace === FILE || namespace === MEDIA || namespace === CATEGORY || isLanguageLink(target);
  }
}

/** Prefixes that look like the code of a language and lead to other wikis. */
const OTHER_WIKIS = new Set(['mw', 'rfc', 'doi', 'wmf']);

/** Whether a link leads to the article in another language: `[[fr:Titre]]`, `[[zh-min-nan:…]]`. */
function isLanguageLink(target: string): boolean {
  const prefix = /^\s*([a-z]{2,3}(?:-[a-z]{2,8}){0,3}|simple)\s*:/.exec(target)?.[1];
  return prefix !== undefined && !OTHER_WIKIS.has(prefix);
}
