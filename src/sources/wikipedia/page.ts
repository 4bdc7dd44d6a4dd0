import { decodeXML } from 'entities';
import type { Site } from './site.js';

/** What a dump tells of a page. */
export interface Page {
  readonly title: string;
  readonly namespace: number;
  /** Whether it only leads to another page. */
  readonly redirect: boolean;
  /** What its text is: "wikitext", or "javascript", "json" and the like. */
  readonly model: string;
  /** The text of its latest revision. */
  readonly text: string;
}

/**
 * Reads a page of a dump: what is between `<page>` and `</page>`. Inside them "<" is always written "&lt;" and elements
 * come in one fixed order, so that searching for tags is parsing.
 *
 * @see https://www.mediawiki.org/xml/export-0.11.xsd
 */
export function parsePage(xml: string, site: Site): Page {
  const revision = Math.max(0, xml.lastIndexOf('<revision>'));
  const head = xml.slice(0, xml.indexOf('<revision>') + 1 || xml.length);
  const title = decodeXML(contentOf(head, 'title'));
  const namespace = contentOf(head, 'ns');
  const text = decodeXML(contentOf(xml, 'text', revision));
  return {
    title,
    // Dumps did not say it before 2012.
    namespace: namespace === '' ? site.namespaceOf(title) : Number(namespace),
    redirect: head.includes('<redirect') || /^\s*#redirect\b/i.test(text),
    model: contentOf(xml.slice(revision, textAt(xml, revision)), 'model') || 'wikitext',
    text,
  };
}

function textAt(xml: string, from: number): number {
  const at = xml.indexOf('<text', from);
  return at === -1 ? xml.length : at;
}

/** What is between the tags of an element; nothing where it is empty or missing. */
function contentOf(xml: string, name: string, from = 0): string {
  const tag = xml.indexOf(`<${name}`, from);
  if (tag === -1) return '';
  const start = xml.indexOf('>', tag) + 1;
  if (start === 0 || xml[start - 2] === '/') return '';
  const end = xml.indexOf(`</${name}>`, start);
  return end === -1 ? '' : xml.slice(start, end);
}
