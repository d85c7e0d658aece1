/** After a recovery: what has come back is a backup of this device, which can then be checked, mended and moved. */
import { type Envelope, type GroupThreshold, joinShares } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { systemClock } from "../system-clock.ts";
import { newAudits } from "./care/place-audits.ts";
import { groupedBy } from "./grouped-by.ts";
import { clientOf, findAccount, type Reach } from "./profile/accounts.ts";
import type { Backup, Place, ProfileKeeper, ShareSet } from "./profile/profile.ts";
import { isQuorum, setIdOf } from "./profile/share-sets.ts";
import { byBackup, hintsIn, joinBackup } from "./secret/share-out.ts";
import { type Come, everyShareOf } from "./what-came.ts";

/** The true shares of one split that have come; a quorum is among them. */
type WholeSet = { readonly id: string; readonly secret: Envelope; readonly shares: readonly Come[] };

/**
 * Makes a backup of every secret that the recovery has brought back, unless the profile has it already. It knows of the
 * shares that have come; `growBackup` or a rotation brings it to more places again. A secret whose shares came from fewer
 * servers than it takes shares makes none, because a backup has one share at a server.
 *
 * @param name for people; a number is added where it is taken.
 * @returns the secrets that make none, by the digests of their envelopes in hex.
 */
export async function adoptRecovered(
  keeper: ProfileKeeper,
  name: string,
  { now = systemClock }: Reach = {},
): Promise<readonly string[]> {
  const come = everyShareOf(keeper);
  const created = now().toISOString();
  const whole = byBackup(come, ({ envelope }) => envelope).map((shares) => {
    const joined = wholeSets(shares);
    const sets = joined.map((set) => setOf(keeper, created, set)).filter((set) => isQuorum(set, () => true));
    return { digest: joined[0]?.secret.digest().hex(), sets };
  });
  const hints = come.some(({ envelope }) => hintsIn(envelope).length > 0);
  await keeper.update((profile) => {
    const known = new Set(profile.backups.flatMap(({ sets }) => sets.map(({ id }) => id)));
    const found = whole.filter(({ sets }) => sets.length > 0 && !sets.some(({ id }) => known.has(id)));
    const backups = [...profile.backups];
    for (const { digest, sets } of found) {
      backups.push({ name: freeName(backups, name), created, hints, digest, sets });
    }
    return { ...profile, backups };
  });
  return whole.flatMap(({ digest, sets }) => (digest === undefined || sets.length > 0 ? [] : [digest]));
}

/** A server whose account has come in a recovery, without a share that is of use. */
export type UselessPlace = {
  readonly url: string;
  readonly why: /** The account holds no share at all. */
    | "none"
    /** Its share does not fit those of the same set: it is not the one that the server was given. */
    | "wrong"
    /** Its share fits none that have come from other servers: it is of another backup, or an old one. */
    | "other";
};

/** The servers of the recovery that have answered, and do not help. */
export function uselessPlaces(keeper: ProfileKeeper): readonly UselessPlace[] {
  const come = everyShareOf(keeper);
  const whole = byBackup(come, ({ envelope }) => envelope).flatMap(wholeSets);
  return (keeper.read().recovery?.places ?? []).flatMap(({ url, shares }): readonly UselessPlace[] => {
    if (shares === undefined) return [];
    const own = come.filter((one) => one.url === url);
    const ownIds = own.map(({ id }) => id);
    if (whole.some((set) => set.shares.some((one) => one.url === url))) return [];
    if (own.length === 0) return [{ url, why: "none" }];
    if (whole.some(({ id }) => ownIds.includes(id))) return [{ url, why: "wrong" }];
    const others = come.filter((one) => one.url !== url);
    const isAlone = others.length > 0 && !others.some(({ id }) => ownIds.includes(id));
    return isAlone ? [{ url, why: "other" }] : [];
  });
}

/** Of the shares of one backup. */
function wholeSets(shares: readonly Come[]): readonly WholeSet[] {
  const joined = joinBackup(shares.map(({ envelope }) => envelope));
  if (joined === undefined) return [];
  const { secret, used } = joined;
  // Those of one split have one ID, unless a server has forged what lies beside its share.
  const ids = used.map(setIdOf);
  const isOfSet = ({ id }: Come) => ids.includes(id);
  const isTrue = ({ envelope }: Come) => used.includes(envelope) || fits(envelope, used);
  const left = shares.filter((one) => !isOfSet(one));
  return [{ id: ids[0] ?? "", secret, shares: shares.filter(isOfSet).filter(isTrue) }, ...wholeSets(left)];
}

/** Whether a share is a true one of the same set: it can take the place of one of a quorum. */
function fits(envelope: Envelope, quorum: readonly Envelope[]): boolean {
  return quorum.some((_, index) => {
    try {
      joinShares(quorum.with(index, envelope));
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The set as far as it is known. A share does not tell how many there are: the plan has those that came, and no group that
 * none came of.
 */
function setOf(keeper: ProfileKeeper, created: string, { id, shares }: WholeSet): ShareSet {
  const oneAtEach = [...new Map(shares.map((one) => [one.url, one])).values()];
  const inOrder = oneAtEach.toSorted(
    ({ share: a }, { share: b }) => a.groupIndex - b.groupIndex || a.memberIndex - b.memberIndex,
  );
  const groups = groupedBy(inOrder, ({ share }) => String(share.groupIndex)).map(
    (members): GroupThreshold => ({
      threshold: members[0]?.share.memberThreshold ?? 1,
      count: members.length,
    }),
  );
  const groupThreshold = inOrder[0]?.share.groupThreshold ?? 1;
  const places = inOrder.map((one) => placeOf(keeper, one));
  return { id, created, plan: { groupThreshold, groups }, state: "current", places };
}

function placeOf(keeper: ProfileKeeper, { url, envelope }: Come): Place {
  const account = findAccount(keeper.read(), url);
  if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
  const data = envelope.cborData();
  const receipt = Receipt.of(clientOf(keeper, account).identity.xid, data);
  return { url, receipt: receipt.hex(), audits: newAudits(data) };
}

function freeName(backups: readonly Backup[], name: string): string {
  const taken = new Set(backups.map((backup) => backup.name));
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(free)) return free;
  }
}
