/** The contact of each account of a backup, named and confirmed. */
import {
  atEach,
  backupNamed,
  confirmContact,
  nameContact,
  type ProfileKeeper,
  type Reach,
  serversOf,
} from "@bc/share-client";
import { type Codes, codeFor, tellFailures } from "./places.ts";

/** Names the contact where it is not named yet, and confirms it where its code is at hand. */
export async function nameContacts(
  keeper: ProfileKeeper,
  name: string,
  contact: string,
  codes: Codes,
  reach: Reach,
): Promise<void> {
  const { sets } = backupNamed(keeper, name);
  const next = sets.filter(({ state }) => state === "next").flatMap(({ places }) => places);
  const urls = new Set([...serversOf(backupNamed(keeper, name)), ...next.map(({ url }) => url)]);
  // One after the other: the person types one code at a time.
  for (const url of urls) {
    const outcome = await atEach([{ url }], async () => {
      const confirmed = await nameContact(keeper, url, contact, reach);
      if (!confirmed) await confirmContact(keeper, url, await codeFor(url, codes), reach);
    });
    tellFailures(outcome);
  }
}

/** The contact that the backup's accounts have, if any has one. */
export function contactOf(keeper: ProfileKeeper, name: string): string | undefined {
  const urls = serversOf(backupNamed(keeper, name));
  return keeper.read().accounts.find(({ url, contact }) => urls.includes(url) && contact !== undefined)
    ?.contact;
}
