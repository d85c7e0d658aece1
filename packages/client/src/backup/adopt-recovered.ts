/** After a recovery: what has come back is a backup of this device, which can then be checked, mended and moved. */
import { Envelope, type GroupThreshold, joinShares, type SSKRShare, sharesIn } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { systemClock } from "../system-clock.ts";
import { newAudits } from "./care/place-audits.ts";
import { clientOf, findAccount, type Reach } from "./profile/accounts.ts";
import type { Backup, Place, ProfileKeeper, ShareSet } from "./profile/profile.ts";
import { setIdOf } from "./profile/share-sets.ts";
import { hintsIn, joinAll } from "./secret/share-out.ts";

type Come = {
  readonly url: string;
  /** Of its set. */
  readonly id: string;
  readonly envelope: Envelope;
  readonly share: SSKRShare["parsed"];
};

/**
 * Makes a backup of every secret that the recovery has brought back, unless the profile has it already. It knows of the
 * shares that have come; `growBackup` or a rotation brings it to more places again.
 *
 * @param name for people; a number is added where it is taken.
 */
export async function adoptRecovered(
  keeper: ProfileKeeper,
  name: string,
  { now = systemClock }: Reach = {},
): Promise<void> {
  const come = sharesThatCame(keeper);
  const created = now().toISOString();
  const bySecret = new Map<string, ShareSet[]>();
  for (const id of new Set(come.map((one) => one.id))) {
    const candidates = come.filter((one) => one.id === id);
    for (const { secret, used } of joinAll(candidates.map(({ envelope }) => envelope))) {
      const shares = candidates.filter(({ envelope }) => used.includes(envelope) || fits(envelope, used));
      const digest = secret.digest().hex();
      bySecret.set(digest, [...(bySecret.get(digest) ?? []), setOf(keeper, created, shares)]);
    }
  }
  const hints = come.some(({ envelope }) => hintsIn(envelope).length > 0);
  await keeper.update((profile) => {
    const known = new Set(profile.backups.flatMap(({ sets }) => sets.map(({ id }) => id)));
    const found = [...bySecret].filter(([, sets]) => !sets.some(({ id }) => known.has(id)));
    const backups = [...profile.backups];
    for (const [digest, sets] of found) {
      backups.push({ name: freeName(backups, name), created, hints, digest, sets });
    }
    return { ...profile, backups };
  });
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
  const come = sharesThatCame(keeper);
  const joined = joinAll(come.map(({ envelope }) => envelope)).map(({ used }) => used);
  return (keeper.read().recovery?.places ?? []).flatMap(({ url, shares }): readonly UselessPlace[] => {
    if (shares === undefined) return [];
    const own = come.filter((one) => one.url === url);
    const quorumOf = ({ id }: Come) => joined.find(([any]) => any !== undefined && setIdOf(any) === id);
    const isOfUse = own.some((one) => {
      const quorum = quorumOf(one);
      return quorum !== undefined && (quorum.includes(one.envelope) || fits(one.envelope, quorum));
    });
    if (isOfUse) return [];
    if (own.length === 0) return [{ url, why: "none" }];
    if (own.some((one) => quorumOf(one) !== undefined)) return [{ url, why: "wrong" }];
    const others = come.filter((one) => one.url !== url);
    const isAlone = others.length > 0 && !others.some(({ id }) => own.some((one) => one.id === id));
    return isAlone ? [{ url, why: "other" }] : [];
  });
}

/** One for each place: a server that gives one share twice has one. */
function sharesThatCame(keeper: ProfileKeeper): readonly Come[] {
  return (keeper.read().recovery?.places ?? []).flatMap(({ url, shares = [] }) => {
    const seen = new Set<string>();
    return shares.flatMap((text) => {
      const envelope = Envelope.fromURString(text);
      const [share] = sharesIn(envelope);
      const id = setIdOf(envelope);
      if (share === undefined || seen.has(id)) return [];
      seen.add(id);
      return [{ url, id, envelope, share: share.parsed }];
    });
  });
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

/** The set as far as it is known. A share does not tell how many there are: the plan has those that came. */
function setOf(keeper: ProfileKeeper, created: string, shares: readonly Come[]): ShareSet {
  const [any] = shares;
  if (any === undefined) throw new RangeError("a secret without shares");
  const { groupCount, groupThreshold } = any.share;
  const byGroup = Array.from({ length: groupCount }, (_, group) =>
    shares
      .filter(({ share }) => share.groupIndex === group)
      .sort((a, b) => a.share.memberIndex - b.share.memberIndex),
  );
  const groups: readonly GroupThreshold[] = byGroup.map((members) => ({
    threshold: members[0]?.share.memberThreshold ?? 1,
    count: members.length,
  }));
  const places = byGroup.flat().map((one) => placeOf(keeper, one));
  return { id: any.id, created, plan: { groupThreshold, groups }, state: "current", places };
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
