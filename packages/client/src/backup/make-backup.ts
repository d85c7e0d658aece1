/**
 * Making a backup: split, store at each place, name a contact at each place.
 *
 * The shares are in the profile before the first one is sent, and leave it when the last has arrived. So whatever ends in
 * the middle goes on by the same calls, and no place ever gets a share of another split.
 */
import type { Envelope, GroupThreshold, SplitPlan, XID } from "@bc/envelope";
import { documentFromUR, readDocument } from "@bc/share-protocol";
import { systemClock } from "../system-clock.ts";
import { newAudits } from "./care/place-audits.ts";
import {
  accountAt,
  allOf,
  atEach,
  clientOf,
  findAccount,
  type PlaceOutcome,
  type Reach,
} from "./profile/accounts.ts";
import type { Account, Backup, Profile, ProfileKeeper, ShareSet, ShareSetState } from "./profile/profile.ts";
import {
  backupNamed,
  changePlace,
  changeSets,
  dataOf,
  isInUse,
  placesByServer,
  setIdOf,
  shareCount,
} from "./profile/share-sets.ts";
import { type Secret, secretEnvelope } from "./secret/secret.ts";
import { shareOut } from "./secret/share-out.ts";

/** Where a share is to go. `server`: the XID that it must prove to have. */
export type PlaceToBe = { readonly url: string; readonly server?: XID | undefined };

export type BackupOptions = {
  /** For people; unique within the profile. */
  readonly name: string;
  readonly secret: Secret;
  /** As many as the plan has shares, each another server: the first gets the first share of the first group. */
  readonly places: readonly PlaceToBe[];
  readonly plan: SplitPlan;
  /**
   * A second, larger split of one group, for the same places and others that come later: they can then be given their
   * shares without any work at the first ones.
   */
  readonly grow?: GroupThreshold | undefined;
  /** Whether the first share tells where the others are. Default: true. */
  readonly hints?: boolean | undefined;
};

/**
 * Meets every server, splits the secret, and keeps it all in the profile. Nothing is stored yet.
 *
 * @throws {RangeError} for a plan that cannot be, other places than it has shares, or a secret too large.
 * @throws {ClientError} when a server cannot be met: a backup starts with all its places, or not at all.
 */
export async function beginBackup(
  keeper: ProfileKeeper,
  { name, secret, places, plan, grow, hints = true }: BackupOptions,
  reach: Reach = {},
): Promise<Backup> {
  expectFree(keeper.read(), name);
  expectPlaces(plan, places);
  if (grow !== undefined && (plan.groups.length > 1 || grow.count <= places.length)) {
    throw new RangeError("only a backup of one group can grow, and only to more shares");
  }
  const { now = systemClock } = reach;
  const created = now().toISOString();
  const envelope = secretEnvelope(secret);
  const accounts = await Promise.all(places.map((place) => accountAt(keeper, place, reach)));
  const plans = grow === undefined ? [plan] : [plan, { groupThreshold: 1, groups: [grow] }];
  const sets = plans.map((one) => newSet(envelope, one, accounts, { hints, created, state: "current" }));
  const backup: Backup = { name, created, hints, digest: envelope.digest().hex(), sets };
  await keeper.update((profile) => {
    expectFree(profile, name);
    return { ...profile, backups: [...profile.backups, backup] };
  });
  return backup;
}

function expectFree({ backups }: Profile, name: string): void {
  if (backups.some((backup) => backup.name === name)) {
    throw new RangeError(`there is a backup ${name} already`);
  }
}

/** Stores every share that has not arrived yet. Give it again for those that failed. */
export async function storeBackup(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<readonly PlaceOutcome<void>[]> {
  const places = placesByServer(backupNamed(keeper, name), isInUse).map(({ url, shares }) => ({
    url,
    shares: shares.filter(({ place }) => place.receipt === undefined),
  }));
  const waiting = places.filter(({ shares }) => shares.length > 0);
  const outcomes = await atEach(waiting, async ({ url, shares }) => {
    const account = findAccount(keeper.read(), url);
    await allOf(shares, async (one) => {
      if (account === undefined || one.place.share === undefined) {
        throw new RangeError(`no share is kept for ${url}`);
      }
      const data = dataOf(one.place.share);
      const receipt = (await clientOf(keeper, account, reach).storeShare(data)).hex();
      const audits = newAudits(data);
      await changePlace(keeper, name, one, (place) => ({ ...place, receipt, audits }));
    });
  });
  if (backupNamed(keeper, name).sets.some(({ places }) => hasArrived(places) && hasCopies(places))) {
    await changeSets(keeper, name, (set) => ({
      ...set,
      places: hasArrived(set.places) ? set.places.map(({ share: _, ...rest }) => rest) : set.places,
    }));
  }
  return outcomes;
}

/** A set of fresh shares for these accounts; what the plan makes beyond them is spare. */
export function newSet(
  secret: Envelope,
  plan: SplitPlan,
  accounts: readonly Account[],
  {
    hints,
    created,
    state,
  }: { readonly hints: boolean; readonly created: string; readonly state: ShareSetState },
): ShareSet {
  const others = accounts
    .slice(1)
    .map(({ url, server }) => ({ url, server: readDocument(documentFromUR(server)).xid }));
  const envelopes = shareOut(secret, plan, hints ? others : []);
  const [first] = envelopes;
  if (first === undefined) throw new RangeError("a plan without shares");
  const shares = envelopes.map((share) => share.urString());
  const spare = shares.slice(accounts.length);
  return {
    id: setIdOf(first),
    created,
    plan,
    state,
    places: accounts.map(({ url }, index) => ({ url, share: shares[index] ?? "" })),
    ...(spare.length > 0 && { spare }),
  };
}

/** @throws {RangeError} unless there are as many different servers as the plan makes shares. */
export function expectPlaces(plan: SplitPlan, places: readonly PlaceToBe[]): void {
  const count = shareCount(plan);
  if (places.length === count && new Set(places.map(({ url }) => url)).size === count) return;
  throw new RangeError(`the plan is for ${count} different servers`);
}

function hasArrived(places: ShareSet["places"]): boolean {
  return places.every(({ receipt }) => receipt !== undefined);
}

function hasCopies(places: ShareSet["places"]): boolean {
  return places.some(({ share }) => share !== undefined);
}
