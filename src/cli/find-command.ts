import { WordmillError } from '../core/errors.js';
import { nearestName } from '../core/options.js';
import { COMMANDS, type CommandEntry, type CommandGroup } from './command.js';

/** What the words of a command line call. */
export type Called =
  /** A command by its words, such as `lm train`. */
  | { readonly name: string; readonly words: number; readonly entry: CommandEntry }
  /** A group of commands, without the word that chooses one of them, or with a wrong one. */
  | { readonly group: string; readonly wrong: string | undefined }
  /** No command, or one that there is not. */
  | { readonly unknown: string | undefined };

/** Finds the command that a command line calls. */
export function findCommand(argv: readonly string[]): Called {
  const [first, second] = wordsIn(argv);
  const found = first === undefined || !Object.hasOwn(COMMANDS, first) ? undefined : COMMANDS[first]!;
  if (!found) return { unknown: first };
  if (!isGroup(found)) return { name: first!, words: 1, entry: found };
  const entry = second !== undefined && Object.hasOwn(found.commands, second) && found.commands[second];
  return entry ? { name: `${first} ${second}`, words: 2, entry } : { group: first!, wrong: second };
}

/** Whether an entry is a group of commands. */
export function isGroup(entry: CommandEntry | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

/** The error for a command line that calls no command, with the nearest right name. */
export function noSuchCommand(called: Exclude<Called, { entry: CommandEntry }>): WordmillError {
  if ('group' in called) {
    const names = Object.keys((COMMANDS[called.group] as CommandGroup).commands);
    const problem =
      called.wrong === undefined
        ? `wordmill ${called.group} needs one of its commands: ${names.join(', ')}`
        : `unknown command ${called.group} ${called.wrong}`;
    return new WordmillError('usage', problem, { hint: hintFor(called.wrong, names, `${called.group} `) });
  }
  const names = [...Object.keys(COMMANDS), 'completion'];
  if (called.unknown === undefined) {
    return new WordmillError('usage', `no command given; the commands are ${names.slice(0, -1).join(', ')}`, {
      hint: 'See wordmill --help; npm start in a checkout runs an example.',
    });
  }
  return new WordmillError('usage', `unknown command ${called.unknown}`, {
    hint: hintFor(called.unknown, names, ''),
  });
}

function hintFor(wrong: string | undefined, names: readonly string[], group: string): string {
  if (wrong === undefined || wrong === 'help') return `See wordmill ${group}--help`;
  const near = nearestName(wrong, names);
  return near ? `Did you mean wordmill ${group}${near}?` : `The commands are ${names.join(', ')}.`;
}

/** The first two words that are no flags, nor the values of global ones. */
function wordsIn(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < argv.length && words.length < 2; i++) {
    const argument = argv[i]!;
    if (argument === '--') break;
    if (argument === '--log-format' || argument === '--get-yargs-completions') i++;
    else if (!argument.startsWith('-')) words.push(argument);
  }
  return words;
}
