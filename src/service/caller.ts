/** Who calls, in the store's words. */
import { concatBytes, Digest } from "@bc/envelope";
import type { VerifiedMessage, VerifiedRequest } from "@bc/share-protocol";
import { accountXid, keyId, type RequestIdentity, requestDigest, requestKey } from "../store/types.ts";

/** `origin`: the network that the request came from, if such are counted. */
export type Caller = RequestIdentity & { readonly origin?: string | undefined };

/** A key's id is the XID that it would open an account with; an ID is single use per key. */
export function callerOf(
  { message, expiresAt }: VerifiedRequest,
  { now, origin }: { readonly now: Date; readonly origin?: string | undefined },
): Caller {
  const key = keyIdOf(message);
  return {
    keyId: key,
    senderXid: accountXid(message.sender.xid.data),
    requestKey: requestKey(Digest.fromImage(concatBytes(key, message.id.data)).data),
    requestDigest: requestDigest(message.digest.data),
    expiresAt: expiresAt ?? null,
    now,
    origin,
  };
}

export function keyIdOf({ sender }: VerifiedMessage) {
  return keyId(sender.keys.xid().data);
}
