/** Who calls, in the store's words. */
import { concatBytes, Digest } from "#bc/keys";
import { accountXid, keyId, type RequestIdentity, requestDigest, requestKey } from "../store/types.ts";
import type { VerifiedRequest } from "../wire/open.ts";

/** A key's id is the XID that it would open an account with; an ID is single use per key. */
export function callerOf({ message, expiresAt }: VerifiedRequest, now: Date): RequestIdentity {
  const key = message.sender.keys.xid().data;
  return {
    keyId: keyId(key),
    senderXid: accountXid(message.sender.xid.data),
    requestKey: requestKey(Digest.fromImage(concatBytes(key, message.id.data)).data),
    requestDigest: requestDigest(message.digest.data),
    expiresAt: expiresAt ?? null,
    now,
  };
}
