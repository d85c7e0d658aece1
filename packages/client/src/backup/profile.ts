/**
 * What a device knows of its backups. All of it is plain JSON, so that any wallet can keep it, show it, and go on with it
 * after a crash or days later. It holds private keys: keep it where only its owner can read it.
 *
 * The accounts are the person's, one for each server with keys of its own, so that two servers find nothing in common.
 * Several backups share them, because a server has one account for a contact.
 */
import { PrivateKeys, type SplitPlan, XID } from "@bc/envelope";
import { documentToUR } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { type Client, type ClientOptions, createClient } from "../client.ts";
import type { Endpoint } from "../endpoint.ts";
import { fetchServer } from "../fetch-server.ts";
import { serverFromUR } from "../known-server.ts";

export type Profile = {
  readonly accounts: readonly Account[];
  readonly backups: readonly Backup[];
  /** What is under way to get lost accounts back. */
  readonly recovery?: Recovery | undefined;
};

/** An account at one server. */
export type Account = {
  readonly url: string;
  /** The server's document: `ur:xid/…`. */
  readonly server: string;
  /** `ur:crypto-prvkeys/…`, for this server only. */
  readonly keys: string;
  /** The account's XID in hex, where other keys opened it. */
  readonly xid?: string;
  /** The contact by which the account can be had back. */
  readonly contact?: string;
  /** Whether the server has seen that the contact is the person's. */
  readonly confirmed?: boolean;
};

/** One secret, in shares at several places. */
export type Backup = {
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  readonly plan: SplitPlan;
  readonly places: readonly Place[];
};

/** One share of a backup. */
export type Place = {
  readonly url: string;
  /** `ur:envelope/…`, until the server has it. */
  readonly share?: string;
  /** Hex, once the server has it. */
  readonly receipt?: string;
};

export type Recovery = { readonly places: readonly RecoveryPlace[] };

/** One server that is asked for its account. */
export type RecoveryPlace = {
  readonly url: string;
  readonly contact: string;
  /** The request for the transfer, which sent again asks how it stands: its ID and envelope as URs. */
  readonly request?: { readonly id: string; readonly envelope: string } | undefined;
  /** What the account held, once it has come: `ur:envelope/…` each. */
  readonly shares?: readonly string[];
};

/** Where a profile is kept. */
export type ProfileKeeper = {
  readonly read: () => Profile;
  /** Resolves when the changed profile will survive a crash. Changes at the same time must not lose one another. */
  readonly update: (change: (profile: Profile) => Profile) => Promise<void>;
};

/** How servers are reached. */
export type Reach = Omit<Endpoint, "url"> & Pick<ClientOptions, "now" | "onNote">;

/** What became of one place's turn. */
export type PlaceOutcome<Value> = { readonly url: string } & (
  | { readonly value: Value }
  /** Usually a `ClientError`. */
  | { readonly error: unknown }
);

export const EMPTY_PROFILE: Profile = { accounts: [], backups: [] };

/** The account at an address; where there is none yet, one with new keys, which its first share opens. */
export async function accountAt(
  keeper: ProfileKeeper,
  { url, server }: { readonly url: string; readonly server?: XID | undefined },
  reach: Reach = {},
): Promise<Account> {
  const known = findAccount(keeper.read(), url);
  if (known !== undefined) return known;
  const { document } = await fetchServer({ ...reach, url }, server);
  const account = { url, server: documentToUR(document), keys: PrivateKeys.generate().urString() };
  await putAccount(keeper, account);
  return account;
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

/** A client that acts as the account. */
export function clientOf({ url, server, keys, xid }: Account, reach: Reach = {}): Client {
  return createClient({
    ...reach,
    url,
    server: serverFromUR(server),
    keys: PrivateKeys.fromURString(keys),
    xid: xid === undefined ? undefined : XID.fromData(hexToBytes(xid)),
  });
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
