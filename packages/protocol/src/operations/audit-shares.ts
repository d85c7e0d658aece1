/**
 * `auditShares(nonce, receipt …)`: the server proves that it still has the named shares, or all: `'OK' [ Receipt: proof … ]`.
 *
 * A proof tests guesses at the share, as a receipt does. So it is for the owner alone.
 */
import { Expression } from "@bc/envelope";
import { bytes, receipt } from "../parameters.ts";
import type { Receipt } from "../receipt.ts";
import { type ByReceipt, decodeOkByReceipt, encodeLargeOkByReceipt, encodeOkByReceipt } from "../results.ts";
import { isNonce } from "../share-proof.ts";
import type { Operation } from "./operation.ts";

export type AuditSharesParameters = {
  /** No receipt at all means every share of the account. */
  readonly receipts: readonly Receipt[];
  /** 16 to 64 bytes that the server can't have known before. */
  readonly nonce: Uint8Array;
};

/** `proof`: 32 bytes, see {@link shareProof}. */
export type ProvenShare = { readonly receipt: Receipt; readonly proof: Uint8Array };

export const auditShares: Operation<AuditSharesParameters, readonly ProvenShare[]> = {
  encode: ({ receipts, nonce }) => {
    const parameters = receipts.map((item) => ({ name: "receipt", value: item.toEnvelope() }));
    return new Expression("auditShares", parameters).withParameter("nonce", nonce);
  },
  decode: (reader) => ({
    receipts: reader.many("receipt", receipt),
    nonce: reader.one("nonce", (value) => {
      const nonce = bytes(value);
      if (!isNonce(nonce)) throw new RangeError("a nonce has 16 to 64 bytes");
      return nonce;
    }),
  }),
  encodeResult: (shares) => encodeOkByReceipt(shares.map(byReceipt)),
  encodeLargeResult: (shares, pause) => encodeLargeOkByReceipt(shares.map(byReceipt), pause),
  decodeResult: (envelope) => {
    return decodeOkByReceipt(envelope).map(([receipt, proof]) => ({ receipt, proof }));
  },
  secret: true,
};

function byReceipt({ receipt, proof }: ProvenShare): ByReceipt {
  return [receipt, proof];
}
