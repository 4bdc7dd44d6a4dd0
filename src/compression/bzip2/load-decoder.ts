import Bzip2 from '@foxglove/wasm-bz2';

/** What the package's loader sets up handlers for, as if the process were its own. */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

let decoder: Promise<Bzip2> | undefined;

/** The decoder of this thread, loaded once. Errors of the process stay the process's: the package handles none. */
export function loadDecoder(): Promise<Bzip2> {
  decoder ??= load();
  return decoder;
}

function load(): Promise<Bzip2> {
  const before = EVENTS.map((event) => process.listeners(event as never));
  // The handlers are there once this call returns, long before its promise is kept.
  const loading = Bzip2.init();
  for (const [index, event] of EVENTS.entries()) {
    for (const listener of process.listeners(event as never)) {
      if (!before[index]!.includes(listener)) process.removeListener(event, listener);
    }
  }
  return loading;
}
