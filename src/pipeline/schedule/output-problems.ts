import { isAbsolute, normalize } from 'node:path';
import type { OptionProblem } from '../../core/options.js';
import { STANDARD_OUTPUT } from '../../sinks/output.js';
import type { Definition } from '../schema.js';

/** What a run's folder has besides outputs. */
const TAKEN = ['definition.yaml', 'manifest.json', 'log.jsonl', 'report.html', 'spool', 'checkpoints'];

/** What is wrong with outputs that are to go into a folder: each must be a name in it, and leave the run its own files. */
export function outputProblems({ output, sinks, filter, phrases, report }: Definition): OptionProblem[] {
  if (typeof output !== 'object' || output === null) return [];
  const given: [OptionProblem['path'], unknown][] = [
    ...(Array.isArray(sinks) ? sinks : []).flatMap((sink, place) =>
      Object.entries(Object(sink)).map(([key, path]): [OptionProblem['path'], unknown] => [
        ['sinks', place, key],
        path,
      ]),
    ),
    [['filter', 'rejected'], (filter as { rejected?: unknown } | undefined)?.rejected],
    [['phrases', 'save'], (phrases as { save?: unknown } | undefined)?.save],
    [['report'], report],
  ];
  return given.flatMap(([path, name]) => {
    if (typeof name !== 'string' || name === '' || name === STANDARD_OUTPUT) return [];
    const problem = problemOfName(name);
    return problem === undefined ? [] : [{ path, problem, hint: 'Give a name such as vectors.bin.' }];
  });
}

function problemOfName(name: string): string | undefined {
  const [first] = normalize(name).split('/');
  if (isAbsolute(name) || first === '..') {
    return `with output.folder this is a name in that folder; ${name} leads out of it`;
  }
  if (first === '.') return `with output.folder this is the name of a file in it, not '${name}'`;
  return TAKEN.includes(first!) ? `${first} is a file of the run itself; this needs another name` : undefined;
}
