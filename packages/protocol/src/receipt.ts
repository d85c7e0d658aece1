/**
 * Receipts: `Bytes(32) [ 'isA': "Receipt" ]`, the SHA-256 of the account's XID and the share's data.
 *
 * The account's XID never changes, so a receipt survives key changes, and a wallet can compute and check it.
 */
import { Bytes32, concatBytes, Digest, Envelope, EnvelopeError, IS_A, type XID } from "@bc/envelope";

const TYPE = "Receipt";
/** One for all receipts, since a message may hold a thousand of them. */
const TYPE_ASSERTION = Envelope.newAssertion(IS_A, TYPE);

export class Receipt extends Bytes32 {
  static of(account: XID, data: Uint8Array): Receipt {
    return new Receipt(Digest.fromImage(concatBytes(account.data, data)).data);
  }

  /** @throws {KeyError} `malformed` unless there are 32 bytes. */
  static fromData(data: Uint8Array): Receipt {
    return new Receipt(Digest.fromData(data).data);
  }

  /** @throws {EnvelopeError} `wrong-type` for anything but 32 bytes of that type. */
  static fromEnvelope(envelope: Envelope): Receipt {
    const data = envelope.subject().asByteString();
    const [type, ...others] = envelope.assertions();
    if (
      data?.length !== 32 ||
      type?.isAssertion() !== true ||
      !type.isEquivalentTo(TYPE_ASSERTION) ||
      others.length > 0
    ) {
      throw new EnvelopeError("wrong-type", "not a receipt");
    }
    return Receipt.fromData(data);
  }

  override get typeName(): "Receipt" {
    return "Receipt";
  }

  toEnvelope(): Envelope {
    return Envelope.new(this.data).addAssertionEnvelope(TYPE_ASSERTION);
  }
}
