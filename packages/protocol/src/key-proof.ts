/**
 * What a new key signs to prove that whoever holds it wants it to become an account's.
 *
 * Anybody can name a stranger's key in `updatePublicKey`. The proof is the new key's signature, as for `'signed'`, over the
 * digest of this envelope:
 *
 *     "updatePublicKey proof" [
 *         "request": ARID
 *         "sender": XID
 *         "server": XID
 *     ]
 *
 * - `"request"` is the ID of the request, so that no other request can use the proof;
 * - `"sender"` the XID that the request names as its sender: the account's, or that of its current key;
 * - `"server"` the XID of the server, so that no server can give the key to an account elsewhere.
 *
 * A request's own signature covers a wrapped envelope, whose digest is made in another way than that of a node. So neither
 * can be taken for the other.
 */
import {
  type ARID,
  type Digest,
  Envelope,
  type PrivateKeys,
  type PublicKeys,
  type Signature,
  type SignOptions,
  type XID,
} from "@bc/envelope";

/** Which request gives the key to whom, and where. */
export type ProvenFor = { readonly id: ARID; readonly sender: XID; readonly server: XID };

/** By the new keys. */
export async function proveKey(
  { signing }: PrivateKeys,
  purpose: ProvenFor,
  options?: SignOptions,
): Promise<Signature> {
  return await signing.sign(signedDigest(purpose).data, options);
}

/** Whether the signature is `newKey`'s, for this purpose. */
export async function isKeyProof(
  proof: Signature,
  { signing }: PublicKeys,
  purpose: ProvenFor,
): Promise<boolean> {
  return await signing.verify(proof, signedDigest(purpose).data);
}

function signedDigest({ id, sender, server }: ProvenFor): Digest {
  return Envelope.new("updatePublicKey proof")
    .addAssertion("request", id.toCbor())
    .addAssertion("sender", sender.toCbor())
    .addAssertion("server", server.toCbor())
    .digest();
}
