/** The accounts of a profile, and how each speaks to its server. */
import { PrivateKeys, XID } from "@bc/envelope";
import { documentToUR } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { type Client, type ClientOptions, createClient } from "../../client.ts";
import { refusalCode } from "../../client-error.ts";
import type { Endpoint } from "../../endpoint.ts";
import { fetchServer } from "../../fetch-server.ts";
import { serverFromUR } from "../../known-server.ts";
import type { Account, Profile, ProfileKeeper } from "./profile.ts";

/** How servers are reached. */
export type Reach = Omit<Endpoint, "url"> & Pick<ClientOptions, "now" | "onNote" | "onRotation">;

/** What became of one place's turn. */
export type PlaceOutcome<Value> = { readonly url: string } & (
  | { readonly value: Value }
  /** Usually a `ClientError`. */
  | { readonly error: unknown }
);

/**
 * Keys as the profile wants them, `ur:crypto-prvkeys/…`.
 *
 * @throws {KeyError} `not-loaded`: of ML-DSA or ML-KEM, before `loadPostQuantum()`.
 */
export function newKeysFor({ newKeys }: Pick<Profile, "newKeys">): string {
  return PrivateKeys.generate(newKeys?.signing, newKeys?.encapsulation).urString();
}

/** The account at an address; where there is none yet, one with new keys, which its first share opens. */
export async function accountAt(
  keeper: ProfileKeeper,
  { url, server }: { readonly url: string; readonly server?: XID | undefined },
  reach: Reach = {},
): Promise<Account> {
  const known = findAccount(keeper.read(), url);
  if (known !== undefined) return known;
  const { document } = await fetchServer({ ...reach, url }, server);
  return addAccount(keeper, { url, server: documentToUR(document), keys: newKeysFor(keeper.read()) });
}

/** Adds an account, unless somebody was faster. @returns the one that is there then. */
export async function addAccount(keeper: ProfileKeeper, account: Account): Promise<Account> {
  await keeper.update((profile) =>
    findAccount(profile, account.url) === undefined
      ? { ...profile, accounts: [...profile.accounts, account] }
      : profile,
  );
  return findAccount(keeper.read(), account.url) ?? account;
}

export function findAccount({ accounts }: Profile, url: string): Account | undefined {
  return accounts.find((account) => account.url === url);
}

/** Adds an account, or replaces the one at the same address. */
export function putAccount(keeper: ProfileKeeper, account: Account): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    accounts: [...profile.accounts.filter(({ url }) => url !== account.url), account],
  }));
}

/** Changes an account that is there. */
export function changeAccount(
  keeper: ProfileKeeper,
  url: string,
  change: Partial<Omit<Account, "url">>,
): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    accounts: profile.accounts.map((account) => (account.url === url ? { ...account, ...change } : account)),
  }));
}

/** Forgets an account: its keys are gone for good. */
export function dropAccount(keeper: ProfileKeeper, url: string): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    accounts: profile.accounts.filter((account) => account.url !== url),
  }));
}

/** A client that acts as the account. When the server gets new keys, the profile keeps them. */
export function clientOf(
  keeper: ProfileKeeper,
  { url, server, keys, xid }: Account,
  reach: Reach = {},
): Client {
  return createClient({
    ...reach,
    url,
    server: serverFromUR(server),
    onRotation: async (rotated) => {
      await changeAccount(keeper, url, { server: documentToUR(rotated.document) });
      await reach.onRotation?.(rotated);
    },
    keys: PrivateKeys.fromURString(keys),
    xid: xid === undefined ? undefined : XID.fromData(hexToBytes(xid)),
  });
}

/** Whether a server has refused keys because they have no account there, or no longer. */
export function isAccountLost(error: unknown): boolean {
  return ["unknown-account", "invalid-sender-key"].includes(refusalCode(error) ?? "");
}

/** The XID of the account's present key, by which messages and pages name it. */
export function keyOf({ keys }: Account): XID {
  return PrivateKeys.fromURString(keys).publicKeys().xid();
}

/** Every place's turn at the same time. One that fails leaves the others alone. */
export async function atEach<At extends { readonly url: string }, Value>(
  places: readonly At[],
  turn: (place: At) => Promise<Value>,
): Promise<readonly PlaceOutcome<Value>[]> {
  return Promise.all(
    places.map(async (place) => {
      try {
        return { url: place.url, value: await turn(place) };
      } catch (error) {
        return { url: place.url, error };
      }
    }),
  );
}

/** All at the same time. When all have ended, throws what the first one threw that failed. */
export async function allOf<Item>(
  items: readonly Item[],
  turn: (item: Item) => Promise<unknown>,
): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(turn));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
