import { type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_SYMMETRIC_KEY } from "#bc/tags";
import { chacha20Poly1305 } from "#chacha20-poly1305";
import { concatBytes } from "./bytes.ts";
import { EncryptedMessage } from "./encrypted-message.ts";
import { KeyError } from "./key-error.ts";
import { randomBytes } from "./random.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced } from "./tagged.ts";

const KEY_SIZE = 32;
const NONCE_SIZE = 12;
const TAG_SIZE = 16;

export interface EncryptOptions {
  /** Authenticated, not encrypted, and carried in the message. Default: none. */
  readonly aad?: Uint8Array;
  /** 12 bytes, never to be used twice with one key. Default: random. */
  readonly nonce?: Uint8Array;
}

/** A ChaCha20-Poly1305 key (RFC 8439): `40023(h'32 bytes')`, `ur:crypto-key`. */
export class SymmetricKey extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  static generate(): SymmetricKey {
    return new SymmetricKey(randomBytes(KEY_SIZE));
  }

  /** 32 bytes. */
  static fromData(data: Uint8Array): SymmetricKey {
    return new SymmetricKey(copyOf(data, KEY_SIZE, "symmetric key"));
  }

  static fromCbor(cbor: Cbor): SymmetricKey {
    return new SymmetricKey(bytesOf(contentOf(cbor, TAG_SYMMETRIC_KEY), KEY_SIZE, "symmetric key"));
  }

  static fromURString(text: string): SymmetricKey {
    return SymmetricKey.fromCbor(cborOfUR(text, TAG_SYMMETRIC_KEY));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  encrypt(plaintext: Uint8Array, options: EncryptOptions = {}): EncryptedMessage {
    const aad = options.aad ?? new Uint8Array();
    const nonce = copyOf(options.nonce ?? randomBytes(NONCE_SIZE), NONCE_SIZE, "nonce");
    const sealed = chacha20Poly1305.encrypt(this.#data, nonce, plaintext, aad);
    return EncryptedMessage.fromParts({
      ciphertext: sealed.subarray(0, -TAG_SIZE),
      nonce,
      auth: sealed.subarray(-TAG_SIZE),
      aad,
    });
  }

  /** The plaintext. @throws {KeyError} `decryption-failed`: another key, or a changed message or aad. */
  decrypt(message: EncryptedMessage): Uint8Array {
    const { ciphertext, nonce, auth, aad } = message;
    try {
      return chacha20Poly1305.decrypt(this.#data, nonce, concatBytes(ciphertext, auth), aad);
    } catch {
      throw new KeyError("decryption-failed", "wrong key, or the message was changed");
    }
  }

  cborTags(): Tag[] {
    return [TAG_SYMMETRIC_KEY];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    return `SymmetricKey(${this.shortReference()})`;
  }
}
