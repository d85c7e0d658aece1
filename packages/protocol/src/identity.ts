/** Who signs and opens messages: private keys, with the XID and the document that go with them. */
import { Envelope, PrivateKeys, type PublicKeys, type XID } from "@bc/envelope";
import { documentFor } from "./xid-document.ts";

export type Identity = {
  readonly privateKeys: PrivateKeys;
  readonly publicKeys: PublicKeys;
  readonly xid: XID;
  readonly document: Envelope;
};

/**
 * The identity of these keys.
 *
 * @param xid the account's XID where the keys are not those that opened it. Default: the XID of the keys.
 */
export function identityOf(privateKeys: PrivateKeys, xid?: XID): Identity {
  const publicKeys = privateKeys.publicKeys();
  const own = xid ?? publicKeys.xid();
  // The document goes with every message. As one that was read, it keeps its bytes, which saves encoding it each time.
  const document = Envelope.fromCborData(documentFor(own, publicKeys).cborData());
  return { privateKeys, publicKeys, xid: own, document };
}

/** A server's identity: one Ed25519 key to sign with, one X25519 key to be written to. */
export function newServerKeys(): PrivateKeys {
  return PrivateKeys.generate("ed25519");
}
