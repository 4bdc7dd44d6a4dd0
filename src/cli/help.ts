import yargs, { type Argv, type Options } from 'yargs';
import { COMMANDS, type CommandModule } from './command.js';

/** What help and completion know of the command that they are asked about. */
export interface Topic {
  readonly name: string;
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
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    parser.command(name, summary, (own) => (name === topic?.name ? describeTopic(own, topic) : own));
  }
  await parser.parseAsync();
}

function describeTopic(parser: Argv, { name, command, options }: Topic): Argv {
  const { operands, summary } = COMMANDS[name]!;
  parser.usage(`wordmill ${name} [options] ${operands}\n\n${summary}`).options({ ...options });
  for (const [line, meaning] of command.examples ?? []) parser.example(line, meaning);
  return parser.epilogue('');
}
