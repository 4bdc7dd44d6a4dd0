import { createRequire } from 'node:module';
import { failureOf } from '../core/failure.js';
import { type Log, openLog } from './log.js';
import { trapSignals } from './signals.js';
import { leaveStreamErrorsToWriters } from './stdout.js';

/** The version of this package. */
export function version(): string {
  return createRequire(import.meta.url)('../../package.json').version;
}

const STUCK = 'stopped in the midst: it waits for something that cannot happen any more';

/** Runs a command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const stop = trapSignals();
  leaveStreamErrorsToWriters();
  let log = await openLog({ quiet: false, format: logFormatOf(argv) });
  // What no `await` catches is a defect, but still ends with a message and our exit code.
  process.once('uncaughtException', (error) => process.exit(fail(error, log, stop.exitCode())));
  // Nor does a promise that nothing keeps any more: Node would end without a word.
  process.once('beforeExit', () => process.exit(fail(new Error(STUCK), log, stop.exitCode())));
  let exitCode = 0;
  try {
    if (argv.length === 1 && argv[0] === '--version') {
      process.stdout.write(`${version()}\n`);
    } else {
      const { parseCommandLine } = await import('./parse.js');
      const parsed = await parseCommandLine(argv, version());
      if (parsed) {
        const { command, values, operands } = parsed;
        log = await openLog({ quiet: values.quiet === true, format: logFormatOf(argv) });
        await command.run({ argv, values, operands, signal: stop.signal, log });
      }
    }
    log.close();
  } catch (error) {
    exitCode = fail(error, log, stop.exitCode());
  }
  // A reader that is slow keeps what was written; after a signal nobody waits for it.
  if (stop.exitCode() === undefined) await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(exitCode);
}

function fail(error: unknown, log: Log, signalled: number | undefined): number {
  const { message, exitCode, kind } = failureOf(error);
  const code = kind === 'aborted' && signalled !== undefined ? signalled : exitCode;
  log.close();
  log.error(message, { kind, exitCode: code });
  return code;
}

/** The format of messages, wanted before the rest of the command line is understood. */
function logFormatOf(argv: readonly string[]): 'text' | 'json' {
  const given = argv.indexOf('--log-format');
  return argv.includes('--log-format=json') || (given >= 0 && argv[given + 1] === 'json') ? 'json' : 'text';
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
