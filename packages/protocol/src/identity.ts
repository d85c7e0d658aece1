/** Who signs and opens messages: private keys, with the XID and the document that go with them. */
import {
  type EncapsulationScheme,
  Envelope,
  PrivateKeys,
  type PublicKeys,
  type SigningScheme,
  type XID,
} from "@bc/envelope";
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

/**
 * A server's identity: one key to sign with, one to be written to.
 *
 * @throws {KeyError} `not-loaded`: of ML-DSA or ML-KEM, before `loadPostQuantum()`.
 */
export function newServerKeys(
  signing: SigningScheme = "ed25519",
  encapsulation: EncapsulationScheme = "x25519",
): PrivateKeys {
  return PrivateKeys.generate(signing, encapsulation);
}
