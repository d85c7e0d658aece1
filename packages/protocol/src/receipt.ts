/**
 * Receipts: `Bytes(32) [ 'isA': "Receipt" ]`, the SHA-256 of the account's XID and the share's data.
 *
 * The account's XID never changes, so a receipt survives key changes, and a wallet can compute and check it.
 */
import { concatBytes, Digest, Envelope, EnvelopeError, type XID } from "@bc/envelope";

const SIZE = 32;
const TYPE = "Receipt";

export class Receipt {
  /** 32 bytes. */
  readonly data: Uint8Array;

  private constructor(data: Uint8Array) {
    this.data = data;
  }

  static of(account: XID, data: Uint8Array): Receipt {
    return new Receipt(Digest.fromImage(concatBytes(account.data, data)).data);
  }

  /** @throws {RangeError} unless there are 32 bytes. */
  static fromData(data: Uint8Array): Receipt {
    if (data.length !== SIZE) throw new RangeError("a receipt has 32 bytes");
    return new Receipt(data);
  }

  /** @throws {EnvelopeError} `wrong-type` for anything but 32 bytes of that type. */
  static fromEnvelope(envelope: Envelope): Receipt {
    const data = envelope.subject().asByteString();
    if (data?.length !== SIZE || !envelope.hasType(TYPE) || envelope.assertions().length !== 1) {
      throw new EnvelopeError("wrong-type", "not a receipt");
    }
    return new Receipt(data);
  }

  toEnvelope(): Envelope {
    return Envelope.new(this.data).addType(TYPE);
  }

  hex(): string {
    return Digest.fromData(this.data).hex();
  }

  equals(other: Receipt): boolean {
    return Digest.fromData(this.data).equals(Digest.fromData(other.data));
  }
}
