/** From an outcome of the store that is no success to what the sender is told. */
import { XID } from "@bc/envelope";
import { Refusal, type RefusalCode } from "@bc/share-protocol";
import type { RequestIdentity } from "../store/types.ts";
import { noteFor } from "./warning.ts";

/** `transferPending`: absent where the store has not told. */
type Result = { readonly outcome: RefusalCode; readonly transferPending?: boolean };

/** The texts of the identity rules name the XID that the request named, and nothing that a stranger can't know. */
export function refused({ outcome, transferPending }: Result, { senderXid }: RequestIdentity): Refusal {
  const note = transferPending === undefined ? undefined : noteFor({ transferPending });
  const sender = XID.fromData(senderXid);
  switch (outcome) {
    case "unknown-account":
      return new Refusal(outcome, `unknown user ${sender}`, { note });
    case "invalid-sender-key":
      return new Refusal(outcome, `invalid sender verification key for ${sender}`, { note });
    default:
      return new Refusal(outcome, undefined, { note });
  }
}
