/** `updateRecovery`: as `updateFallback`. The contact is asked first, and counts once it has answered. */
import type { Handler } from "../handlers/handler.ts";
import { updateFallback } from "../handlers/update-fallback.ts";

export const updateRecovery: Handler<"updateRecovery"> = (context, caller, { recoveryMethod }, opened) => {
  return updateFallback(context, caller, { fallback: recoveryMethod }, opened);
};
