/** Results that several operations share. */
import { Envelope, EnvelopeError, OK_VALUE, PROCESSING_VALUE, XID } from "@bc/envelope";

const ACCOUNT = "account";

/** `'OK'` */
export function encodeOk(): Envelope {
  return Envelope.new(OK_VALUE);
}

/** @throws {EnvelopeError} `wrong-type` for anything but `'OK'`. */
export function decodeOk(envelope: Envelope): void {
  if (!envelope.isKnownValue(OK_VALUE) || envelope.hasAssertions()) {
    throw new EnvelopeError("wrong-type", "not 'OK'");
  }
}

/** `'OK' [ "account": XID ]`: done, and this is the XID that receipts are computed with. */
export function encodeOkFor(account: XID): Envelope {
  return encodeOk().addAssertion(ACCOUNT, account.toCbor());
}

/** @throws {EnvelopeError} when it is not that. */
export function decodeOkFor(envelope: Envelope): XID {
  decodeOk(envelope.subject());
  return envelope.objectForPredicate(ACCOUNT).extractSubject((value) => XID.fromCbor(value));
}

/** `'Processing'` */
export function encodeProcessing(): Envelope {
  return Envelope.new(PROCESSING_VALUE);
}

export function isProcessing(envelope: Envelope): boolean {
  return envelope.isKnownValue(PROCESSING_VALUE) && !envelope.hasAssertions();
}
