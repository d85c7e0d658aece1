/**
 * How much mail a stranger can cause. Anybody may name anybody's contact in a transfer, so each message is an annoyance that
 * somebody else pays for. Counted by the store over sliding hours; these are the numbers.
 */

/** Challenges to one contact in an hour, whoever asks. Enough for a lost message and two typing errors. */
export const CHALLENGES_PER_CONTACT_PER_HOUR = 5;

/** Challenges that one key may start in an hour, to any contacts. */
export const CHALLENGES_PER_KEY_PER_HOUR = 10;

/**
 * Challenges that may start in an hour from one network address, by any keys: those cost nothing. Many wallets may share
 * an address, behind a provider's or an office's.
 */
export const CHALLENGES_PER_NETWORK_PER_HOUR = 60;

/** Seconds that the limits look back. */
export const LIMIT_WINDOW = 60 * 60;
