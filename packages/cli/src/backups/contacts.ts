/** The contacts of a backup's servers, as users give them: one for all, or one for each. */
import { printable, serverAddress } from "@bc/share-client";
import { Option } from "commander";
import { Failure } from "../failure.ts";

export type GivenContacts = readonly string[];

/** @param purpose what the contact is for. */
export function fallbackOption(purpose: string): Option {
  return new Option(
    "--fallback <contact>",
    `${purpose}; ADDRESS=CONTACT, once for each, where servers have different ones`,
  ).argParser((text: string, before: GivenContacts = []) => [...before, text]);
}

/**
 * The contact at a server: its own, or the one for all. Undefined where there is neither.
 *
 * @param urls all servers there are.
 * @throws {Failure} `usage` when two are for all.
 */
export function contactAt(
  url: string,
  urls: readonly string[],
  given: GivenContacts = [],
): string | undefined {
  const read = given.map((text) => readContact(text, urls));
  const [common, ...others] = read.filter((one) => one.url === undefined);
  if (others.length > 0) {
    const texts = [common, ...others].map((one) => printable(one?.contact ?? ""));
    throw new Failure("usage", `one contact for all servers, or ADDRESS=CONTACT: ${texts.join(", ")}`);
  }
  return ownContactAt(url, urls, given) ?? common?.contact;
}

/** The contact that is given for this server alone. */
export function ownContactAt(
  url: string,
  urls: readonly string[],
  given: GivenContacts = [],
): string | undefined {
  return given
    .map((text) => readContact(text, urls))
    .filter((one) => one.url === url)
    .at(-1)?.contact;
}

/** A contact may be a URI with `=` in it: only what begins with a server's address is for that server. */
function readContact(
  text: string,
  urls: readonly string[],
): { readonly url?: string; readonly contact: string } {
  for (const { index: end } of text.matchAll(/=/g)) {
    const url = urls.find((one) => one === serverAddress(text.slice(0, end)));
    if (url !== undefined) return { url, contact: text.slice(end + 1) };
  }
  return { contact: text };
}
