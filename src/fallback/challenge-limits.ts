/**
 * How much mail a stranger can cause. Anybody may name anybody's contact in a transfer, so a message may annoy somebody
 * who asked for nothing. The store counts over sliding hours; these are the numbers. Sub-addresses of one mailbox count
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
 * Challenges that may start in an hour from one network, by any keys: keys cost nothing. Many wallets may share a
 * network, behind a provider or an office.
 */
export const CHALLENGES_PER_NETWORK_PER_HOUR = 60;

/** Seconds that the limits look back. */
export const LIMIT_WINDOW = 60 * 60;

/**
 * The messages of an hour, of all classes together, at which each class has to wait. Each class leaves some to those
 * that matter more. Anybody can cause notices about accounts of their own, and codes to contacts that they name. The
 * code that brings an account back goes to a contact that has confirmed before, and has the last quarter to itself.
 */
export function maxPerHour(maxMessages: number) {
  return {
    transfers: maxMessages,
    validations: Math.ceil((maxMessages * 3) / 4),
    notices: Math.ceil(maxMessages / 2),
  };
}
