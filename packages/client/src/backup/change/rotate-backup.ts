/**
 * New shares in the place of the old, under a new content key: at the same servers, or where one is to be replaced.
 *
 * A quorum is never missing. The new shares are in the profile before the first one is sent; the old ones stay until a
 * quorum of the new is proven; then one write changes which are current; only then are the old ones deleted. Whatever
 * ends in the middle goes on by the same calls.
 */
import { Envelope, type SplitPlan } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { ClientError } from "../../client-error.ts";
import { systemClock } from "../../system-clock.ts";
import { deleteRetired } from "../care/forget-backup.ts";
import { auditPlace } from "../care/place-audits.ts";
import { confirmContact } from "../contacts.ts";
import { expectPlaces, newSet, type PlaceToBe } from "../make-backup.ts";
import {
  accountAt,
  allOf,
  atEach,
  clientOf,
  findAccount,
  type PlaceOutcome,
  type Reach,
} from "../profile/accounts.ts";
import type { Account, Backup, ProfileKeeper, ShareSet } from "../profile/profile.ts";
import {
  backupNamed,
  changeSets,
  dataOf,
  isCurrent,
  isNext,
  isQuorum,
  placesByServer,
  retired,
  serversOf,
} from "../profile/share-sets.ts";
import { joinAll } from "../secret/share-out.ts";

export type RotationOptions = {
  /** Where the new shares go, in the order of the plan. Default: where the old ones are. */
  readonly places?: readonly PlaceToBe[] | undefined;
  /** Default: the plan of the old ones. */
  readonly plan?: SplitPlan | undefined;
  /** New accounts, in the place of those that the profile has at their addresses. */
  readonly accounts?: readonly Account[] | undefined;
};

export type Rotation = {
  /** Whether no set waits any more to take the place of others. */
  readonly done: boolean;
  /** The servers that were asked to prove their new share. */
  readonly proven: readonly PlaceOutcome<void>[];
  /** The servers that were asked to delete an old share. One that failed is asked again by the next call. */
  readonly deleted: readonly PlaceOutcome<void>[];
};

/**
 * Makes the new shares, and keeps them in the profile. `storeBackup` stores them. Where a rotation to the same places is
 * under way already, this does nothing; one to others is given up.
 *
 * @throws {RangeError} for a plan that cannot be, or other places than it has shares.
 * @throws {ClientError} when too few servers give their old share, or a new server cannot be met. Nothing has changed.
 */
export async function beginRotation(
  keeper: ProfileKeeper,
  name: string,
  { places, plan, accounts: fresh = [] }: RotationOptions = {},
  reach: Reach = {},
): Promise<void> {
  const backup = backupNamed(keeper, name);
  const meant = places ?? serversOf(backup).map((url) => ({ url }));
  const plans = plan === undefined ? plansOf(backup) : [plan];
  if (plan !== undefined) expectPlaces(plan, meant);
  else if (new Set(meant.map(({ url }) => url)).size !== serversOf(backup).length) {
    throw new RangeError(`the plan is for ${serversOf(backup).length} different servers`);
  }
  const underWay = backup.sets.filter(isNext);
  if (underWay.length > 0 && isFor(underWay, meant, plans)) return;

  const secret = await joinBackup(keeper, name, reach);
  const accounts = await Promise.all(
    meant.map((place) => fresh.find(({ url }) => url === place.url) ?? accountAt(keeper, place, reach)),
  );
  const { now = systemClock } = reach;
  const options = { hints: backup.hints, created: now().toISOString(), state: "next" } as const;
  const next = plans.map((one) => newSet(secret, one, accounts, options));
  await keeper.update((profile) => ({
    ...profile,
    accounts: profile.accounts.map((one) => fresh.find(({ url }) => url === one.url) ?? one),
    backups: profile.backups.map((one) =>
      one.name === name ? { ...one, sets: [...one.sets.map(givenUp), ...next] } : one,
    ),
  }));
}

/**
 * Has the new shares proven; when there is a quorum of them, has the old ones deleted. Where a quorum of old ones could be
 * had back by confirmed contacts, only new ones count that can be had back so too.
 */
export async function settleRotation(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<Rotation> {
  const proven = await auditNext(keeper, name, reach);
  const { sets } = backupNamed(keeper, name);
  const good = proven.filter((outcome) => "value" in outcome).map(({ url }) => url);
  const confirmed = new Set(
    keeper
      .read()
      .accounts.filter((one) => one.confirmed)
      .map(({ url }) => url),
  );
  const needsContact = sets.filter(isCurrent).some((set) => isQuorum(set, ({ url }) => confirmed.has(url)));
  const counted = good.filter((url) => !needsContact || confirmed.has(url));
  if (sets.filter(isNext).some((set) => isQuorum(set, ({ url }) => counted.includes(url)))) {
    await changeSets(keeper, name, promoted);
  }
  const deleted = await deleteRetired(keeper, name, reach);
  return { done: !backupNamed(keeper, name).sets.some(isNext), proven, deleted };
}

/** The secret of a backup, from what its servers give. */
async function joinBackup(keeper: ProfileKeeper, name: string, reach: Reach): Promise<Envelope> {
  const { accounts, backups } = keeper.read();
  const places = backups
    .filter((backup) => backup.name === name)
    .flatMap(({ sets }) => sets.filter(isCurrent).flatMap((set) => set.places));
  // Each share for itself: a server that lacks one of several would refuse them all.
  const outcomes = await atEach(places, async ({ url, share, receipt }) => {
    if (share !== undefined) return dataOf(share);
    const account = accounts.find((one) => one.url === url);
    if (account === undefined || receipt === undefined) throw new RangeError(`no share is kept for ${url}`);
    const [given] = await clientOf(keeper, account, reach).retrieveShares([
      Receipt.fromData(hexToBytes(receipt)),
    ]);
    if (given === undefined) throw new RangeError("a share was asked for");
    return given.data;
  });
  const given = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  const [joined] = joinAll(given.map((data) => Envelope.fromCborData(data)));
  if (joined !== undefined) return joined.secret;
  const [failed] = outcomes.filter((outcome) => "error" in outcome);
  throw new ClientError("unreachable", `too few servers give their share of ${name}`, {
    cause: failed?.error,
  });
}

/** The plans to make anew: of the sets with the most places. Smaller ones have been outgrown. */
function plansOf(backup: Backup): readonly SplitPlan[] {
  const count = serversOf(backup).length;
  return backup.sets.filter((set) => isCurrent(set) && set.places.length === count).map(({ plan }) => plan);
}

function isFor(
  sets: readonly ShareSet[],
  places: readonly PlaceToBe[],
  plans: readonly SplitPlan[],
): boolean {
  const wanted = plans.map((plan) => JSON.stringify([plan, places.map(({ url }) => url)]));
  const present = sets.map((set) => JSON.stringify([set.plan, set.places.map(({ url }) => url)]));
  return wanted.length === present.length && wanted.every((one, index) => one === present[index]);
}

async function auditNext(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach,
): Promise<readonly PlaceOutcome<void>[]> {
  return atEach(placesByServer(backupNamed(keeper, name), isNext), async ({ url, shares }) => {
    const account = findAccount(keeper.read(), url);
    if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
    await allOf(shares, (one) => auditPlace(keeper, name, one, clientOf(keeper, account, reach)));
    // Its link may have been opened since.
    if (account.contact !== undefined && !account.confirmed)
      await confirmContact(keeper, url, undefined, reach);
  });
}

function givenUp(set: ShareSet): ShareSet {
  return isNext(set) ? retired(set) : set;
}

function promoted(set: ShareSet): ShareSet {
  if (isNext(set)) return { ...set, state: "current" };
  return isCurrent(set) ? retired(set) : set;
}
