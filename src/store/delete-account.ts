import { callForOutcome, identityArguments, type Succeeded } from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { Refused, RequestIdentity } from "./types.ts";

export type DeleteAccountOutcome = Succeeded | Refused<StoreRefusal<"delete_account">>;

/**
 * Deletes the account: shares, contacts, keys, challenges, unsent messages. Two things stay, and neither is personal
 * data: the IDs of its requests, so that an old request sent again cannot bring the account back, and for a day the
 * keyed hashes that the limits per contact count. A key that no account knows gets `ok` too.
 */
export async function deleteAccount(sql: Sql, request: RequestIdentity): Promise<DeleteAccountOutcome> {
  return await callForOutcome(sql, statement("delete_account", identityArguments(request)));
}
