/** `updateFallback`: a new contact counts once it is validated; null removes it. */
import { updateFallback as update } from "../../store/update-fallback.ts";
import { encryptContact, readContact } from "../contact-cipher.ts";
import { challengeLimits, confirmUnasked, newChallenge } from "../new-challenge.ts";
import { refusalOf, refusalToName } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const updateFallback: Handler<"updateFallback"> = async (context, caller, { fallback }) => {
  const contact = fallback === null ? null : readContact(context, fallback);
  const change = contact && {
    contact: await encryptContact(context, contact),
    challenge: await newChallenge(context, contact, caller),
  };
  const result = await update(context.sql, caller, change, challengeLimits(context, "validation"));
  if (result.outcome === "not-account-key") throw refusalToName(result, "to set a contact", caller);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  if (change && context.policy.trustFallback) await confirmUnasked(context, change.challenge);
  return { result: undefined, transferPending: result.transferPending };
};
