/** What the sender is told of an error: the refusal itself, or a fixed text; the cause is for the log only. */

import { Refusal } from "@bc/share-protocol";
import { StoreError } from "../store/sql.ts";
import type { Log } from "./context.ts";

export function refusalFor(error: unknown, log: Log): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof StoreError ? "unavailable" : "internal";
  log.error({ err: error }, `request failed: ${code}`);
  return new Refusal(code);
}
