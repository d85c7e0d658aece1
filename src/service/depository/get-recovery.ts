/** `getRecovery`: as `retrieveFallback`, but this vocabulary has no word for a contact that has not answered yet. */
import type { Handler } from "../handlers/handler.ts";
import { retrieveFallback } from "../handlers/retrieve-fallback.ts";

export const getRecovery: Handler<"getRecovery"> = async (context, caller, _, opened) => {
  const { result, transferPending } = await retrieveFallback(context, caller, {}, opened);
  return { result: result?.contact ?? null, transferPending };
};
