import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/**
 * A connector whose sockets let undici 7 pause a download. Its parser throws, where nobody can catch it, when a socket
 * ends or is reset in the midst of an answer that nobody reads just then (nodejs/undici#5360, mended in undici 8 only).
 * So an end waits until all before it is read and more is asked for, since the parser may pause at the last bytes too;
 * and a reset comes by another code.
 */
export function pausable(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (socket) letPause(socket);
      callback(...([error, socket] as Parameters<buildConnector.Callback>));
    });
}

function letPause(socket: Socket): void {
  const { push, read, destroy } = socket;
  let hasEnded = false;
  const end = (): boolean => push.call(socket, null);
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk !== null) return push.call(socket, chunk, encoding);
    hasEnded = true;
    process.nextTick(() => {
      if (socket.listenerCount('readable') === 0) end();
      // A parser that is not paused reads until there is nothing left.
      else if (!socket.destroyed) socket.emit('readable');
    });
    return false;
  };
  socket.read = (size?: number) => {
    // Node asks for no byte to fetch more: after the end there is none.
    if (hasEnded && size === 0) return null;
    const chunk = read.call(socket, size);
    if (hasEnded && chunk === null) end();
    return chunk;
  };
  socket.destroy = (error?: NodeJS.ErrnoException, ...rest: []) =>
    destroy.call(socket, error?.code === 'ECONNRESET' ? asReset(error) : error, ...rest);
}

function asReset(error: Error): Error {
  return Object.assign(new Error(error.message, { cause: error }), { code: RESET });
}

/** The code of a connection that was reset. */
export const RESET = 'WORDMILL_RESET';
