/** Results that several operations share. */
import { Envelope, EnvelopeError, OK_VALUE, PROCESSING_VALUE, XID } from "@bc/envelope";
import { Receipt } from "./receipt.ts";
import { dateFromCbor, secondsToCbor } from "./seconds.ts";

const ACCOUNT = "account";
const EFFECTIVE = "effective";

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

/** Shares between two pauses: a millisecond or two. */
const PORTION = 32;

/** Bytes about a share, beside its receipt. */
export type ByReceipt = readonly [receipt: Receipt, bytes: Uint8Array];

/** `'OK' [ Receipt: bytes … ]` */
export function encodeOkByReceipt(entries: readonly ByReceipt[]): Envelope {
  return encodeOk().addAssertionEnvelopes(entries.map(assertionOf));
}

/** The same for many, with pauses in which others get their turn. */
export async function encodeLargeOkByReceipt(
  entries: readonly ByReceipt[],
  pause: () => Promise<void>,
): Promise<Envelope> {
  const assertions: Envelope[] = [];
  for (const entry of entries) {
    assertions.push(assertionOf(entry));
    if (assertions.length % PORTION === 0) await pause();
  }
  // What follows is done at once: sorting and hashing them, and sealing the answer.
  if (assertions.length > PORTION) await pause();
  return encodeOk().addAssertionEnvelopes(assertions);
}

function assertionOf([receipt, bytes]: ByReceipt): Envelope {
  return Envelope.newAssertion(receipt.toEnvelope(), bytes);
}

/** @throws {EnvelopeError} when it is not that. */
export function decodeOkByReceipt(envelope: Envelope): readonly ByReceipt[] {
  decodeOk(envelope.subject());
  return envelope.assertions().map((assertion) => {
    const [predicate, bytes] = [assertion.asPredicate(), assertion.asObject()?.asByteString()];
    if (predicate === undefined || bytes === undefined) {
      throw new EnvelopeError("wrong-type", "not a receipt with bytes");
    }
    return [Receipt.fromEnvelope(predicate), bytes];
  });
}

/** `'Processing'`, or `'Processing' [ "effective": date ]` once it only takes time. */
export function encodeProcessing(effective?: Date): Envelope {
  const processing = Envelope.new(PROCESSING_VALUE);
  return effective === undefined ? processing : processing.addAssertion(EFFECTIVE, secondsToCbor(effective));
}

export function isProcessing(envelope: Envelope): boolean {
  return envelope.subject().isKnownValue(PROCESSING_VALUE);
}

/** @throws {EnvelopeError | TypeError | RangeError} for any other assertion, or no date. */
export function decodeProcessing(envelope: Envelope): Date | undefined {
  const assertions = envelope.assertions();
  if (assertions.length === 0) return undefined;
  if (assertions.length > 1) throw new EnvelopeError("wrong-type", "not 'Processing'");
  return envelope.objectForPredicate(EFFECTIVE).extractSubject(dateFromCbor);
}
