/** Carrying out a change of a backup, from whatever point it has come to. */
import {
  auditBackup,
  dropRetired,
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

export type ChangeOptions = {
  readonly fallback?: GivenContacts;
  readonly code: Codes;
  /** Whether servers that do not delete an old share are asked no more. */
  readonly giveUp?: true;
};

/** Stores what waits, names the contact where it is missing, has the new shares proven, and the old ones deleted. */
export async function carryOut(
  keeper: ProfileKeeper,
  name: string,
  { fallback, code, giveUp }: ChangeOptions,
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
  if (giveUp) await dropRetired(keeper, name);
  tellLeft(rotation, giveUp === true, hint(settings, "repair", { backup: name }));
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
  tellFailures(deleted);
}

/** Where old shares may be left. @param repair the command that asks again. */
function tellLeft({ deleted }: Rotation, giveUp: boolean, repair: string): void {
  const left = deleted.filter((outcome) => "error" in outcome);
  for (const { url } of left) {
    tellWarning(
      `${url} may still have its old share${giveUp ? ", and is not asked to delete it again" : ""}`,
    );
  }
  if (giveUp && left.length === 0) tell("no old share is left, so there is nothing to give up");
  if (giveUp || left.length === 0) return;
  tell(`to ask again: ${repair}; if it is gone for good: ${repair} --give-up`);
}
