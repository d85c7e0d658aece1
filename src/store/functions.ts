/**
 * The SQL functions that the store calls, each with its parameters; in SQL `p_` stands before their names. A test holds
 * this table to the database's own catalogue, both ways.
 */
import type { SqlValue } from "./sql.ts";

const READER = ["key_id", "sender_xid", "now"] as const;
const REQUEST = ["key_id", "sender_xid", "request_key", "request_digest", "expires_at", "now"] as const;
const NEWCOMERS = ["newcomer_networks", "max_newcomers"] as const;
/** Stands last, because the release before does not give it. */
const DATED = ["dated_at"] as const;
const SHARE = ["share_id", "data", "size"] as const;
const QUOTAS = ["max_share_bytes", "max_shares", "max_account_bytes"] as const;
const CONTACT = ["contact_hmac", "contact_ciphertext", "contact_kind", "mailbox_hmac"] as const;
const CHALLENGE = [
  "token_hash",
  "code_hash",
  "secret_ciphertext",
  "challenge_expires_at",
  "network_hmac",
] as const;
const LIMITS = [
  "window_seconds",
  "max_per_contact",
  "max_per_contact_and_network",
  "max_per_key",
  "max_per_network",
  "max_messages",
] as const;

export const FUNCTIONS = {
  claim_audit: ["limit"],
  claim_messages: [
    ...["now", "contact_kinds", "codes", "notices", "decoys", "lease_seconds"],
    ...["max_transfers", "max_validations", "max_notices"],
  ],
  claim_storage_key: ["fingerprint"],
  close_over: ["now"],
  confirm_by_token: ["token_hash", "now", "transfer_delay_seconds"],
  delete_account: [...REQUEST, ...NEWCOMERS, ...DATED],
  delete_shares: [...REQUEST, "share_ids", ...NEWCOMERS, ...DATED, "data_key", "former_share_ids"],
  fail_message: ["message_id", "next_attempt_at", "now"],
  fallback_transfer: [
    ...[...REQUEST, ...CONTACT, ...CHALLENGE, ...LIMITS, ...NEWCOMERS, ...DATED],
    ...["data_key", "former_contact_hmac", "former_secret_ciphertext"],
  ],
  finish_message: ["message_id"],
  is_transfer_pending: ["key_id", "now"],
  judge_room: ["max_total_bytes", "disk_is_short"],
  look_up_token: ["token_hash", "now"],
  look_up_transfer: ["key_id", "request_key", "request_digest", "now"],
  measures: ["now"],
  newcomers_until: [...NEWCOMERS, "now"],
  prune: ["now", "limit", "audit_keep_seconds"],
  read_data_keys: ["fingerprint"],
  retrieve_fallback: READER,
  retrieve_shares: [...READER, "share_ids", "lenient", "data_key", "former_share_ids"],
  schema_state: ["function_set"],
  settle_transfers: ["key_id", "now"],
  store_share: [...REQUEST, ...SHARE, ...QUOTAS, ...NEWCOMERS, ...DATED, "data_key", "former_share_id"],
  update_fallback: [
    ...[...REQUEST, ...CONTACT, ...CHALLENGE, ...LIMITS, ...NEWCOMERS, ...DATED],
    ...["data_key", "former_contact_hmac"],
  ],
  update_public_key: [...REQUEST, "new_key_id", "new_key_is_proven", ...NEWCOMERS, ...DATED],
  verify_fallback: [
    ...[...REQUEST, "code_hash", "max_tries", "transfer_delay_seconds", ...NEWCOMERS, ...DATED],
    ...["data_key", "former_code_hash"],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** A value for each parameter of a function. */
export type Arguments<Name extends FunctionName> = {
  readonly [Parameter in (typeof FUNCTIONS)[Name][number]]: SqlValue;
};

export type Statement = {
  readonly text: string;
  readonly params: readonly SqlValue[];
  /** Who calls, where the function is told. */
  readonly values: { readonly key_id?: SqlValue; readonly now?: SqlValue };
};

/** The one statement that calls a function. */
export function statement<Name extends FunctionName>(name: Name, values: Arguments<Name>): Statement {
  const parameters: readonly (keyof Arguments<Name>)[] = FUNCTIONS[name];
  return { text: TEXTS[name], params: parameters.map((parameter) => values[parameter]), values };
}

/** The text of {@link statement}, which is the same for each call of a function. */
export function textOf(name: FunctionName): string {
  return TEXTS[name];
}

const TEXTS = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([name, parameters]) => {
    const given = parameters.map((parameter, index) => `p_${parameter} => $${index + 1}`);
    return [name, `select * from store.${name}(${given.join(", ")})`];
  }),
) as Record<FunctionName, string>;
