/** What is under way at a server, and must be finished before the same is begun anew. */
import { Failure } from "./failure.ts";
import { hint } from "./hint.ts";
import { type Pending, type PendingKind, UNDER_WAY } from "./home/home.ts";
import type { Settings } from "./settings.ts";
import { tellNote } from "./tell.ts";

/** @throws {Failure} `usage` when it is under way at another address than the command's. */
export function expectSameAddress(settings: Settings, kind: PendingKind, pending: Pending): void {
  if (pending.url === settings.url) return;
  const { what, command } = UNDER_WAY[kind];
  throw new Failure(
    "usage",
    `${what} is under way at ${pending.url}; first finish it with: ${hint(settings, command, { url: pending.url })}`,
  );
}

/** Tells on stderr what is under way, so that nobody wonders why the keys are not those of the account. */
export async function remindOfPending(settings: Settings): Promise<void> {
  const { home, url } = settings;
  for (const kind of ["rekey", "transfer"] as const) {
    const pending = await home.pending(kind);
    if (pending === undefined) continue;
    const { what, command } = UNDER_WAY[kind];
    const there = pending.url === url ? {} : { url: pending.url };
    tellNote(`${what} is under way; carry on with: ${hint(settings, command, there)}`);
  }
}
