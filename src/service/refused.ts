/** From an outcome of the store that is no success to what the sender is told. */
import { XID } from "#bc/keys";
import type { Refused, RequestIdentity } from "../store/types.ts";
import { Refusal, type RefusalCode } from "../wire/refusal.ts";

/** Told with every answer to an account's current key, so that a takeover does not go unseen. */
const TRANSFER_WARNING =
  "A transfer of this account to another key is pending. If you did not ask for it, cancel it: " +
  "updateFallback, updatePublicKey and deleteAccount each do.";

export function noteFor({ transferPending }: { readonly transferPending: boolean }): string | undefined {
  return transferPending ? TRANSFER_WARNING : undefined;
}

/** The texts of the identity rules name the XID that the request named, and nothing that a stranger can't know. */
export function refused<Code extends RefusalCode>(
  result: Refused<Code>,
  { senderXid }: RequestIdentity,
): Refusal {
  const note = noteFor(result);
  const sender = XID.fromData(senderXid);
  switch (result.outcome) {
    case "unknown-account":
      return new Refusal(result.outcome, `unknown user ${sender}`, { note });
    case "invalid-sender-key":
      return new Refusal(result.outcome, `invalid sender verification key for ${sender}`, { note });
    default:
      return new Refusal(result.outcome, undefined, { note });
  }
}
