import yargs, { type Argv, type Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import { nearestName } from '../core/options.js';
import { COMMANDS, type CommandModule } from './command.js';
import { type FlagValues, yargsOption } from './flags.js';
import { refuseSingleDashes, unknownFlag } from './foreign-flags.js';

/** Flags that every command takes, besides `--help` and `--version`. */
const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  quiet: { boolean: true, describe: 'Write errors and warnings only', group: 'General:' },
  'log-format': {
    string: true,
    requiresArg: true,
    choices: ['text', 'json'],
    defaultDescription: 'text',
    describe: 'How progress and messages are written to stderr',
    group: 'General:',
  },
};

/** What a command line asks for: a command with its arguments, or nothing more (help or version was shown). */
export interface ParsedCommandLine {
  readonly name: string;
  readonly command: CommandModule;
  readonly values: FlagValues;
  readonly operands: readonly string[];
}

/**
 * Reads a command line. Shows help and version itself, and then returns undefined.
 *
 * @throws WordmillError `usage` for an unknown command or flag (with the nearest right name), a flag given twice, a
 * missing argument.
 */
export async function parseCommandLine(
  argv: readonly string[],
  version: string,
): Promise<ParsedCommandLine | undefined> {
  const name = commandIn(argv);
  const completing = argv.includes('--get-yargs-completions');
  if (name !== undefined && name !== 'completion' && !(name in COMMANDS) && !completing) {
    throw unknownCommand(name);
  }
  const command = name === undefined ? undefined : await COMMANDS[name]?.load();
  const options: Record<string, Options> = { ...command?.options };
  for (const flag of command?.flags ?? []) options[flag.name] = yargsOption(flag);
  const known = { ...GLOBAL_OPTIONS, ...options };
  if (command) refuseSingleDashes(argv, name!, Object.keys(known));

  let values: FlagValues | undefined;
  const parser = buildParser(argv, version, name, command, options, (given) => {
    values = given;
  });
  try {
    await parser.parseAsync();
  } catch (error) {
    throw usageError(error as Error, name);
  }
  if (!command || !values) {
    if (name === undefined && !argv.some((argument) => /^(-h|--help|--version)$/.test(argument))) {
      throw new WordmillError(
        'usage',
        `no command given; the commands are ${Object.keys(COMMANDS).join(', ')}`,
        {
          hint: 'See wordmill --help; npm start in a checkout runs an example.',
        },
      );
    }
    return undefined;
  }
  return {
    name: name!,
    command,
    values: checkValues(values, name!, known),
    operands: checkOperands((values._ as readonly string[]).slice(1).map(String), name!),
  };
}

function buildParser(
  argv: readonly string[],
  version: string,
  name: string | undefined,
  command: CommandModule | undefined,
  options: Readonly<Record<string, Options>>,
  accept: (values: FlagValues) => void,
): Argv {
  // Choices are for help and completion; values are checked by us, whose messages name the flag.
  const presenting = argv.some((argument) => /^(-h|--help|--get-yargs-completions)$/.test(argument));
  const shown = ({ choices, ...option }: Options): Options =>
    presenting && choices ? { ...option, choices } : option;
  const parser = yargs([...argv])
    .scriptName('wordmill')
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
      'strip-aliased': true,
    })
    .usage('wordmill COMMAND …\n\nTrains word embeddings: raw text in, word vectors out.')
    .locale('en')
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .help('help')
    .alias('help', 'h')
    .version(version)
    .group(['help', 'version'], 'General:')
    .completion('completion', 'Print a script for bash or zsh that completes commands and flags')
    .exitProcess(false)
    .fail(false)
    .epilogue('wordmill COMMAND --help tells more about a command.');
  for (const [key, option] of Object.entries(GLOBAL_OPTIONS)) parser.option(key, shown(option));
  for (const [key, { summary }] of Object.entries(COMMANDS)) {
    // Operands are read by us: yargs drops a lone `-` among them.
    parser.command(
      key,
      summary,
      (own) => (key === name && command ? describeCommand(own, key, command, options, shown) : own),
      (values) => accept(values),
    );
  }
  return parser;
}

function describeCommand(
  parser: Argv,
  name: string,
  command: CommandModule,
  options: Readonly<Record<string, Options>>,
  shown: (option: Options) => Options,
): Argv {
  const { operands, summary } = COMMANDS[name]!;
  parser.usage(`wordmill ${name} [options] ${operands}\n\n${summary}`);
  for (const [key, option] of Object.entries(options)) parser.option(key, shown(option));
  for (const [line, meaning] of command.examples ?? []) parser.example(line, meaning);
  return parser.epilogue('');
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
function usageError(error: Error, name: string | undefined): WordmillError {
  const flag = /^Not enough arguments following: (.+)$/.exec(error.message)?.[1];
  const hint = `See wordmill ${name ?? ''} --help`;
  if (flag === undefined) return new WordmillError('usage', error.message, { hint, cause: error });
  return new WordmillError('usage', 'a value is missing', { place: { key: spelled(flag) }, hint });
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
    if (key === '_' || key === '$0' || value === undefined) continue;
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
