/** From what went wrong to what the sender is told. */
import { XID } from "@bc/envelope";
import { Refusal, type RefusalCode } from "@bc/share-protocol";
import type { NamesOtherAccount } from "../store/answer.ts";
import { StoreError } from "../store/sql.ts";
import type { RequestIdentity } from "../store/types.ts";
import type { Log } from "./context.ts";
import type { TransferKnowledge } from "./transfer-warning.ts";

const NO_UNDATED = "the server takes no undated request for this now: date it";

/** An outcome of a store function other than `ok`. */
type Refused = TransferKnowledge & { readonly outcome: RefusalCode; readonly retryAfter?: Date };

/** The refusal for an outcome. Its text names no XID but the one that the request itself named. */
export function refusalOf(
  { outcome, transferPending, retryAfter }: Refused,
  { senderXid }: RequestIdentity,
): Refusal {
  const sender = XID.fromData(senderXid);
  switch (outcome) {
    case "unknown-account":
      return new Refusal(outcome, `unknown user ${sender}`, { transferPending });
    case "invalid-sender-key":
      return new Refusal(outcome, `invalid sender verification key for ${sender}`, { transferPending });
    case "missing-date":
      return new Refusal(outcome, NO_UNDATED, { transferPending });
    case "rate-limited":
      return new Refusal(outcome, tooOften(retryAfter), { transferPending, retryAfter });
    default:
      return new Refusal(outcome, undefined, { transferPending });
  }
}

/** What a wallet has to name, if the store has told it: the key is its account's. */
export function refusalToName(
  { account, transferPending }: NamesOtherAccount,
  purpose: string,
  caller: RequestIdentity,
): Refusal {
  if (account === null) return refusalOf({ outcome: "not-account-key", transferPending }, caller);
  const text = `${purpose}, name the account of this key: ${XID.fromData(account).hex()}`;
  return new Refusal("not-account-key", text, { transferPending });
}

/** The date is for people, who read it in a command or on a page. */
function tooOften(until: Date | undefined): string | undefined {
  if (until === undefined) return undefined;
  const moment = new Date(Math.ceil(until.getTime() / 1000) * 1000).toISOString();
  return `asked too often, try again after ${moment.replace("T", " ").replace(".000Z", " UTC")}`;
}

/**
 * Anything thrown: the refusal itself, or else a fixed text. The cause goes to the log alone.
 *
 * @param requestId what the log calls the request: an internal error tells it, so that its cause can be found.
 */
export function refusalForError(error: unknown, log: Log, requestId?: string): Refusal {
  if (error instanceof Refusal) return error;
  log.error({ err: error }, `request failed: ${error instanceof StoreError ? "unavailable" : "internal"}`);
  // False keeps the server from asking a store that has just failed for the warning too.
  return error instanceof StoreError
    ? new Refusal("unavailable", undefined, { transferPending: false })
    : new Refusal("internal", internalText(requestId));
}

/** The fixed text, with the request's name. */
export function internalText(requestId: string | undefined): string {
  const text = new Refusal("internal").message;
  return requestId === undefined ? text : `${text}, request ${requestId}`;
}
