/**
 * Splitting an envelope's content key, and joining it again.
 *
 * Spec: BCR-2020-011 (SSKR), and the reference's `sskr_split` and `sskr_join`: each share envelope is the encrypted
 * subject with one assertion `'sskrShare': SSKRShare`. Further assertions beside it are passed over.
 *
 * Trap: the SSKR package refuses a quorum that holds one share twice, and takes any sound share for one of the split
 * whose identifier it has. So a join here tries quorums of distinct shares until one opens the subject, whose digest
 * it must have. Shares of other splits, repeats and forged ones cannot spoil it.
 */
import { combineShares, GroupSpec, generateShares, Secret, Spec, type SskrShare } from "#bc/sskr";
import { SSKRShare, SymmetricKey } from "../keys/index.ts";
import type { Envelope } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { SSKR_SHARE } from "./known-values.ts";

/** Of `count` members `threshold` are needed; 1 to 16 both. */
export type GroupThreshold = { readonly threshold: number; readonly count: number };

export type SplitPlan = {
  /** How many of the groups must each meet their threshold. */
  readonly groupThreshold: number;
  /** 1 to 16 groups. */
  readonly groups: readonly GroupThreshold[];
};

export type JoinedShares = {
  /** The subject, decrypted. */
  readonly subject: Envelope;
  /** Of the envelopes that were given, those whose shares were joined. */
  readonly used: readonly Envelope[];
};

type Found = { readonly envelope: Envelope; readonly share: SskrShare };

/** Quorums tried before shares are given up. 16 shares with three forged ones among them need some hundred. */
const MAX_TRIES = 1_000;

/**
 * Splits the key that the subject is encrypted with.
 *
 * @returns one envelope a share, by group.
 * @throws {EnvelopeError} `wrong-case` when the subject is not encrypted.
 * @throws {RangeError} for a plan that cannot be: more needed than there are, or more than 16.
 */
export function splitToShares(
  envelope: Envelope,
  contentKey: SymmetricKey,
  plan: SplitPlan,
): readonly (readonly Envelope[])[] {
  if (!envelope.subject().isEncrypted()) {
    throw new EnvelopeError("wrong-case", "only an encrypted subject can be shared out");
  }
  const shares = generateShares(specOf(plan), Secret.from(contentKey.data));
  return shares.map((group) =>
    group.map((share) => envelope.addAssertion(SSKR_SHARE, SSKRShare.fromParsed(share))),
  );
}

/** The shares that an envelope carries. What else stands under `'sskrShare'` is passed over. */
export function sharesIn(envelope: Envelope): readonly SSKRShare[] {
  return envelope.objectsForPredicate(SSKR_SHARE).flatMap((object) => {
    try {
      return [object.extractSubject((value) => SSKRShare.fromCbor(value))];
    } catch {
      return [];
    }
  });
}

/** Whether there are as many different shares of one split as it takes. Joins nothing, so a forged one counts too. */
export function hasQuorum(envelopes: readonly Envelope[]): boolean {
  return grouped(distinct(envelopes), splitOf).some((found) => quorums(found).next().done === false);
}

/**
 * Joins the shares of some envelopes, in any order, and opens the subject.
 *
 * @throws {EnvelopeError} `invalid-shares` when no quorum among them opens the subject of one of its envelopes.
 */
export function joinShares(envelopes: readonly Envelope[]): JoinedShares {
  const splits = grouped(distinct(envelopes), splitOf);
  let tries = 0;
  for (const found of splits) {
    for (const quorum of quorums(found)) {
      tries += 1;
      if (tries > MAX_TRIES) throw new EnvelopeError("invalid-shares", "too many shares that do not fit");
      const subject = opened(quorum);
      if (subject !== undefined) return { subject, used: quorum.map(({ envelope }) => envelope) };
    }
  }
  throw new EnvelopeError("invalid-shares", "no quorum of shares that belong together");
}

function specOf({ groupThreshold, groups }: SplitPlan): Spec {
  try {
    return Spec.from({
      groupThreshold,
      groups: groups.map(({ threshold, count }) =>
        GroupSpec.from({ memberThreshold: threshold, memberCount: count }),
      ),
    });
  } catch (cause) {
    throw new RangeError("a split that cannot be: a threshold above its count, or more than 16", { cause });
  }
}

function distinct(envelopes: readonly Envelope[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const envelope of envelopes) {
    for (const share of sharesIn(envelope)) {
      // A share beside another subject is another way to try: one of the two subjects may be forged.
      const key = `${share.urString()} ${envelope.subject().urString()}`;
      if (!found.has(key)) found.set(key, { envelope, share: share.parsed });
    }
  }
  return [...found.values()];
}

function grouped(
  found: readonly Found[],
  nameOf: (share: SskrShare) => string,
): readonly (readonly Found[])[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const name = nameOf(one.share);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()];
}

/** Shares with another of these never go together. */
function splitOf({ identifier, groupThreshold, groupCount, value }: SskrShare): string {
  return [identifier, groupThreshold, groupCount, value.byteLength].join(" ");
}

/** Every smallest set of shares that meets the thresholds: as many members as are needed, of as many groups. */
function* quorums(found: readonly Found[]): Generator<readonly Found[]> {
  const groups = grouped(found, ({ groupIndex, memberThreshold }) => `${groupIndex} ${memberThreshold}`);
  const needed = found[0]?.share.groupThreshold ?? 0;
  for (const chosen of choices(groups, needed, ([first]) => first?.share.groupIndex)) {
    yield* membersOf(chosen);
  }
}

function* membersOf(groups: readonly (readonly Found[])[]): Generator<readonly Found[]> {
  const [group, ...others] = groups;
  if (group === undefined) return yield [];
  const needed = group[0]?.share.memberThreshold ?? 0;
  for (const members of choices(group, needed, ({ share }) => share.memberIndex)) {
    for (const rest of membersOf(others)) yield [...members, ...rest];
  }
}

/**
 * All ways to take `size` of the items, no two with the same number. It never looks where there are too few: a server that
 * sends a hundred shares of one number must not keep a wallet busy for ever.
 */
function* choices<Item>(
  items: readonly Item[],
  size: number,
  numberOf: (item: Item) => number | undefined,
): Generator<readonly Item[]> {
  if (size === 0) return yield [];
  if (new Set(items.map(numberOf)).size < size) return;
  for (const [index, item] of items.entries()) {
    const others = items.slice(index + 1).filter((other) => numberOf(other) !== numberOf(item));
    for (const rest of choices(others, size - 1, numberOf)) yield [item, ...rest];
  }
}

/** The subject that the quorum's key opens, whichever of its envelopes has it. */
function opened(quorum: readonly Found[]): Envelope | undefined {
  const key = keyOf(quorum);
  if (key === undefined) return undefined;
  for (const { envelope } of quorum) {
    try {
      return envelope.decryptSubject(key).subject();
    } catch {
      // Another envelope of the quorum may have the true subject.
    }
  }
  return undefined;
}

function keyOf(quorum: readonly Found[]): SymmetricKey | undefined {
  try {
    return SymmetricKey.fromData(combineShares(quorum.map(({ share }) => share)).bytes);
  } catch {
    return undefined;
  }
}
