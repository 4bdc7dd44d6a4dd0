/** A file in an archive. */
export interface Member {
  /** Its path in the archive, for messages. */
  readonly name: string;
  /** Its bytes, to be read before the next member is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** What is in archives besides files that are read. */
export type PassedOver =
  | 'directory'
  | 'hidden file'
  | 'link'
  | 'device or pipe'
  | 'sparse file'
  | 'unknown entry';

/** Is told of each entry of an archive that is passed over. */
export type OnPassedOver = (what: PassedOver) => void;

/** Whether a path leads to or through something hidden, whose name starts with a dot. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => /^\.[^.]|^\.\.[^/]/.test(part));
}

/** A member's path as messages show it: without "./" before it, and without anything that a terminal might obey. */
export function shownPath(path: string): string {
  return path.replace(/^(\.\/)+/, '').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
