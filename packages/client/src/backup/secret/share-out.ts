/**
 * From a secret to one envelope for each place, and back.
 *
 * Collaborative Seed Recovery: the secret is encrypted with a fresh key, the key is split by SSKR, and each place gets the
 * encrypted secret with one share. Less than a quorum of places learns nothing. The envelopes are those of the
 * reference's `envelope sskr`.
 *
 * Hints say where the other places are, so that one share leads to all. They stand on the first envelope, outside of
 * what is encrypted: `'dereferenceVia': URI(address) ['id': XID of the server]`. `envelope sskr join` passes over them.
 */
import {
  DEREFERENCE_VIA,
  Envelope,
  ID,
  joinShares,
  type SplitPlan,
  SymmetricKey,
  sharesIn,
  splitToShares,
  XID,
} from "@bc/envelope";
import { expectTaggedContent, expectText, TAG_URI, taggedValue } from "#bc/dcbor";
import { serverAddress } from "../../server-address.ts";
import { groupedBy } from "../grouped-by.ts";

/** Where another share is. */
export type Hint = { readonly url: string; readonly server: XID };

/** A secret that was joined. */
export type Joined = {
  readonly secret: Envelope;
  /** The envelopes whose shares it took. */
  readonly used: readonly Envelope[];
};

/**
 * One envelope a place, in the order of the plan's groups.
 *
 * @param hints for the first envelope.
 */
export function shareOut(
  secret: Envelope,
  plan: SplitPlan,
  hints: readonly Hint[] = [],
): readonly Envelope[] {
  const key = SymmetricKey.generate();
  const [first, ...others] = splitToShares(secret.wrap().encryptSubject(key), key, plan).flat();
  return first === undefined ? [] : [first.addAssertionEnvelopes(hints.map(hintAssertion)), ...others];
}

/** Every secret that a quorum of these envelopes has, in any order. What is no share is passed over. */
export function joinAll(envelopes: readonly Envelope[]): readonly Joined[] {
  return byBackup(envelopes, (envelope) => envelope).flatMap((shares) => joinBackup(shares) ?? []);
}

/** The secret that a quorum of one backup's envelopes has. Undefined: there is no quorum among them. */
export function joinBackup(shares: readonly Envelope[]): Joined | undefined {
  try {
    const { subject, used } = joinShares(shares);
    return { secret: subject.tryUnwrap(), used };
  } catch {
    return undefined;
  }
}

/**
 * What holds shares, by the backups that they are of, in the order in which each came first. Their subjects have the same
 * digest: encrypted anew, a secret keeps it. What is no share is passed over.
 */
export function byBackup<Item>(
  items: readonly Item[],
  envelopeOf: (item: Item) => Envelope,
): readonly (readonly Item[])[] {
  const shares = items.filter((item) => sharesIn(envelopeOf(item)).length > 0);
  return groupedBy(shares, (item) => envelopeOf(item).subject().digest().hex());
}

/** The hints that a share's envelope carries. One that cannot be read is passed over. */
export function hintsIn(envelope: Envelope): readonly Hint[] {
  return envelope.objectsForPredicate(DEREFERENCE_VIA).flatMap((object) => {
    try {
      const url = object.extractSubject((value) => expectText(expectTaggedContent(value, TAG_URI)));
      const server = object.objectForPredicate(ID).extractSubject((value) => XID.fromCbor(value));
      const address = serverAddress(url);
      return address === undefined ? [] : [{ url: address, server }];
    } catch {
      return [];
    }
  });
}

function hintAssertion(hint: Hint): Envelope {
  return Envelope.newAssertion(DEREFERENCE_VIA, placeEnvelope(hint));
}

/** `URI(address) ['id': XID of the server]`, as hints and recovery sheets say where a share is. */
export function placeEnvelope({ url, server }: Hint): Envelope {
  return Envelope.new(taggedValue(TAG_URI, url)).addAssertion(ID, server);
}
