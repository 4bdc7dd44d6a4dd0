import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { ErrorPlace } from '../core/errors.js';

/** Where in a definition something stands: keys, and indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** A mistake in the YAML or JSON itself. */
export interface TextProblem {
  readonly problem: string;
  readonly line: number;
  readonly column: number;
}

/** A YAML or JSON text as plain data that knows where each key stands. */
export interface LocatedData {
  readonly data: unknown;
  /** What is no YAML; there is no data then. */
  readonly problems: readonly TextProblem[];
  /** Keys that stand in a section a second time; the data has the last of them. */
  readonly duplicates: readonly TextProblem[];
  /** Line and column of the value at a path, or of its key; of the nearest section around it where it is absent. */
  locate(path: KeyPath, what?: 'key' | 'value'): Pick<ErrorPlace, 'line' | 'column'>;
}

/** To resolve an alias the YAML library walks through the whole text; thousands of them would take for ever. */
const MOST_ALIASES = 100;

/** Parses YAML 1.2 (and so JSON), keeping positions. */
export function parseLocated(text: string): LocatedData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems: TextProblem[] = document.errors.map(({ message, pos }) => ({
    problem: `not valid YAML or JSON: ${message}`,
    ...at(pos[0]),
  }));
  let aliases = 0;
  const anchors = new Set<string>();
  visit(document, {
    Value(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_, alias) {
      if (++aliases > MOST_ALIASES) {
        problems.push({ problem: `more than ${MOST_ALIASES} aliases`, ...at(alias.range![0]) });
        return visit.BREAK;
      }
      if (anchors.has(alias.source)) return;
      // Mostly a glob without quotes.
      const problem = `there is no anchor for the alias *${alias.source}; a text that begins with * needs quotes`;
      problems.push({ problem, ...at(alias.range![0]) });
    },
  });
  let data: unknown;
  if (problems.length === 0) {
    try {
      data = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      problems.push({ problem: (error as Error).message, line: 1, column: 1 });
    }
  }
  return {
    data,
    problems,
    duplicates: duplicateKeys(document).map((key) => ({
      problem: `the key ${key.value} stands in this section twice; keep one of the two`,
      ...at(startOf(key) ?? 0),
    })),
    locate: (path, what = 'value') => at(offsetOf(document, path, what)),
  };
}

/** The keys that the same section has had already. */
function duplicateKeys(document: Document.Parsed): Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (known.has(String(key.value))) found.push(key);
        known.add(String(key.value));
      }
    },
  });
  return found;
}

function offsetOf(document: Document.Parsed, path: KeyPath, what: 'key' | 'value'): number {
  let node = resolve(document, document.contents);
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.findLast(
        ({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(part),
      );
      if (!pair) return offset;
      const keyStart = startOf(pair.key) ?? offset;
      // A section is shown by its key, and so is a value that is not there; a plain value by where it stands.
      const shownByKey = !last || what === 'key' || !isScalar(pair.value) || pair.value.value === null;
      offset = shownByKey ? keyStart : (startOf(pair.value) ?? keyStart);
      node = resolve(document, pair.value);
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = resolve(document, item);
    } else {
      return offset;
    }
  }
  return offset;
}

function resolve(document: Document.Parsed, value: unknown): Node | undefined {
  if (isAlias(value)) return value.resolve(document);
  return isNode(value) ? value : undefined;
}

function startOf(value: unknown): number | undefined {
  return isNode(value) ? value.range?.[0] : undefined;
}
