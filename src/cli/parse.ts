import yargs, { type Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import { nearestName } from '../core/options.js';
import { COMMANDS, type CommandModule } from './command.js';
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
  const name = commandIn(argv);
  const command = name === undefined ? undefined : await COMMANDS[name]?.load();
  const own: Record<string, Options> = { ...command?.options };
  for (const flag of command?.flags ?? []) own[flag.name] = yargsOption(flag);
  if (asksForHelp(argv)) {
    await showHelp(argv, version, GLOBAL_OPTIONS, command && { name: name!, command, options: own });
    return undefined;
  }
  if (name === undefined) throw noCommand();
  if (!command) throw unknownCommand(name);
  const options = { ...GLOBAL_OPTIONS, ...own };
  refuseSingleDashes(argv, name, Object.keys(options));
  const { _: words, ...values } = await parseFlags(argv, name, options);
  return {
    name,
    command,
    values: checkValues(values, name, options),
    operands: checkOperands((words as (string | number)[]).slice(1).map(String), name),
  };
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

/** The first word that is no flag, nor the value of a global one. */
function commandIn(argv: readonly string[]): string | undefined {
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--log-format') i++;
    else if (argument === '--get-yargs-completions') i++;
    else if (!argument.startsWith('-')) return argument;
  }
  return undefined;
}

/** What yargs finds wrong, in our words. */
function usageError(error: Error, name: string): WordmillError {
  const flag = /^Not enough arguments following: (.+)$/.exec(error.message)?.[1];
  const hint = `See wordmill ${name} --help`;
  if (flag === undefined) return new WordmillError('usage', error.message, { hint, cause: error });
  return new WordmillError('usage', 'a value is missing', { place: { key: spelled(flag) }, hint });
}

function noCommand(): WordmillError {
  return new WordmillError(
    'usage',
    `no command given; the commands are ${Object.keys(COMMANDS).join(', ')}`,
    {
      hint: 'See wordmill --help; npm start in a checkout runs an example.',
    },
  );
}

function unknownCommand(name: string): WordmillError {
  const names = [...Object.keys(COMMANDS), 'completion'];
  const near = nearestName(name, names);
  return new WordmillError('usage', `unknown command ${name}`, {
    hint: near ? `Did you mean wordmill ${near}?` : `The commands are ${names.join(', ')}.`,
  });
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

function checkOperands(operands: readonly string[], name: string): readonly string[] {
  const { operands: wanted, least, most } = COMMANDS[name]!;
  const hint = `It is: wordmill ${name} [options] ${wanted}`.trimEnd();
  if (operands.length < least)
    throw new WordmillError('usage', `${wanted.split(' ')[0]} is missing`, { hint });
  if (operands.length > most)
    throw new WordmillError('usage', `one argument too many: ${operands[most]}`, { hint });
  return operands;
}
