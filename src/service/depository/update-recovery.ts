/** `updateRecovery`: as `updateFallback`. The server asks the contact first, and it counts once it has confirmed. */
import type { Handler } from "../handlers/handler.ts";
import { updateFallback } from "../handlers/update-fallback.ts";

export const updateRecovery: Handler<"updateRecovery"> = (context, caller, { recoveryMethod }, opened) => {
  return updateFallback(context, caller, { fallback: recoveryMethod }, opened);
};
