/**
 * `startRecovery`: as `fallbackTransfer`, but it must tell whether anyone has the contact. Operators can turn the
 * depository names off.
 *
 * The reference takes a known contact for proof enough. This server asks the contact, and its continuation only names
 * the challenge. The same request, sent again, gets such a continuation again, and sends no message.
 */

import { Refusal } from "@bc/share-protocol";
import { lookUpToken } from "../../store/challenge-by-token.ts";
import { type FallbackTransferOutcome, fallbackTransfer } from "../../store/fallback-transfer.ts";
import type { Caller } from "../caller.ts";
import { encryptContact, readContact } from "../contact-cipher.ts";
import type { WorkContext } from "../context.ts";
import type { Handler } from "../handlers/handler.ts";
import { challengeLimits, newChallenge, tokenHashesOf } from "../new-challenge.ts";
import { refusalOf } from "../refusals.ts";
import { sealState } from "./recovery-state.ts";

export const startRecovery: Handler<"startRecovery"> = async (context, caller, { recoveryMethod }) => {
  const contact = readRecovery(() => readContact(context, recoveryMethod));
  const challenge = await newChallenge(context, contact, caller);
  const stored = await encryptContact(context, contact);
  const limits = challengeLimits(context, "transfer");
  const result = await fallbackTransfer(context.sql, caller, stored, challenge, limits);
  if (!(await hasAccount(context, caller, result))) throw new Refusal("unknown-recovery");
  if (result.outcome !== "processing" && result.outcome !== "ok") {
    throw refusalOf(result, caller);
  }
  const continuation = await sealState(context, { ...caller, tokenHash: challenge.tokenHash });
  return { result: undefined, continuation };
};

/**
 * Whether an account has the contact. For a new request the store has said so already. For a repeated one this asks the
 * store again, so that the answer stays what it was.
 */
async function hasAccount(
  context: WorkContext,
  caller: Caller,
  result: FallbackTransferOutcome,
): Promise<boolean> {
  if (result.outcome === "processing" && result.contactKnown !== null) return result.contactKnown;
  if (result.outcome !== "processing" && result.outcome !== "challenge-void") return true;
  for (const token of tokenHashesOf(context, caller)) {
    if ((await lookUpToken(context.sql, token, caller.now)) !== null) return true;
  }
  return false;
}

/** Refuses a text that is no contact in the same way as a contact that nobody has. */
function readRecovery<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refusal("unknown-recovery", undefined, { cause });
  }
}
