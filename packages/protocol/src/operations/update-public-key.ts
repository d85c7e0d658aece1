/** `updatePublicKey(newPublicKey)`, signed by the current key, gives the account to a new one. */

import type { PublicKeys, XID } from "@bc/envelope";
import { Expression } from "@bc/envelope";
import { publicKeys } from "../parameters.ts";
import { decodeOkFor, encodeOkFor } from "../results.ts";
import type { Operation } from "./operation.ts";

export type UpdatePublicKeyParameters = { readonly newPublicKey: PublicKeys };

/** The account's XID, which stays what it was. */
export type UpdatePublicKeyResult = { readonly account: XID };

export const updatePublicKey: Operation<UpdatePublicKeyParameters, UpdatePublicKeyResult> = {
  encode: ({ newPublicKey }) => {
    return new Expression("updatePublicKey").withParameter("newPublicKey", newPublicKey.toCbor());
  },
  decode: (reader) => ({ newPublicKey: reader.one("newPublicKey", publicKeys) }),
  encodeResult: ({ account }) => encodeOkFor(account),
  decodeResult: (envelope) => ({ account: decodeOkFor(envelope) }),
  secret: false,
};
