/** Another server in the place of one; or, where a server was built anew at its address, that one in its own place. */
import { documentToUR } from "@bc/share-protocol";
import { ClientError, refusalCode } from "../../client-error.ts";
import { fetchServer } from "../../fetch-server.ts";
import { auditPlace } from "../care/place-audits.ts";
import type { PlaceToBe } from "../make-backup.ts";
import { allOf, clientOf, findAccount, isAccountLost, newKeysFor, type Reach } from "../profile/accounts.ts";
import type { Account, Backup, ProfileKeeper } from "../profile/profile.ts";
import { backupNamed, isCurrent, isNext, placesByServer, serversOf } from "../profile/share-sets.ts";
import { beginRotation } from "./rotate-backup.ts";

/**
 * Begins a rotation to the same places but one. Where that one has been replaced already, this does nothing.
 *
 * With the same address for both, the server there may have been built anew: with another identity, without the account, or
 * without the share. Then it gets an account and a share anew. Where it proves its share, this does nothing.
 *
 * @throws {RangeError} when the backup has no share at `replace`.
 * @throws {ClientError} when too few of the other servers give their share, or the new one cannot be met. Nothing has changed.
 */
export async function beginRepair(
  keeper: ProfileKeeper,
  name: string,
  { replace, by }: { readonly replace: string; readonly by: PlaceToBe },
  reach: Reach = {},
): Promise<void> {
  const backup = backupNamed(keeper, name);
  const urls = serversOf(backup);
  if (!urls.includes(replace)) {
    if (urls.includes(by.url)) return;
    throw new RangeError(`${replace} has no share of the backup ${name}`);
  }
  if (replace === by.url) return await beginAnewAt(keeper, backup, by, reach);
  const places = urls.map((url) => (url === replace ? by : { url }));
  await beginRotation(keeper, name, { places }, reach);
}

/** The old account stays until the secret is at hand: if the others are too few, it may be needed after all. */
async function beginAnewAt(
  keeper: ProfileKeeper,
  backup: Backup,
  place: PlaceToBe,
  reach: Reach,
): Promise<void> {
  if (backup.sets.some(isNext)) return;
  const loss = await lossAt(keeper, backup, place.url, reach);
  if (loss === undefined) return;
  const accounts = loss === "account" ? [await newAccountAt(keeper, place, reach)] : [];
  await beginRotation(keeper, backup.name, { accounts }, reach);
}

/**
 * What a server has lost that answers with such an error: the account, as one does that was built anew with other keys or
 * an empty database, or the share alone. Undefined: neither, as far as the error tells. {@link beginRepair} mends both.
 */
export function lossIn(error: unknown): "account" | "share" | undefined {
  if (isAccountLost(error)) return "account";
  if (["unknown-receipt", "damaged-share"].includes(refusalCode(error) ?? "")) return "share";
  if (!(error instanceof ClientError)) return undefined;
  if (error.code === "wrong-server") return "account";
  return error.code === "not-proven" ? "share" : undefined;
}

async function lossAt(
  keeper: ProfileKeeper,
  backup: Backup,
  url: string,
  reach: Reach,
): Promise<"account" | "share" | undefined> {
  const account = findAccount(keeper.read(), url);
  if (account === undefined) return "account";
  const client = clientOf(keeper, account, reach);
  const shares = placesByServer(backup, isCurrent).find((at) => at.url === url)?.shares ?? [];
  try {
    await client.retrieveFallback();
    if (shares.some(({ place }) => place.receipt === undefined)) return "share";
    await allOf(shares, (one) => auditPlace(keeper, backup.name, one, client));
    return undefined;
  } catch (error) {
    const loss = lossIn(error);
    if (loss === undefined) throw error;
    return loss;
  }
}

async function newAccountAt(
  keeper: ProfileKeeper,
  { url, server }: PlaceToBe,
  reach: Reach,
): Promise<Account> {
  const { document } = await fetchServer({ ...reach, url }, server);
  return { url, server: documentToUR(document), keys: newKeysFor(keeper.read()) };
}
