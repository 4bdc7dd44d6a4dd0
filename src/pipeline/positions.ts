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
  type YAMLError,
} from 'yaml';
import type { ErrorPlace } from '../core/errors.js';

/** Where in a definition something stands: keys, and indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** A mistake in the YAML or JSON itself. */
export interface SyntaxProblem {
  readonly problem: string;
  readonly line: number;
  readonly column: number;
}

/** A YAML or JSON text as plain data that knows where each key stands. */
export interface LocatedData {
  readonly data: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Line and column of the value at a path, or of its key; of the nearest section around it where it is absent. */
  locate(path: KeyPath, what?: 'key' | 'value'): Pick<ErrorPlace, 'line' | 'column'>;
}

/** Parses YAML 1.2 (and so JSON), keeping positions. Duplicate keys are problems, not overwritten. */
export function parseLocated(text: string): LocatedData {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => syntaxProblem(error, text, lines));
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
    locate(path, what = 'value') {
      const { line, col } = lines.linePos(offsetOf(document, path, what));
      return { line, column: col };
    },
  };
}

function syntaxProblem(error: YAMLError, text: string, lines: LineCounter): SyntaxProblem {
  const { line, col } = lines.linePos(error.pos[0]);
  const key = /^["']?([\w-]+)/.exec(text.slice(error.pos[0]))?.[1];
  const problem =
    error.code === 'DUPLICATE_KEY'
      ? `the key ${key ?? 'here'} stands in this section twice; keep one of the two`
      : `not valid YAML or JSON: ${error.message}`;
  return { problem, line, column: col };
}

function offsetOf(document: Document.Parsed, path: KeyPath, what: 'key' | 'value'): number {
  let node = resolve(document, document.contents);
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
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
