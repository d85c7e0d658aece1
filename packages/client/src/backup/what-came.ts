/**
 * What has come in a recovery, sorted by the backups that it is of. A contact has one account at a server, so the shares of all
 * its backups come together, and the one that was asked for may be the last to have its quorum.
 *
 * A recovery sheet names share sets, so it still names a backup that was rotated as long as one share of those sets comes.
 */
import { Envelope, type SSKRShare, sharesIn } from "@bc/envelope";
import { groupedBy } from "./grouped-by.ts";
import type { ProfileKeeper, WantedBackup } from "./profile/profile.ts";
import { setIdOf, shortSetId } from "./profile/share-sets.ts";
import { type Secret, secretIn } from "./secret/secret.ts";
import { byBackup, joinBackup } from "./secret/share-out.ts";

export type Recovered = {
  readonly secret: Secret;
  readonly envelope: Envelope;
  /** The servers whose shares were joined. */
  readonly from: readonly string[];
};

/** The shares of one split that have come. */
export type SharesThatCame = {
  /** As recovery sheets have it. */
  readonly id: string;
  /** How many groups it takes. */
  readonly groupThreshold: number;
  /** In the order of the plan. Nobody knows how many shares it takes of a group that none has come of. */
  readonly groups: readonly { readonly come: number; readonly threshold?: number }[];
};

export type BackupThatCame = {
  /** The first of {@link BackupThatCame.sets}. */
  readonly id: string;
  readonly sets: readonly SharesThatCame[];
  /** The servers that its shares came from. */
  readonly from: readonly string[];
  /** The sheet that the recovery was given, where it names this one. */
  readonly wanted?: WantedBackup | undefined;
  /** The secret, once a quorum has come. */
  readonly recovered?: Recovered | undefined;
  /** Whether the person has the secret already; see {@link takeRecovered}. */
  readonly isTaken: boolean;
};

/** A share that came. */
export type Come = {
  readonly url: string;
  /** Of its share set, as the server tells it. */
  readonly id: string;
  readonly envelope: Envelope;
  readonly share: SSKRShare["parsed"];
};

/** Every share that the servers have given, true or not. One that a server gives twice is there twice. */
export function everyShareOf(keeper: ProfileKeeper): readonly Come[] {
  const { places = [] } = keeper.read().recovery ?? {};
  return places.flatMap(({ url, shares = [] }) =>
    shares.flatMap((text) => {
      const envelope = Envelope.fromURString(text);
      const id = setIdOf(envelope);
      return sharesIn(envelope).map(({ parsed }): Come => ({ url, id, envelope, share: parsed }));
    }),
  );
}

/** The backups of which at least one share has come, in the order in which the servers were asked. */
export function backupsThatCame(keeper: ProfileKeeper): readonly BackupThatCame[] {
  const { wanted = [], taken = [] } = keeper.read().recovery ?? {};
  return byBackup(everyShareOf(keeper), ({ envelope }) => envelope).map((shares) => {
    const bySet = groupedBy(shares, ({ id }) => id);
    const sets = bySet.map(setOf);
    const recovered = recoveredFrom(shares);
    const came = { sets, recovered };
    return {
      id: sets[0]?.id ?? "",
      sets,
      from: [...new Set(shares.map(({ url }) => url))],
      wanted: wanted.find((one) => isThatOf(one, came)),
      recovered,
      isTaken: recovered !== undefined && taken.includes(recovered.envelope.digest().hex()),
    };
  });
}

/** Every secret that a quorum of what has come opens. */
export function recoveredSecrets(keeper: ProfileKeeper): readonly Recovered[] {
  return backupsThatCame(keeper).flatMap(({ recovered = [] }) => recovered);
}

/** Whether all has come that the recovery is for: the backups of its sheets; without a sheet, one that the person has not yet. */
export function isRecoveryWhole(keeper: ProfileKeeper): boolean {
  const wanted = keeper.read().recovery?.wanted ?? [];
  const whole = backupsThatCame(keeper).filter(({ recovered }) => recovered !== undefined);
  if (wanted.length === 0) return whole.some(({ isTaken }) => !isTaken);
  return wanted.every((one) => whole.some((came) => isThatOf(one, came)));
}

/**
 * Whether it is the backup of the sheet. A server knows the share set of its own share, and can make another backup of the same
 * one; but its shares come from that server alone, and not from as many as the sheet says.
 */
function isThatOf(
  { quorum, shareSets }: WantedBackup,
  { sets, recovered }: Pick<BackupThatCame, "sets" | "recovered">,
): boolean {
  // `2 of 3`, or `2 of 2 groups (…)`: a quorum lies at that many servers, or at more.
  const fewest = Number(/^\d+/.exec(quorum)?.[0] ?? 1);
  if (recovered !== undefined && recovered.from.length < fewest) return false;
  return sets.some(({ id }) => shareSets.includes(id));
}

/** Notes that the person has these secrets: a recovery that goes on is about others. */
export function takeRecovered(keeper: ProfileKeeper, recovered: readonly Recovered[]): Promise<void> {
  const digests = recovered.map(({ envelope }) => envelope.digest().hex());
  return keeper.update((profile) => {
    const { recovery = { places: [] } } = profile;
    const taken = [...new Set([...(recovery.taken ?? []), ...digests])];
    return { ...profile, recovery: { ...recovery, taken } };
  });
}

function recoveredFrom(shares: readonly Come[]): Recovered | undefined {
  const joined = joinBackup(shares.map(({ envelope }) => envelope));
  if (joined === undefined) return undefined;
  const { secret, used } = joined;
  const from = shares.filter(({ envelope }) => used.includes(envelope)).map(({ url }) => url);
  return { secret: secretIn(secret), envelope: secret, from: [...new Set(from)] };
}

/** One share that a server has forged tells of a plan what it likes, so the most frequent word counts. */
function setOf(come: readonly Come[]): SharesThatCame {
  const all = come.map(({ share }) => share);
  const [shares = []] = groupedBy(all, ({ identifier }) => String(identifier)).toSorted(
    (a, b) => b.length - a.length,
  );
  const [any] = shares;
  const groups = Array.from({ length: any?.groupCount ?? 0 }, (_, index) => groupOf(shares, index));
  const id = shortSetId(come[0]?.id ?? "");
  return { id, groupThreshold: any?.groupThreshold ?? 0, groups };
}

function groupOf(
  shares: readonly SSKRShare["parsed"][],
  index: number,
): { readonly come: number; readonly threshold?: number } {
  const members = shares.filter(({ groupIndex }) => groupIndex === index);
  const come = new Set(members.map(({ memberIndex }) => memberIndex)).size;
  const threshold = members[0]?.memberThreshold;
  return { come, ...(threshold !== undefined && { threshold }) };
}
