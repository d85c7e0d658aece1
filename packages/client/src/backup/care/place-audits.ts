/**
 * Audits of the shares of a backup. The profile keeps some that were prepared, so that no share need come to the device:
 * a quorum there would be the secret. When they are used up, the server gives the share once, and new ones are made.
 */
import { Receipt } from "@bc/share-protocol";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { auditPrepared, prepareAudits } from "../../audit.ts";
import type { Client } from "../../client.ts";
import { allOf, atEach, clientOf, findAccount, type PlaceOutcome, type Reach } from "../profile/accounts.ts";
import type { ProfileKeeper } from "../profile/profile.ts";
import { backupNamed, changePlace, isInUse, type PlaceInSet, placesByServer } from "../profile/share-sets.ts";

/** One a month for two years. */
const AUDITS_KEPT = 24;

/** Audits of a share, as the profile keeps them. */
export function newAudits(data: Uint8Array): readonly string[] {
  return prepareAudits(data, AUDITS_KEPT).map(
    ({ nonce, proof }) => `${bytesToHex(nonce)} ${bytesToHex(proof)}`,
  );
}

/** Has every server of a backup prove that it has its shares. */
export async function auditBackup(
  keeper: ProfileKeeper,
  name: string,
  reach: Reach = {},
): Promise<readonly PlaceOutcome<void>[]> {
  return atEach(placesByServer(backupNamed(keeper, name), isInUse), async ({ url, shares }) => {
    const account = findAccount(keeper.read(), url);
    if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
    const client = clientOf(keeper, account, reach);
    await allOf(shares, (one) => auditPlace(keeper, name, one, client));
  });
}

/**
 * Has a server prove that it has one share.
 *
 * @throws {RangeError} when the share has not been stored.
 * @throws {ClientError} `not-proven`, or `refused` when the server says itself that it lacks the share.
 */
export async function auditPlace(
  keeper: ProfileKeeper,
  name: string,
  one: PlaceInSet,
  client: Client,
): Promise<void> {
  const { url, receipt: hex, audits = [] } = one.place;
  if (hex === undefined) throw new RangeError(`${url} has no share yet`);
  const receipt = Receipt.fromData(hexToBytes(hex));
  const [audit] = audits;
  if (audit !== undefined) {
    // Off the disk before the server sees the nonce, which proves nothing from then on.
    await changePlace(keeper, name, one, (place) => ({
      ...place,
      audits: place.audits?.filter((kept) => kept !== audit) ?? [],
    }));
    const [nonce = "", proof = ""] = audit.split(" ");
    return auditPrepared(client, receipt, { nonce: hexToBytes(nonce), proof: hexToBytes(proof) });
  }
  const [share] = await client.retrieveShares([receipt]);
  if (share === undefined) throw new RangeError("a share was asked for");
  await changePlace(keeper, name, one, (place) => ({ ...place, audits: newAudits(share.data) }));
}
