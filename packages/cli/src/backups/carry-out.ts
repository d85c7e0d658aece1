/** Carrying out a change of a backup, from whatever point it has come to. */
import {
  auditBackup,
  type ProfileKeeper,
  type Rotation,
  settleRotation,
  storeBackup,
} from "@bc/share-client";
import { EXIT_CODES } from "../failure.ts";
import { hint } from "../hint.ts";
import { reachOf } from "../reach.ts";
import type { Settings } from "../settings.ts";
import { endProgress, tell, tellStep, tellWarning } from "../tell.ts";
import type { GivenContacts } from "./contacts.ts";
import { contactsOf, nameContacts } from "./name-contacts.ts";
import { type Codes, tellFailures } from "./places.ts";
import { provenAt, summarize } from "./summary.ts";

export type ChangeOptions = { readonly fallback?: GivenContacts; readonly code: Codes };

/** Stores what waits, names the contact where it is missing, has the new shares proven, and the old ones deleted. */
export async function carryOut(
  keeper: ProfileKeeper,
  name: string,
  { fallback, code }: ChangeOptions,
  settings: Settings,
): Promise<void> {
  const reach = reachOf(settings);
  tellStep("storing a share at each server");
  tellFailures(await storeBackup(keeper, name, reach));
  await nameContacts(keeper, name, contactsOf(keeper, name, fallback), code, reach);
  tellStep("having the new shares proven");
  const rotation = await settleRotation(keeper, name, reach);
  endProgress();
  tellRotation(rotation);
  if (rotation.done && rotation.deleted.length > 0) {
    const sheet = hint(settings, "sheet", { backup: name });
    tell(`recovery sheets from before name the old shares; make a new one with: ${sheet} sheet.html`);
  }
  await summarize(keeper, name, await provenAt(auditBackup(keeper, name, reach)), settings);
}

function tellRotation({ done, proven, deleted }: Rotation): void {
  tellFailures(proven.filter((outcome) => "value" in outcome || !(outcome.error instanceof RangeError)));
  if (!done) {
    tellWarning(
      "too few new shares are proven and have their contact confirmed; the old ones stay, give the command again",
    );
    process.exitCode ??= EXIT_CODES.unreachable;
  }
  for (const { url } of deleted.filter((outcome) => "error" in outcome)) {
    tellWarning(`${url}: an old share is still there; share repair asks again, --give-up stops that`);
  }
  tellFailures(deleted);
}
