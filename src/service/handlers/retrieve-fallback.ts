/** `retrieveFallback`: the contact that was set last, and whether it counts yet. */
import { retrieveFallback as retrieve } from "../../store/retrieve-fallback.ts";
import { decryptContact } from "../contact-cipher.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const retrieveFallback: Handler<"retrieveFallback"> = async (context, caller) => {
  const result = await retrieve(context.sql, caller);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  const { fallback, transferPending } = result;
  if (fallback === null) return { result: null, transferPending };
  const contact = await decryptContact(context, fallback);
  return { result: { contact: contact.address, validated: fallback.validated }, transferPending };
};
