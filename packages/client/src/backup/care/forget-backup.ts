/**
 * Deleting shares at their servers: of a whole backup, or of sets that others have taken the place of.
 *
 * A set is marked as retired first, and each place leaves it when its server has deleted the share. So what could not be
 * deleted is known, and is tried again by the same calls.
 */

import { randomBytes } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { refusalCode } from "../../client-error.ts";
import {
  atEach,
  clientOf,
  dropAccount,
  findAccount,
  type PlaceOutcome,
  type Reach,
} from "../profile/accounts.ts";
import type { Account, Place, ProfileKeeper } from "../profile/profile.ts";
import {
  backupNamed,
  changeSets,
  dataOf,
  isRetired,
  placesByServer,
  retired,
} from "../profile/share-sets.ts";

/**
 * Deletes a backup everywhere. Each outcome is that of a server: a failed one may still have its share, and stays in the
 * profile. An account that nothing is left in is deleted too, with its contact. The backup goes with its last place.
 *
 * @throws {RangeError} when the profile has no such backup.
 */
export async function forgetBackup(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<readonly PlaceOutcome<void>[]> {
  backupNamed(keeper, name);
  await changeSets(keeper, name, retired);
  return deleteRetired(keeper, name, reach);
}

/** Takes out of the profile what servers cannot be made to delete. */
export function dropRetired(keeper: ProfileKeeper, name: string): Promise<void> {
  return changeSets(keeper, name, (set) => (isRetired(set) ? undefined : set));
}

/** Deletes the shares of all retired sets of a backup. */
export async function deleteRetired(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<readonly PlaceOutcome<void>[]> {
  return atEach(placesByServer(backupNamed(keeper, name), isRetired), async ({ url, shares }) => {
    const account = findAccount(keeper.read(), url);
    if (account !== undefined) {
      const receipts = shares.flatMap(({ place }) => receiptsOf(keeper, account, place));
      await unlessUnknown(() => deleteAll(keeper, account, receipts, reach));
      if (isLast(keeper, name, url)) await closeAccount(keeper, account, reach);
    }
    await changeSets(keeper, name, (set) => {
      if (!isRetired(set)) return set;
      const places = set.places.filter((place) => place.url !== url);
      return places.length === 0 ? undefined : { ...set, places };
    });
  });
}

/** Of a share that was sent and never acknowledged, too: it may have arrived. */
function receiptsOf(keeper: ProfileKeeper, account: Account, { receipt, share }: Place): readonly Receipt[] {
  if (receipt !== undefined) return [Receipt.fromData(hexToBytes(receipt))];
  return share === undefined ? [] : [Receipt.of(clientOf(keeper, account).identity.xid, dataOf(share))];
}

async function deleteAll(
  keeper: ProfileKeeper,
  account: Account,
  receipts: readonly Receipt[],
  reach: Reach,
): Promise<void> {
  const [first, ...others] = receipts;
  // None at all would mean every share of the account.
  if (first !== undefined) await clientOf(keeper, account, reach).deleteShares([first, ...others]);
}

/** Whether no share of any backup is at this server, but those that have just been deleted. */
function isLast(keeper: ProfileKeeper, name: string, url: string): boolean {
  return keeper.read().backups.every((backup) =>
    backup.sets.every((set) => {
      return (backup.name === name && isRetired(set)) || set.places.every((place) => place.url !== url);
    }),
  );
}

/** The account may hold what this profile does not know of; then it stays. */
async function closeAccount(keeper: ProfileKeeper, account: Account, reach: Reach): Promise<void> {
  const client = clientOf(keeper, account, reach);
  const left = await unlessUnknown(() =>
    client.call("auditShares", { receipts: [], nonce: randomBytes(32) }),
  );
  if (left !== undefined && left.length > 0) return;
  await client.deleteAccount();
  await dropAccount(keeper, account.url);
}

/** Undefined where the server knows no such account: then there is nothing to delete. */
async function unlessUnknown<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await call();
  } catch (error) {
    if (refusalCode(error) === "unknown-account") return undefined;
    throw error;
  }
}
