/** How rows are written. Each of the characters is one UTF-16 unit. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Undefined where no character quotes. */
  readonly quote: string | undefined;
  /** What stands before a quote inside quotes: the quote itself, where quotes are doubled. */
  readonly escape: string | undefined;
  /**
   * Whether a quote that is not closed in its line, or has text after its end, is a plain character, as quotes are in
   * most files with tabs. Else the row is wrong, and a quoted cell may have line breaks.
   */
  readonly lenient: boolean;
}

/** The options of the two formats that say how they are written. */
export interface DialectOptions {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
}

const CHARACTERS_BY_NAME: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  space: ' ',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

/** The dialect that the options of a source describe. */
export function dialectOf(format: 'csv' | 'tsv', options: DialectOptions): CsvDialect {
  const quote = options.quote === 'none' ? undefined : (options.quote ?? '"');
  return {
    delimiter: characterOf(options.delimiter ?? (format === 'csv' ? ',' : '\t')),
    quote,
    escape: options.escape ?? quote,
    lenient: format === 'tsv' && options.quote === undefined,
  };
}

/** What is wrong with the characters of a dialect, by option. */
export function dialectProblems(options: DialectOptions): { key: keyof DialectOptions; problem: string }[] {
  const problems: { key: keyof DialectOptions; problem: string }[] = [];
  const { delimiter, quote, escape: escaping } = options;
  const single = (character: string): boolean => character.length === 1 && !/[\n\r]/.test(character);
  if (delimiter !== undefined && !single(characterOf(delimiter))) {
    const names = Object.keys(CHARACTERS_BY_NAME).filter((name) => !name.startsWith('\\'));
    problems.push({ key: 'delimiter', problem: `must be one character, or one of ${names.join(', ')}` });
  }
  if (quote !== undefined && quote !== 'none' && !single(quote)) {
    problems.push({ key: 'quote', problem: 'must be one character, or none' });
  }
  if (escaping !== undefined && !single(escaping))
    problems.push({ key: 'escape', problem: 'must be one character' });
  if (escaping !== undefined && quote === 'none') {
    problems.push({ key: 'escape', problem: 'has no effect where nothing quotes; leave it out' });
  }
  if (delimiter !== undefined && characterOf(delimiter) === (quote ?? '"')) {
    problems.push({ key: 'delimiter', problem: 'is the quote as well; give another' });
  }
  return problems;
}

function characterOf(text: string): string {
  return CHARACTERS_BY_NAME[text.toLowerCase()] ?? text;
}
