/** Who calls, in the store's words. */
import { concatBytes, Digest } from "@bc/envelope";
import type { OpenedRequest, ParsedRequest } from "@bc/share-protocol";
import { accountXid, keyId, type RequestIdentity, requestDigest, requestKey } from "../store/types.ts";

/** Where a request came from, if the server counts by networks. */
export type Source = {
  readonly network?: string | undefined;
  /** Those that it is part of, the narrowest first; each counts as four of the one before it. */
  readonly widerNetworks?: readonly string[] | undefined;
  /**
   * To be called before many shares are read: so many that are named, or, with 0, all.
   *
   * @throws {Refusal} `rate-limited`
   */
  readonly beforeLargeRead?: ((named: number) => Promise<void>) | undefined;
};

export type Caller = RequestIdentity & Source;

/** A key's id is the XID that it would open an account with; an ID is single use per key. */
export function callerOf(
  { opened, expiresAt, date }: ParsedRequest,
  {
    now,
    dataKey,
    network,
    beforeLargeRead,
    newcomers,
  }: Source & Pick<Caller, "now" | "dataKey" | "newcomers">,
): Caller {
  const key = keyIdOf(opened);
  return {
    keyId: key,
    senderXid: accountXid(opened.sender.xid.data),
    requestKey: requestKey(Digest.fromImage(concatBytes(key, opened.id.data)).data),
    requestDigest: requestDigest(opened.digest.data),
    expiresAt: expiresAt ?? null,
    datedAt: date ?? null,
    now,
    dataKey,
    network,
    beforeLargeRead,
    newcomers,
  };
}

export function keyIdOf({ sender }: OpenedRequest) {
  return keyId(sender.keys.xid().data);
}
