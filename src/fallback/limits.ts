/**
 * How much mail a stranger can cause. Anybody may name anybody's contact in a transfer, so each message is an annoyance that
 * somebody else pays for. Counted by the service over sliding hours; these are the numbers.
 */

/** Challenges to one contact in an hour, whoever asks. Enough for a lost message and two typing errors. */
export const CHALLENGES_PER_CONTACT_PER_HOUR = 5;

/**
 * Challenges that one caller may start in an hour, to any contacts. A caller is a key; its network address has the rate limit
 * of all requests.
 */
export const CHALLENGES_PER_CALLER_PER_HOUR = 10;

/** Seconds that the two limits look back. */
export const LIMIT_WINDOW = 60 * 60;
