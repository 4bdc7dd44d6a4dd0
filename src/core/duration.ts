const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** A length of time as it is written: days, hours, minutes, seconds, in this order, each of them or not. */
export const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;

/** The longest length of time that Node's timers take, in seconds: 2^31 - 1 ms, almost 25 days. */
export const LONGEST_TIMER = 2_147_483;

/**
 * A length of time in seconds.
 *
 * @param duration such as `90s`, `30m`, `1h30m` or `2d`; a plain number is of seconds.
 * @param longest the most that is taken; by default what a timer takes, 25 days
 * @returns undefined for what is no length of time, is nothing, or is longer.
 */
export function secondsOf(duration: string | number, longest = LONGEST_TIMER): number | undefined {
  const seconds = typeof duration === 'number' ? duration : sum(DURATION.exec(duration));
  return seconds > 0 && seconds <= longest ? seconds : undefined;
}

function sum(parts: RegExpExecArray | null): number {
  return Object.values(UNITS).reduce(
    (total, unit, place) => total + unit * Number(parts?.[place + 1] ?? 0),
    0,
  );
}
