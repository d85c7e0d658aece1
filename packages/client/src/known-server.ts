/**
 * A server as a client knows it: a XID with the keys that speak for it.
 *
 * Trap: a document claims its XID, it proves nothing. Only a key whose hash the XID is may speak for it, so that
 * whoever knows the XID knows the signing key. The key to seal to is *not* under that hash: a caller who knows no
 * more than a XID must have the document proven, see `fetchServer`.
 */
import type { Envelope, PublicKeys, XID } from "@bc/envelope";
import { documentFromUR, readDocument } from "@bc/share-protocol";
import { ClientError } from "./client-error.ts";

export type KnownServer = {
  readonly xid: XID;
  /** Signs the answers, and is what requests are sealed to. */
  readonly keys: PublicKeys;
  readonly document: Envelope;
};

/** @throws {ClientError} `wrong-server` for what is no document, or holds no usable key that its XID began with. */
export function serverFromDocument(document: Envelope): KnownServer {
  const { xid, keys } = read(() => readDocument(document));
  const own = keys.find(({ signing }) => xid.validates(signing));
  if (own === undefined)
    throw new ClientError("wrong-server", "the document lacks the key that its XID names");
  if (!own.encapsulation.isValid()) {
    throw new ClientError("wrong-server", "the document's encryption key is no key");
  }
  return { xid, keys: own, document };
}

/** From `ur:xid/…`. @throws {ClientError} as {@link serverFromDocument}. */
export function serverFromUR(text: string): KnownServer {
  return serverFromDocument(read(() => documentFromUR(text)));
}

function read<T>(reading: () => T): T {
  try {
    return reading();
  } catch (cause) {
    throw new ClientError("wrong-server", "not the document of a server", { cause });
  }
}
