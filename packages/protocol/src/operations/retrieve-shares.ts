/** `retrieveShares(receipt …)` gives the named shares, or all: `'OK' [ Receipt: bytes … ]`. */
import { Envelope, EnvelopeError, Expression, OK_VALUE } from "@bc/envelope";
import { receipt } from "../parameters.ts";
import { Receipt } from "../receipt.ts";
import type { Operation } from "./operation.ts";

/** No receipt at all means every share of the account. */
export type RetrieveSharesParameters = { readonly receipts: readonly Receipt[] };

export type RetrievedShare = { readonly receipt: Receipt; readonly data: Uint8Array };

/** Shares between two pauses: a millisecond or two. */
const PORTION = 32;

export const retrieveShares: Operation<RetrieveSharesParameters, readonly RetrievedShare[]> = {
  encode: ({ receipts }) => {
    const parameters = receipts.map((item) => ({ name: "receipt", value: item.toEnvelope() }));
    return new Expression("retrieveShares", parameters);
  },
  decode: (reader) => ({ receipts: reader.many("receipt", receipt) }),
  encodeResult: (shares) => Envelope.new(OK_VALUE).addAssertionEnvelopes(shares.map(shareAssertion)),
  encodeLargeResult: async (shares, pause) => {
    const assertions: Envelope[] = [];
    for (const share of shares) {
      assertions.push(shareAssertion(share));
      if (assertions.length % PORTION === 0) await pause();
    }
    return Envelope.new(OK_VALUE).addAssertionEnvelopes(assertions);
  },
  decodeResult: (envelope) => {
    if (!envelope.subject().isKnownValue(OK_VALUE))
      throw new EnvelopeError("wrong-type", "not a list of shares");
    return envelope.assertions().map(readShare);
  },
  secret: true,
};

function shareAssertion({ receipt, data }: RetrievedShare): Envelope {
  return Envelope.newAssertion(receipt.toEnvelope(), data);
}

function readShare(assertion: Envelope): RetrievedShare {
  const [predicate, data] = [assertion.asPredicate(), assertion.asObject()?.asByteString()];
  if (predicate === undefined || data === undefined) throw new EnvelopeError("wrong-type", "not a share");
  return { receipt: Receipt.fromEnvelope(predicate), data };
}
