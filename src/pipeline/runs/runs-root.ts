import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the folders of runs are, and whether somebody asked for that place by name. */
export interface RunsRoot {
  readonly path: string;
  readonly asked: boolean;
}

/**
 * The folder that runs are kept in: what is given, else `$WORDMILL_RUNS`, else `wordmill/runs` where the XDG base
 * directory specification has state (`$XDG_STATE_HOME`, `~/.local/state`).
 *
 * @param given a path, or false for none.
 */
export function runsRoot(given?: string | false, environment = process.env): RunsRoot | undefined {
  if (given === false) return undefined;
  const asked = given ?? environment.WORDMILL_RUNS;
  if (asked) return { path: resolve(asked), asked: true };
  const state = environment.XDG_STATE_HOME;
  // The specification has relative paths there ignored.
  const folder = state?.startsWith('/') ? state : join(homedir(), '.local', 'state');
  return { path: join(folder, 'wordmill', 'runs'), asked: false };
}
