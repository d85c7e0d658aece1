/**
 * When to try a message again: 5 s, 15 s, 45 s, …, three times as long each time, at most an hour. The first tries come
 * quickly, since a code lives for minutes; the late ones serve notices, through a mail server's bad day.
 */

/** A message is given up after so many tries, five and a half hours after the first. */
export const MAX_ATTEMPTS = 12;

const FIRST_DELAY = 5;
const GROWTH = 3;
const LONGEST_DELAY = 60 * 60;

/** Seconds to wait after `attempts` tries have failed (at least 1); undefined when no further try is worth it. */
export function retryDelay(attempts: number): number | undefined {
  return attempts >= MAX_ATTEMPTS
    ? undefined
    : Math.min(FIRST_DELAY * GROWTH ** (attempts - 1), LONGEST_DELAY);
}
