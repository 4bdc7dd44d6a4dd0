import { isUrl, nameOfEntry } from '../../sources/http/url.js';
import type { ResolvedDefinition } from '../schema.js';

/** A definition as it may be kept: of URLs the queries are left out, which may hold keys or signatures. */
export function redactedDefinition(definition: ResolvedDefinition): ResolvedDefinition {
  const { files } = definition.source;
  if (files === undefined) return definition;
  const redacted = typeof files === 'string' ? redactedWord(files) : files.map(redactedWord);
  return { ...definition, source: { ...definition.source, files: redacted } };
}

/** A command line as it may be kept. */
export function redactedCommand(words: readonly string[]): string[] {
  return words.map((word) => word.replace(/\bhttps?:\/\/[^\s,\]}'"]+/gi, redactedWord));
}

function redactedWord(word: string): string {
  return isUrl(word) && /[?@]/.test(word) ? nameOfEntry(word) : word;
}
