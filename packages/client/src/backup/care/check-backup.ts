/** How the backups of a profile stand: at each server, what it proves, and what it tells. */

import { refusalCode } from "../../client-error.ts";
import { fetchInfo } from "../../fetch-info.ts";
import { allOf, clientOf, findAccount, type Reach } from "../profile/accounts.ts";
import type { Backup, ProfileKeeper } from "../profile/profile.ts";
import { isInUse, type PlaceInSet, placesByServer } from "../profile/share-sets.ts";
import { auditPlace } from "./place-audits.ts";

export type PlaceCheck = {
  /** The name of the backup. */
  readonly backup: string;
  readonly url: string;
  readonly reachable: boolean;
  /** Whether the server has an account of the profile's keys. */
  readonly account: boolean;
  /** Whether the server has just proven that it has its share; where it has several, all of them. */
  readonly proven: boolean;
  readonly contact: string | null;
  readonly confirmed: boolean;
  /** The server's warning that somebody asks to have the account. For people: escape it. */
  readonly pending: string | null;
  /** When the shares were made: ISO 8601. */
  readonly since: string;
  /** What `GET /info` says of limits: not signed, for people to read. */
  readonly limits: unknown;
  /** Why the share is not proven. Usually a `ClientError`. */
  readonly error?: unknown;
};

/** Asks all servers of some backups at once. @param names none means all backups. */
export async function checkBackups(
  keeper: ProfileKeeper,
  names: readonly string[] = [],
  reach: Reach = {},
): Promise<readonly PlaceCheck[]> {
  const { backups } = keeper.read();
  const meant = backups.filter(({ name }) => names.length === 0 || names.includes(name));
  const places = meant.flatMap((backup) => {
    return placesByServer(backup, isInUse).map(({ url, shares }) => ({ backup, url, shares }));
  });
  return Promise.all(places.map(({ backup, url, shares }) => checkPlace(keeper, backup, url, shares, reach)));
}

async function checkPlace(
  keeper: ProfileKeeper,
  { name }: Backup,
  url: string,
  shares: readonly PlaceInSet[],
  reach: Reach,
): Promise<PlaceCheck> {
  const limits = limitsAt(url, reach);
  let check: PlaceCheck = {
    backup: name,
    url,
    reachable: false,
    account: false,
    proven: false,
    contact: null,
    confirmed: false,
    pending: null,
    since: shares.map(({ set }) => set.created).sort()[0] ?? "",
    limits: null,
  };
  let pending: string | null = null;
  try {
    const account = findAccount(keeper.read(), url);
    if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
    const client = clientOf(keeper, account, {
      ...reach,
      // The one thing that a server tells beside a result.
      onNote: (note) => {
        pending = note;
      },
    });
    const fallback = await client.retrieveFallback();
    const confirmed = fallback?.validated === true;
    check = { ...check, reachable: true, account: true, contact: fallback?.contact ?? null, confirmed };
    await allOf(shares, (one) => auditPlace(keeper, name, one, client));
    check = { ...check, proven: true };
  } catch (error) {
    check = { ...check, reachable: check.reachable || refusalCode(error) !== undefined, error };
  }
  return { ...check, pending, limits: await limits };
}

async function limitsAt(url: string, reach: Reach): Promise<unknown> {
  try {
    const info = await fetchInfo({ ...reach, url });
    return typeof info === "object" && info !== null && "limits" in info ? info.limits : null;
  } catch {
    return null;
  }
}
