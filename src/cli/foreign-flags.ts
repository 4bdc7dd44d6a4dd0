import { WordmillError } from '../core/errors.js';
import { nearestName, unknownName } from '../core/options.js';
import { foreignKey, knownKeys, sameName, withoutCounterpart } from '../pipeline/names.js';
import { flagsOf } from './flags.js';

/**
 * Refuses names with a single dash (`-size 100`), as word2vec, fastText and GloVe have them, with the name that the
 * flag has here. Read before yargs sees them, to which `-size` is four flags. What follows `--` is no flag.
 *
 * @throws WordmillError `usage`
 */
export function refuseSingleDashes(
  argv: readonly string[],
  command: string,
  flags: readonly string[],
  dashHint?: string,
): void {
  for (const argument of argv) {
    if (argument === '--') return;
    if (/^-[A-Za-z]{2}/.test(argument) || /^-[A-Za-z]-/.test(argument)) {
      throw unknownFlag(argument.split('=')[0]!, command, flags, dashHint);
    }
  }
}

/** The error for a flag that a command does not have, with the name that was meant. */
export function unknownFlag(
  spelled: string,
  command: string,
  flags: readonly string[],
  dashHint?: string,
): WordmillError {
  const name = spelled.replace(/^-+/, '').replace(/^no-/, '');
  return new WordmillError('usage', `unknown flag ${spelled}`, {
    hint: dashHint ?? hintFor(spelled, name, flags) ?? `See wordmill ${command} --help`.trim(),
  });
}

function hintFor(spelled: string, name: string, flags: readonly string[]): string | undefined {
  const foreign = foreignKey(name);
  const hint = foreign && hintForKey(foreign, flags);
  const same = flags.find((flag) => sameName(flag, name));
  // A single dash is how other tools write it, whose `-size` is not our `--size`.
  const othersOwn = !spelled.startsWith('--') && hint && !sameName(foreign.split('.').at(-1)!, name);
  if (same && !othersOwn) return `It is --${same}, with two dashes and hyphens.`;
  if (hint) return hint;
  const reason = withoutCounterpart(name);
  if (reason) return `There is no such flag: ${reason}.`;
  const near = nearestName(name, flags);
  return near && unknownName('flag', `--${name}`, [`--${near}`]).hint;
}

/** The flag for a key of the definition such as `train.dimensions`, or `train.model: cbow`, as a hint. */
function hintForKey(key: string, flags: readonly string[]): string | undefined {
  const [path, value] = key.split(': ') as [string, string?];
  if (path === 'source.files')
    return 'Files are given without a flag: wordmill train FILES…, or - for standard input.';
  if (path === 'sinks') {
    const outputs = flagsOf('sinks').map(({ name }) => `--${name} FILE`);
    return `Outputs are named by their format: ${outputs.join(', ')}.`;
  }
  const known = knownKeys().find((candidate) => candidate.path === path);
  const section = path.includes('.') ? path.split('.')[0]! : '';
  const flag = flagsOf(section).find((candidate) => candidate.path.join('.') === path);
  if (!known || !flag) return undefined;
  const here = flags.includes(flag.name) ? '' : ' (a flag of wordmill train)';
  return `Here it is --${flag.name}${value ? ` ${value}` : ''}${here}.`;
}
