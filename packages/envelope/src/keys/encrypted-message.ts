import { asBytes, type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_ENCRYPTED } from "#bc/tags";
import { KeyError } from "./key-error.ts";
import { cborOfUR, contentOf, copyOf, elementsOf, Tagged } from "./tagged.ts";

const NONCE_SIZE = 12;
const AUTH_SIZE = 16;

/** The parts of an encrypted message. */
export interface EncryptedParts {
  readonly ciphertext: Uint8Array;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** The Poly1305 tag, 16 bytes. */
  readonly auth: Uint8Array;
  /** What is authenticated but not encrypted; empty when there is nothing. */
  readonly aad: Uint8Array;
}

/**
 * What ChaCha20-Poly1305 (RFC 8439) made: `40002([ciphertext, nonce, auth, ?aad])`, `ur:encrypted`.
 * An empty aad is left out; a message that writes it as a fourth, empty element is refused, for it would have two forms.
 */
export class EncryptedMessage extends Tagged {
  readonly #parts: EncryptedParts;

  private constructor(parts: EncryptedParts) {
    super();
    this.#parts = parts;
  }

  static fromParts({ ciphertext, nonce, auth, aad }: EncryptedParts): EncryptedMessage {
    return new EncryptedMessage({
      ciphertext: ciphertext.slice(),
      nonce: copyOf(nonce, NONCE_SIZE, "nonce"),
      auth: copyOf(auth, AUTH_SIZE, "authentication tag"),
      aad: aad.slice(),
    });
  }

  static fromCbor(cbor: Cbor): EncryptedMessage {
    const elements = elementsOf(contentOf(cbor, TAG_ENCRYPTED), 3, 4, "encrypted message");
    const [ciphertext, nonce, auth, aad] = elements.map((element) => {
      const bytes = asBytes(element);
      if (bytes === undefined)
        throw new KeyError("malformed", "an encrypted message consists of byte strings");
      return bytes;
    });
    if (ciphertext === undefined || nonce === undefined || auth === undefined)
      throw new KeyError("malformed", "an encrypted message has at least three parts");
    if (aad?.length === 0) throw new KeyError("malformed", "an empty aad must be left out");
    return EncryptedMessage.fromParts({ ciphertext, nonce, auth, aad: aad ?? new Uint8Array() });
  }

  static fromURString(text: string): EncryptedMessage {
    return EncryptedMessage.fromCbor(cborOfUR(text, TAG_ENCRYPTED));
  }

  get ciphertext(): Uint8Array {
    return this.#parts.ciphertext;
  }

  get nonce(): Uint8Array {
    return this.#parts.nonce;
  }

  get auth(): Uint8Array {
    return this.#parts.auth;
  }

  get aad(): Uint8Array {
    return this.#parts.aad;
  }

  cborTags(): Tag[] {
    return [TAG_ENCRYPTED];
  }

  untaggedCbor(): Cbor {
    const { ciphertext, nonce, auth, aad } = this.#parts;
    return cbor(aad.length === 0 ? [ciphertext, nonce, auth] : [ciphertext, nonce, auth, aad]);
  }

  toString(): string {
    return "EncryptedMessage";
  }
}
