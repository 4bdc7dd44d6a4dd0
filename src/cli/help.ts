import yargs, { type Argv, type Options } from 'yargs';
import { COMMANDS, type CommandEntry, type CommandGroup, type CommandModule } from './command.js';
import { isGroup } from './find-command.js';

/** What help and completion know of the command that they are asked about. */
export interface Topic {
  /** Its words, such as `lm train`. */
  readonly name: string;
  readonly entry: CommandEntry;
  readonly command: CommandModule;
  /** Its own flags, those from schemas included. */
  readonly options: Readonly<Record<string, Options>>;
}

/** Whether a command line asks for help, the version or completion rather than for work. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  return (
    argv[0] === 'completion' ||
    flags.some((argument) => /^(-h|--help|--version|--get-yargs-completions)$/.test(argument))
  );
}

/** Writes help, the version, the completion script or what completes a command line to standard output. */
export async function showHelp(
  argv: readonly string[],
  version: string,
  globals: Readonly<Record<string, Options>>,
  topic: Topic | undefined,
): Promise<void> {
  const parser = yargs([...argv])
    .scriptName('wordmill')
    .parserConfiguration({ 'camel-case-expansion': false })
    .usage('wordmill COMMAND …\n\nTrains word embeddings: raw text in, word vectors out.')
    .locale('en')
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .help('help')
    .alias('help', 'h')
    .version(version)
    .group(['help', 'version'], 'General:')
    .completion('completion', 'Print a script for bash or zsh that completes commands and flags')
    .exitProcess(false)
    .epilogue('wordmill COMMAND --help tells more about a command.')
    .options({ ...globals });
  for (const [name, entry] of Object.entries(COMMANDS)) {
    parser.command(name, entry.summary, (own) => describe(own, name, entry, topic));
  }
  await parser.parseAsync();
}

function describe(
  parser: Argv,
  name: string,
  entry: CommandEntry | CommandGroup,
  topic: Topic | undefined,
): Argv {
  if (!isGroup(entry)) return name === topic?.name ? describeTopic(parser, topic) : parser;
  parser.usage(`wordmill ${name} COMMAND …\n\n${entry.summary}`);
  parser.epilogue(`wordmill ${name} COMMAND --help tells more about a command.`);
  for (const [inner, command] of Object.entries(entry.commands)) {
    parser.command(inner, command.summary, (own) => describe(own, `${name} ${inner}`, command, topic));
  }
  return parser;
}

function describeTopic(parser: Argv, { name, entry, command, options }: Topic): Argv {
  const { operands, summary } = entry;
  parser.usage(`wordmill ${name} [options] ${operands}\n\n${summary}`).options({ ...options });
  for (const [line, meaning] of command.examples ?? []) parser.example(line, meaning);
  return parser.epilogue('');
}
