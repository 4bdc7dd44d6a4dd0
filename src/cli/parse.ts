import yargs, { type Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import type { CommandEntry, CommandModule } from './command.js';
import { findCommand, noSuchCommand } from './find-command.js';
import { type FlagValues, yargsOption } from './flags.js';
import { refuseSingleDashes, unknownFlag } from './foreign-flags.js';
import { asksForHelp, showHelp } from './help.js';

/** Flags that every command takes, besides `--help` and `--version`. */
const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  quiet: { boolean: true, describe: 'Write errors and warnings only', group: 'General:' },
  'log-format': {
    requiresArg: true,
    choices: ['text', 'json'],
    defaultDescription: 'text',
    describe: 'How progress and messages are written to stderr',
    group: 'General:',
  },
};

/** What a command line asks for: a command with its arguments. */
export interface ParsedCommandLine {
  readonly name: string;
  readonly command: CommandModule;
  readonly values: FlagValues;
  readonly operands: readonly string[];
}

/**
 * Reads a command line. Shows help, version and completions itself, and then returns undefined.
 *
 * @throws WordmillError `usage` for an unknown command or flag (with the nearest right name), a flag given twice, a
 * missing argument.
 */
export async function parseCommandLine(
  argv: readonly string[],
  version: string,
): Promise<ParsedCommandLine | undefined> {
  const called = findCommand(argv);
  const command = 'entry' in called ? await called.entry.load() : undefined;
  const own: Record<string, Options> = { ...command?.options };
  for (const flag of command?.flags ?? []) own[flag.name] = yargsOption(flag);
  if (asksForHelp(argv)) {
    const topic = 'entry' in called && command && { ...called, command, options: own };
    await showHelp(argv, version, GLOBAL_OPTIONS, topic || undefined);
    return undefined;
  }
  if (!('entry' in called)) throw noSuchCommand(called);
  const { name, words, entry } = called;
  const options = { ...GLOBAL_OPTIONS, ...own };
  refuseSingleDashes(argv, name, Object.keys(options), command?.dashHint);
  const { _: given, ...values } = await parseFlags(withoutValues(argv, command?.bare), name, options);
  return {
    name,
    command: command!,
    values: checkValues(values, name, options),
    operands: checkOperands((given as (string | number)[]).slice(words).map(String), name, entry),
  };
}

/** A command line in which flags that stand alone have an empty value, so that what follows is not taken for one. */
function withoutValues(argv: readonly string[], bare: readonly string[] = []): readonly string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) =>
    (end < 0 || index < end) && bare.some((name) => word === `--${name}`) ? `${word}=` : word,
  );
}

/** Flags by name, and what is no flag as `_`; nothing is checked yet but that values are there. */
async function parseFlags(
  argv: readonly string[],
  name: string,
  options: Readonly<Record<string, Options>>,
): Promise<FlagValues> {
  // Choices and numbers are for help; values are checked by us, whose messages name the flag.
  const unchecked = Object.entries(options).map(
    ([key, { choices, number, ...option }]) =>
      [key, option.boolean ? option : { ...option, string: true }] as const,
  );
  try {
    return await yargs([...argv])
      .parserConfiguration({
        'camel-case-expansion': false,
        'dot-notation': false,
        'duplicate-arguments-array': true,
        'greedy-arrays': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'short-option-groups': false,
      })
      .options(Object.fromEntries(unchecked))
      .help(false)
      .version(false)
      .exitProcess(false)
      .fail(false)
      .locale('en')
      .parseAsync();
  } catch (error) {
    throw usageError(error as Error, name);
  }
}

/** What yargs finds wrong, in our words. */
function usageError(error: Error, name: string): WordmillError {
  const flag = /^Not enough arguments following: (.+)$/.exec(error.message)?.[1];
  const hint = `See wordmill ${name} --help`;
  if (flag === undefined) return new WordmillError('usage', error.message, { hint, cause: error });
  return new WordmillError('usage', 'a value is missing', { place: { key: spelled(flag) }, hint });
}

/** Refuses flags that the command does not have, and flags given twice. */
function checkValues(
  given: FlagValues,
  name: string,
  options: Readonly<Record<string, Options>>,
): FlagValues {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (key === '$0' || value === undefined) continue;
    if (!(key in options)) {
      throw unknownFlag(spelled(key), name, Object.keys(options));
    }
    if (Array.isArray(value) && !options[key]!.array) {
      throw new WordmillError('usage', 'given more than once', { place: { key: spelled(key) } });
    }
    const { choices } = options[key]!;
    if (choices && !choices.includes(value as string)) {
      throw new WordmillError('usage', `must be one of ${choices.join(', ')}, not '${value}'`, {
        place: { key: spelled(key) },
      });
    }
    values[key] = value;
  }
  return values;
}

function spelled(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}

function checkOperands(
  operands: readonly string[],
  name: string,
  { operands: wanted, least, most }: CommandEntry,
): readonly string[] {
  const hint = `It is: wordmill ${name} [options] ${wanted}`.trimEnd();
  if (operands.length < least)
    throw new WordmillError('usage', `${wanted.split(' ')[operands.length]} is missing`, { hint });
  if (operands.length > most)
    throw new WordmillError('usage', `one argument too many: ${operands[most]}`, { hint });
  return operands;
}
