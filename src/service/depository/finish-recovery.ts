/**
 * `finishRecovery`: tells the state of the recovery that the continuation names. Asking changes nothing, however often:
 * the account moved, once, when its contact confirmed.
 */
import { equalBytes } from "@bc/envelope";
import { Refusal } from "@bc/share-protocol";
import { lookUpTransfer } from "../../store/look-up-transfer.ts";
import type { Handler } from "../handlers/handler.ts";
import { confirmUnasked } from "../new-challenge.ts";
import { refusalOf } from "../refusals.ts";
import { openState } from "./recovery-state.ts";

export const finishRecovery: Handler<"finishRecovery"> = async (context, caller, _, { returned }) => {
  const state = await openState(context, returned, caller.now);
  if (!equalBytes(state.keyId, caller.keyId)) {
    throw new Refusal("invalid-sender-key", "incorrect verification key");
  }
  if (context.policy.trustFallback) await confirmUnasked(context, state);
  const outcome = await lookUpTransfer(context.sql, { ...state, now: caller.now });
  if (outcome === "processing") throw new Refusal("not-confirmed");
  if (outcome !== "ok") throw refusalOf({ outcome }, caller);
  return { result: undefined };
};
