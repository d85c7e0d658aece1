/** Reading and changing the share sets of a backup. */
import { Digest, Envelope, type SplitPlan } from "@bc/envelope";
import type { Backup, Place, ProfileKeeper, ShareSet } from "./profile.ts";

/** A place with the set that its share is of. */
export type PlaceInSet = { readonly set: ShareSet; readonly place: Place };

/** @throws {RangeError} when the profile has no such backup. */
export function backupNamed(keeper: ProfileKeeper, name: string): Backup {
  const backup = keeper.read().backups.find((one) => one.name === name);
  if (backup === undefined) throw new RangeError(`there is no backup ${name}`);
  return backup;
}

/** The places of the sets that `isMeant`, by their servers. */
export function placesByServer(
  { sets }: Backup,
  isMeant: (set: ShareSet) => boolean,
): readonly { readonly url: string; readonly shares: readonly PlaceInSet[] }[] {
  const all = sets.filter(isMeant).flatMap((set) => set.places.map((place) => ({ set, place })));
  const urls = [...new Set(all.map(({ place }) => place.url))];
  return urls.map((url) => ({ url, shares: all.filter(({ place }) => place.url === url) }));
}

export function isRetired({ state }: ShareSet): boolean {
  return state === "retired";
}

export function isInUse({ state }: ShareSet): boolean {
  return state !== "retired";
}

export function isCurrent({ state }: ShareSet): boolean {
  return state === "current";
}

export function isNext({ state }: ShareSet): boolean {
  return state === "next";
}

/** The set, to be deleted. */
export function retired({ spare: _, ...set }: ShareSet): ShareSet {
  return { ...set, state: "retired" };
}

/** The servers of a backup: those of its current set with the most places, in the order of the plan. */
export function serversOf({ sets }: Backup): readonly string[] {
  const current = sets.filter(isCurrent);
  const most = Math.max(...current.map(({ places }) => places.length));
  return current.find(({ places }) => places.length === most)?.places.map(({ url }) => url) ?? [];
}

/** Whether the shares that `has` are there bring the secret back. */
export function isQuorum({ plan, places }: ShareSet, has: (place: Place) => boolean): boolean {
  const present = places.map(has);
  const met = plan.groups.filter(({ threshold }, index) => {
    const start = firstOfGroup(plan, index);
    const end = firstOfGroup(plan, index + 1);
    return present.slice(start, end).filter(Boolean).length >= threshold;
  });
  return met.length >= plan.groupThreshold;
}

/** How many shares a plan makes. */
export function shareCount(plan: SplitPlan): number {
  return firstOfGroup(plan, plan.groups.length);
}

/**
 * What the shares of one set have in common, and with no other. The digest of the envelope would not do: encrypted anew, a
 * secret keeps it.
 */
export function setIdOf(share: Envelope): string {
  return Digest.fromImage(share.subject().cborData()).hex();
}

const SHORT_ID_DIGITS = 4;

/**
 * The ID of a set as recovery sheets have it: enough to tell a person's backups apart, and too little to pick an account out
 * of all those of a server.
 */
export function shortSetId(id: string): string {
  return id.slice(0, SHORT_ID_DIGITS);
}

/** The bytes of a share that is still kept. */
export function dataOf(share: string): Uint8Array {
  return Envelope.fromURString(share).cborData();
}

/** Changes every set of a backup. A set that becomes undefined goes; a backup without sets goes as well. */
export function changeSets(
  keeper: ProfileKeeper,
  name: string,
  change: (set: ShareSet) => ShareSet | undefined,
): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    backups: profile.backups.flatMap((backup) => {
      if (backup.name !== name) return [backup];
      const sets = backup.sets.map(change).filter((set) => set !== undefined);
      return sets.length === 0 ? [] : [{ ...backup, sets }];
    }),
  }));
}

/** Changes one place of one set. */
export function changePlace(
  keeper: ProfileKeeper,
  name: string,
  { set: { id }, place: { url } }: PlaceInSet,
  change: (place: Place) => Place,
): Promise<void> {
  return changeSets(keeper, name, (set) =>
    set.id === id
      ? { ...set, places: set.places.map((place) => (place.url === url ? change(place) : place)) }
      : set,
  );
}

function firstOfGroup({ groups }: SplitPlan, index: number): number {
  return groups.slice(0, index).reduce((sum, { count }) => sum + count, 0);
}
