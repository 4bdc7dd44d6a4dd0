let lastCall = Number.NEGATIVE_INFINITY;

/**
 * Says that something is being written which a process that is to end should wait for, such as a checkpoint. Called
 * again and again while it goes on: an end that was asked for waits until there has been no call for a while.
 */
export function stillWriting(): void {
  lastCall = performance.now();
}

/**
 * Calls `end` once so many milliseconds have passed since now, and since the last `stillWriting`. Keeps no process
 * alive.
 */
export function afterGrace(milliseconds: number, end: () => void): void {
  const asked = performance.now();
  const wait = (): void => {
    const left = Math.max(asked, lastCall) + milliseconds - performance.now();
    if (left <= 0) end();
    else setTimeout(wait, left).unref();
  };
  wait();
}
