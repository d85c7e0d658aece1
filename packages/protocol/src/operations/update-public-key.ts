/** `updatePublicKey(newPublicKey, proof)`, signed by the current key, gives the account to a new one. */

import type { PublicKeys, Signature, XID } from "@bc/envelope";
import { Expression } from "@bc/envelope";
import { publicKeys, signature } from "../parameters.ts";
import { decodeOkFor, encodeOkFor } from "../results.ts";
import type { Operation } from "./operation.ts";

export type UpdatePublicKeyParameters = {
  readonly newPublicKey: PublicKeys;
  /** By the new key, see key-proof.ts. Some servers take no key without. */
  readonly proof?: Signature | undefined;
};

/** The account's XID, which stays what it was. */
export type UpdatePublicKeyResult = { readonly account: XID };

export const updatePublicKey: Operation<UpdatePublicKeyParameters, UpdatePublicKeyResult> = {
  encode: ({ newPublicKey, proof }) => {
    const call = new Expression("updatePublicKey").withParameter("newPublicKey", newPublicKey.toCbor());
    return proof === undefined ? call : call.withParameter("proof", proof.toCbor());
  },
  decode: (reader) => ({
    newPublicKey: reader.one("newPublicKey", publicKeys),
    proof: reader.optional("proof", signature),
  }),
  encodeResult: ({ account }) => encodeOkFor(account),
  decodeResult: (envelope) => ({ account: decodeOkFor(envelope) }),
  secret: false,
};
