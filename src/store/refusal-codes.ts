/**
 * Why each SQL function may refuse. A test reads the same codes out of the functions' text, so none is missing here.
 */

/** Why a request is not the account's. */
const IDENTITY = ["invalid-sender-key", "not-account-key", "unknown-account"] as const;

/**
 * Why a request that changes something is not run. `expired`: it may have been run before, and be forgotten since.
 * `missing-date`: the same of an undated one, after a restore; or its network has had too many of keys without an account,
 * which the store would have to remember for good.
 */
const REQUEST = ["expired", "id-reused", "missing-date"] as const;

/** What a contact's confirmation may meet. `challenge-void`: it is done, replaced, cancelled or too old. */
const CONFIRMATION = ["challenge-void", "fallback-in-use", "key-in-use"] as const;

export const STORE_REFUSALS = {
  confirm_by_token: CONFIRMATION,
  delete_account: [...REQUEST, "invalid-sender-key", "not-account-key"],
  delete_shares: [...REQUEST, ...IDENTITY],
  // `unknown-account`: the transfer had taken effect, and the account has been deleted since.
  fallback_transfer: [...REQUEST, "challenge-void", "key-in-use", "rate-limited", "unknown-account"],
  retrieve_fallback: IDENTITY,
  retrieve_shares: [...IDENTITY, "unknown-receipt"],
  store_share: [
    ...REQUEST,
    ...["invalid-sender-key", "not-account-key", "rate-limited", "server-full"],
    ...["share-too-large", "too-many-shares", "account-full"],
  ],
  update_fallback: [...REQUEST, ...IDENTITY, "rate-limited"],
  update_public_key: [...REQUEST, ...IDENTITY, "key-in-use"],
  verify_fallback: [...REQUEST, ...CONFIRMATION, "wrong-code", "too-many-attempts"],
} as const;

export type RefusingFunction = keyof typeof STORE_REFUSALS;

/** The codes of one function, without those that its caller tells more about. */
export type StoreRefusal<Name extends RefusingFunction, Told extends string = never> = Exclude<
  (typeof STORE_REFUSALS)[Name][number],
  Told
>;
