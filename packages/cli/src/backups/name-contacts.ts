/** The contact of each account of a backup, named and confirmed. */
import {
  atEach,
  backupNamed,
  confirmContact,
  findAccount,
  nameContact,
  type ProfileKeeper,
  type Reach,
  serversOf,
} from "@bc/share-client";
import { quietly } from "../reach.ts";
import { contactAt, type GivenContacts } from "./contacts.ts";
import { type Codes, giveCodes, tellFailures } from "./places.ts";

/** Names contacts where they are not named yet, and confirms them where a code is at hand. */
export async function nameContacts(
  keeper: ProfileKeeper,
  name: string,
  given: GivenContacts,
  codes: Codes,
  reach: Reach,
): Promise<void> {
  const { sets } = backupNamed(keeper, name);
  const next = sets.filter(({ state }) => state === "next").flatMap(({ places }) => places);
  const urls = [...new Set([...serversOf(backupNamed(keeper, name)), ...next.map(({ url }) => url)])];
  const meant = urls.flatMap((url) => {
    const contact = contactAt(url, urls, given);
    return contact === undefined ? [] : [{ url, contact }];
  });
  const asked = new Set(
    meant.filter(({ url, contact }) => findAccount(keeper.read(), url)?.contact === contact).map(urlOf),
  );
  const named = await atEach(meant, ({ url, contact }) => nameContact(keeper, url, contact, reach));
  tellFailures(named);
  const open = named.filter((outcome) => "value" in outcome && !outcome.value).map(urlOf);
  await giveCodes(open, codes, async (url, code) => {
    // Of a message that is just leaving, nobody has opened the link.
    if (code !== undefined || asked.has(url) || process.stdin.isTTY) {
      await confirmContact(keeper, url, code, process.stdin.isTTY ? quietly(reach) : reach);
    }
  });
}

/** The contacts that have been named already. */
export function contactsNamed(keeper: ProfileKeeper, name: string): GivenContacts {
  const urls = serversOf(backupNamed(keeper, name));
  return keeper
    .read()
    .accounts.flatMap(({ url, contact }) =>
      contact !== undefined && urls.includes(url) ? [`${url}=${contact}`] : [],
    );
}

/** The contacts that the backup's accounts have, and for the others those given, or else the first there is. */
export function contactsOf(keeper: ProfileKeeper, name: string, given: GivenContacts = []): GivenContacts {
  const known = contactsNamed(keeper, name);
  const [first] = known;
  const others = given.length > 0 || first === undefined ? given : [first.slice(first.indexOf("=") + 1)];
  return [...known, ...others];
}

function urlOf({ url }: { readonly url: string }): string {
  return url;
}
