/**
 * Making a backup: split, store at each place, name a contact at each place.
 *
 * The shares are in the profile before the first one is sent, and leave it when the last has arrived. So whatever ends in
 * the middle goes on by the same calls, and no place ever gets a share of another split.
 */
import { Envelope, type SplitPlan, type XID } from "@bc/envelope";
import { serverFromUR } from "../known-server.ts";
import { systemClock } from "../system-clock.ts";
import {
  accountAt,
  atEach,
  type Backup,
  clientOf,
  findAccount,
  type Place,
  type PlaceOutcome,
  type ProfileKeeper,
  putAccount,
  type Reach,
} from "./profile.ts";
import { type Secret, secretEnvelope } from "./secret.ts";
import { shareOut } from "./share-out.ts";

export type BackupOptions = {
  /** For people; unique within the profile. */
  readonly name: string;
  readonly secret: Secret;
  /** As many as the plan has shares, each another server: the first gets the first share of the first group. */
  readonly places: readonly { readonly url: string; readonly server?: XID | undefined }[];
  readonly plan: SplitPlan;
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
  { name, secret, places, plan, hints = true }: BackupOptions,
  reach: Reach = {},
): Promise<Backup> {
  if (keeper.read().backups.some((backup) => backup.name === name)) {
    throw new RangeError(`there is a backup ${name} already`);
  }
  const count = plan.groups.reduce((sum, group) => sum + group.count, 0);
  if (places.length !== count || new Set(places.map(({ url }) => url)).size !== count) {
    throw new RangeError(`the plan is for ${count} different servers`);
  }
  const { now = systemClock } = reach;
  const envelope = secretEnvelope(secret);
  const accounts = await Promise.all(places.map((place) => accountAt(keeper, place, reach)));
  const others = accounts.slice(1).map(({ url, server }) => ({ url, server: serverFromUR(server).xid }));
  const shares = shareOut(envelope, plan, hints ? others : []);
  const backup: Backup = {
    name,
    created: now().toISOString(),
    plan,
    places: shares.map((share, index) => ({ url: places[index]?.url ?? "", share: share.urString() })),
  };
  await keeper.update((profile) => ({ ...profile, backups: [...profile.backups, backup] }));
  return backup;
}

/** Stores every share that has not arrived yet. Give it again for those that failed. */
export async function storeBackup(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<readonly PlaceOutcome<string>[]> {
  const waiting = backupNamed(keeper, name).places.filter(({ receipt }) => receipt === undefined);
  const outcomes = await atEach(waiting, async ({ url, share }) => {
    const account = findAccount(keeper.read(), url);
    if (account === undefined || share === undefined) throw new RangeError(`no share is kept for ${url}`);
    const data = Envelope.fromURString(share).cborData();
    const receipt = (await clientOf(account, reach).storeShare(data)).hex();
    await changePlaces(keeper, name, (place) => (place.url === url ? { ...place, receipt } : place));
    return receipt;
  });
  if (backupNamed(keeper, name).places.every(({ receipt }) => receipt !== undefined)) {
    await changePlaces(keeper, name, ({ url, receipt }) => ({ url, ...(receipt && { receipt }) }));
  }
  return outcomes;
}

/**
 * Names the contact of an account, unless the server has it already. The server then sends a code there.
 *
 * @returns whether the contact is confirmed already.
 */
export async function nameContact(
  keeper: ProfileKeeper,
  url: string,
  contact: string,
  reach: Reach = {},
): Promise<boolean> {
  const account = await accountAt(keeper, { url }, reach);
  if (account.contact === contact) return account.confirmed === true;
  const client = clientOf(account, reach);
  await client.updateFallback(contact);
  const confirmed = (await client.retrieveFallback())?.validated === true;
  await putAccount(keeper, { ...account, contact, confirmed });
  return confirmed;
}

/** Confirms an account's contact, with the code of the message or after a click on its link. */
export async function confirmContact(
  keeper: ProfileKeeper,
  url: string,
  code: string | undefined,
  reach: Reach = {},
): Promise<boolean> {
  const account = await accountAt(keeper, { url }, reach);
  const client = clientOf(account, reach);
  if (code !== undefined) await client.verifyFallback(code);
  const confirmed = (await client.retrieveFallback())?.validated === true;
  await putAccount(keeper, { ...account, confirmed });
  return confirmed;
}

/** @throws {RangeError} when the profile has no such backup. */
export function backupNamed(keeper: ProfileKeeper, name: string): Backup {
  const backup = keeper.read().backups.find((one) => one.name === name);
  if (backup === undefined) throw new RangeError(`there is no backup ${name}`);
  return backup;
}

function changePlaces(keeper: ProfileKeeper, name: string, change: (place: Place) => Place): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    backups: profile.backups.map((backup) =>
      backup.name === name ? { ...backup, places: backup.places.map(change) } : backup,
    ),
  }));
}
