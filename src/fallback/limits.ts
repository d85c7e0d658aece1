/**
 * How much mail a stranger can cause. Anybody may name anybody's contact in a transfer, so each message is an annoyance that
 * somebody else pays for. Counted by the store over sliding hours; these are the numbers. Sub-addresses of one mailbox count
 * as one contact.
 */

/** Challenges of one purpose to one contact in an hour, whoever asks: what a mailbox has to bear. */
export const CHALLENGES_PER_CONTACT_PER_HOUR = 20;

/**
 * The same from one network. Enough for a lost message and two typing errors, and few enough that a stranger who knows the
 * contact leaves its owner some.
 */
export const CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR = 5;

/** Challenges that one key may start in an hour, to any contacts. */
export const CHALLENGES_PER_KEY_PER_HOUR = 10;

/**
 * Challenges that may start in an hour from one network address, by any keys: those cost nothing. Many wallets may share
 * an address, behind a provider's or an office's.
 */
export const CHALLENGES_PER_NETWORK_PER_HOUR = 60;

/** Seconds that the limits look back. */
export const LIMIT_WINDOW = 60 * 60;

/**
 * What each class of messages leaves to those that matter more, of all messages that may be sent in an hour. Anybody can
 * cause news of accounts of their own, and codes to addresses that they name. The code that brings an account back goes to a
 * contact that has confirmed before, and has the last quarter to itself.
 */
export function maxPerHour(maxMessages: number) {
  return {
    transfers: maxMessages,
    validations: Math.ceil((maxMessages * 3) / 4),
    notices: Math.ceil(maxMessages / 2),
  };
}
