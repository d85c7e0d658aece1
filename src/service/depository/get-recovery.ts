/**
 * `getRecovery`: as `retrieveFallback`, but the depository names have no word for a contact that has not confirmed yet.
 */
import type { Handler } from "../handlers/handler.ts";
import { retrieveFallback } from "../handlers/retrieve-fallback.ts";

export const getRecovery: Handler<"getRecovery"> = async (context, caller, _, opened) => {
  const { result, transferPending } = await retrieveFallback(context, caller, {}, opened);
  return { result: result?.contact ?? null, transferPending };
};
