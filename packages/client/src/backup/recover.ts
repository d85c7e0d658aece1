/**
 * Getting a secret back on a device that has nothing: ask each server for the account of a contact, confirm, fetch, join.
 *
 * All servers are asked at once, and a quorum is enough. Each answer is in the profile before the next step, so the whole
 * goes on after a crash, or days later where a server makes transfers wait. One that fails, lies or is down takes nothing
 * from the others: what it sends is joined only if it fits.
 */
import { Envelope, sharesIn, type XID } from "@bc/envelope";
import { documentToUR, type RetrievedShare } from "@bc/share-protocol";
import { isFinalRefusal } from "../client-error.ts";
import { fetchServer } from "../fetch-server.ts";
import {
  atEach,
  changeAccount,
  clientOf,
  findAccount,
  isAccountLost,
  newKeysFor,
  type PlaceOutcome,
  putAccount,
  type Reach,
} from "./profile/accounts.ts";
import { fromKeptRequest, toKeptRequest } from "./profile/kept-request.ts";
import type { Account, ProfileKeeper, Recovery, RecoveryPlace, WantedBackup } from "./profile/profile.ts";
import { type Hint, hintsIn } from "./secret/share-out.ts";

export type LostPlace = {
  readonly url: string;
  /** The XID of the server, where it is known: from a recovery sheet, or a hint. */
  readonly server?: XID | undefined;
  readonly contact: string;
};

/** How one server stands in a recovery. */
export type RecoveryStanding =
  /** It has been asked; if an account has the contact, a message went there. */
  | { readonly state: "asked" }
  /** The contact has confirmed. The server makes the transfer wait until then. */
  | { readonly state: "waiting"; readonly effective: Date }
  /** The account has come, and this many shares with it. */
  | { readonly state: "come"; readonly shares: number };

/**
 * Adds places to the recovery. One that is in it stays as it is. Where the profile's keys still have an account with shares of
 * a backup, that account is not lost: its keys stay, and the shares are fetched at once. Where they have one that holds
 * anything else, or something is under way with it, the outcome is a `RangeError`: a profile has one account at a server, and
 * gives no keys up that are good for something. Another profile can have the lost one.
 */
export async function addLostPlaces(
  keeper: ProfileKeeper,
  lost: readonly LostPlace[],
  reach: Reach = {},
): Promise<readonly PlaceOutcome<void>[]> {
  return atEach(lost, async ({ url, server, contact }) => {
    if (placesOf(keeper).some((place) => place.url === url)) return;
    const known = findAccount(keeper.read(), url);
    const shares = await sharesAtHand(keeper, known, reach);
    if (shares === undefined) {
      const { document } = await fetchServer({ ...reach, url }, server);
      const keys = newKeysFor(keeper.read());
      // What was known of its shares may be true again once the account has come.
      const remembered = known?.shares && { shares: known.shares };
      await putAccount(keeper, { url, server: documentToUR(document), keys, ...remembered });
    }
    const place = { url, contact, ...(shares && { shares }) };
    await keeper.update((profile) => ({
      ...profile,
      recovery: { ...profile.recovery, places: [...(profile.recovery?.places ?? []), place] },
    }));
  });
}

/**
 * Asks a server of the recovery for another contact from now on, with the same keys: the transfer that they have asked for
 * ends with that. It stays where it is once the contact has confirmed it.
 *
 * @returns whether the server is to be asked anew, by {@link askForAccount}.
 */
export async function changeLostContact(
  keeper: ProfileKeeper,
  url: string,
  contact: string,
  reach: Reach = {},
): Promise<boolean> {
  const place = placeAt(keeper, url);
  if (place.contact === contact || place.shares !== undefined) return false;
  if (place.request !== undefined) {
    const standing = await askForAccount(keeper, url, reach).catch((error) => {
      // What has failed for good is no longer under way. Anything else may have given the account to these keys.
      if (isFinalRefusal(error)) return undefined;
      throw error;
    });
    if (standing !== undefined && standing.state !== "asked") return false;
  }
  await changePlace(keeper, url, { contact, request: undefined });
  return true;
}

/**
 * {@link askForAccount} of every server of the recovery, all at once.
 *
 * @param isMeant the places to ask. After a final refusal a server is asked anew, and sends another message. So whoever asks
 *   every few seconds leaves such a one out.
 */
export async function askForAccounts(
  keeper: ProfileKeeper,
  reach: Reach = {},
  isMeant = (_place: RecoveryPlace) => true,
): Promise<readonly PlaceOutcome<RecoveryStanding>[]> {
  return atEach(placesOf(keeper).filter(isMeant), ({ url }) => askForAccount(keeper, url, reach));
}

/**
 * Asks one server for the lost account: for the first time, or how it stands. When the account has come, its shares are
 * fetched.
 */
export async function askForAccount(
  keeper: ProfileKeeper,
  url: string,
  reach: Reach = {},
): Promise<RecoveryStanding> {
  const place = placeAt(keeper, url);
  if (place.shares !== undefined) return { state: "come", shares: place.shares.length };
  const account = expectAccount(keeper, place);
  const asked = account.xid === undefined ? await askForTransfer(keeper, place, account, reach) : undefined;
  const { xid, effective } = asked ?? { xid: account.xid, effective: undefined };
  if (xid === undefined)
    return effective === undefined ? { state: "asked" } : { state: "waiting", effective };
  const shares = await fetchShares(keeper, { ...expectAccount(keeper, place), xid }, reach);
  await changePlace(keeper, url, { shares });
  return { state: "come", shares: shares.length };
}

/** Gives a server the code that its message brought. {@link askForAccounts} then tells what came of it. */
export async function confirmAccount(
  keeper: ProfileKeeper,
  url: string,
  code: string,
  reach: Reach = {},
): Promise<void> {
  await clientOf(keeper, expectAccount(keeper, placeAt(keeper, url)), reach).verifyFallback(code);
}

/** The places that shares which have come name, and that the recovery does not know yet. */
export function hintedPlaces(keeper: ProfileKeeper): readonly Hint[] {
  const places = placesOf(keeper);
  const hints = places
    .flatMap(({ shares = [] }) => shares)
    .flatMap((text) => hintsIn(Envelope.fromURString(text)));
  return hints.filter(({ url }) => !places.some((place) => place.url === url));
}

/** Says what the recovery is for. What is left out stays; backups are added to those that it is for already. */
export function aimRecovery(
  keeper: ProfileKeeper,
  { wanted = [], output }: Pick<Recovery, "wanted" | "output">,
): Promise<void> {
  return keeper.update((profile) => {
    const { recovery = { places: [] } } = profile;
    const known = recovery.wanted ?? [];
    const isNew = (one: WantedBackup) => !known.some((other) => isSameBackup(one, other));
    const aims = { wanted: [...known, ...wanted.filter(isNew)], output: output ?? recovery.output };
    return { ...profile, recovery: { ...recovery, ...aims } };
  });
}

/** Ends the recovery. The accounts that have come stay the profile's. */
export function endRecovery(keeper: ProfileKeeper): Promise<void> {
  return keeper.update(({ recovery: _ended, ...profile }) => profile);
}

/**
 * Ends the recovery without what is still missing. The keys that have got no account go. Accounts that have come stay the
 * profile's: another recovery needs no code there. So do the keys that an account will come to, confirmed and waiting.
 *
 * @returns the servers whose accounts have not come.
 */
export async function giveUpRecovery(keeper: ProfileKeeper): Promise<readonly string[]> {
  const missing = placesOf(keeper).filter(({ shares }) => shares === undefined);
  const urls = missing.map(({ url }) => url);
  const waiting = missing.filter(({ effective }) => effective !== undefined).map(({ url }) => url);
  await keeper.update(({ recovery: _ended, ...profile }) => {
    const places = profile.backups.flatMap(({ sets }) => sets.flatMap((set) => set.places));
    const isOfUse = ({ url, xid, shares = [] }: Account) =>
      xid !== undefined ||
      waiting.includes(url) ||
      shares.length > 0 ||
      places.some((place) => place.url === url);
    const accounts = profile.accounts.filter((one) => isOfUse(one) || !urls.includes(one.url));
    return { ...profile, accounts };
  });
  return urls;
}

function isSameBackup(one: WantedBackup, other: WantedBackup): boolean {
  return one.shareSets.some((id) => other.shareSets.includes(id));
}

/** The account's XID once it has come, or when it will. The request is kept before it is sent: sent anew it would be another. */
async function askForTransfer(
  keeper: ProfileKeeper,
  place: RecoveryPlace,
  account: Account,
  reach: Reach,
): Promise<{ readonly xid?: string; readonly effective?: Date | undefined }> {
  const client = clientOf(keeper, account, reach);
  const parameters = { fallback: place.contact };
  const call =
    place.request === undefined
      ? await client.prepare("fallbackTransfer", parameters)
      : client.resume("fallbackTransfer", parameters, fromKeptRequest(place.request));
  await changePlace(keeper, place.url, { request: toKeptRequest(call) });
  try {
    const { account: come, effective } = await call.send();
    if (come === undefined) {
      await changePlace(keeper, place.url, { effective: effective?.toISOString() });
      return { effective };
    }
    await changeAccount(keeper, account.url, { xid: come.hex(), contact: place.contact, confirmed: true });
    return { xid: come.hex() };
  } catch (error) {
    if (isFinalRefusal(error)) await changePlace(keeper, place.url, { request: undefined });
    throw error;
  }
}

/**
 * The shares of a backup that the device's own keys still get. Undefined: they have no account, or one that is as new.
 *
 * @throws {RangeError} when they are good for something else.
 */
async function sharesAtHand(
  keeper: ProfileKeeper,
  account: Account | undefined,
  reach: Reach,
): Promise<readonly string[] | undefined> {
  if (account === undefined) return undefined;
  const { url, rekey, transfer } = account;
  if (rekey !== undefined || transfer !== undefined) {
    throw new RangeError(`a change of the account at ${url} is under way; first finish it`);
  }
  const client = clientOf(keeper, account, reach);
  try {
    const all = await client.retrieveShares();
    const shares = envelopesOf(all).filter((text) => sharesIn(Envelope.fromURString(text)).length > 0);
    if (shares.length > 0) return shares;
    if (all.length === 0 && (await client.retrieveFallback()) === null) return undefined;
    throw new RangeError(`the profile has another account at ${url}; recover into another profile`);
  } catch (error) {
    if (isAccountLost(error)) return undefined;
    throw error;
  }
}

async function fetchShares(
  keeper: ProfileKeeper,
  account: Account,
  reach: Reach,
): Promise<readonly string[]> {
  return envelopesOf(await clientOf(keeper, account, reach).retrieveShares());
}

/** What of an account's shares are envelopes. The rest is not of a backup. */
function envelopesOf(shares: readonly RetrievedShare[]): readonly string[] {
  return shares.flatMap(({ data }) => {
    try {
      return [Envelope.fromCborData(data).urString()];
    } catch {
      return [];
    }
  });
}

function placesOf(keeper: ProfileKeeper): readonly RecoveryPlace[] {
  return keeper.read().recovery?.places ?? [];
}

/** @throws {RangeError} when it is not in the recovery. */
function placeAt(keeper: ProfileKeeper, url: string): RecoveryPlace {
  const place = placesOf(keeper).find((one) => one.url === url);
  if (place === undefined) throw new RangeError(`${url} is not in the recovery`);
  return place;
}

function expectAccount(keeper: ProfileKeeper, { url }: RecoveryPlace): Account {
  const account = findAccount(keeper.read(), url);
  if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
  return account;
}

function changePlace(keeper: ProfileKeeper, url: string, change: Partial<RecoveryPlace>): Promise<void> {
  return keeper.update((profile) => ({
    ...profile,
    recovery: { ...profile.recovery, places: placesWith(profile.recovery?.places ?? [], url, change) },
  }));
}

function placesWith(
  places: readonly RecoveryPlace[],
  url: string,
  change: Partial<RecoveryPlace>,
): readonly RecoveryPlace[] {
  return places.map((place) => (place.url === url ? { ...place, ...change } : place));
}
