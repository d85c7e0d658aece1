/**
 * A message that only one X25519 key opens.
 *
 *   shared key = HKDF-SHA-256(X25519(ephemeral private, recipient public), salt "agreement")
 *   sealed     = 40019([40002([ciphertext, nonce, auth]), 40011(ephemeral public)])
 *
 * It says nothing about who sealed it: sign first. A point of small order, on either side, would make a shared key
 * that anybody can compute; it is refused.
 */
import { type Cbor, cbor, hasTag, type Tag } from "#bc/dcbor";
import { TAG_MLKEM_CIPHERTEXT, TAG_SEALED_MESSAGE } from "#bc/tags";
import { curves } from "#curves";
import type { Encapsulated } from "./curves/curves.ts";
import type { EncapsulationPrivateKey } from "./encapsulation-private-key.ts";
import { EncapsulationPublicKey } from "./encapsulation-public-key.ts";
import { EncryptedMessage } from "./encrypted-message.ts";
import { KeyError } from "./key-error.ts";
import { SymmetricKey } from "./symmetric-key.ts";
import { cborOfUR, contentOf, copyOf, elementsOf, Tagged } from "./tagged.ts";

const EPHEMERAL_KEY_SIZE = 32;

/** Both are random unless given; give them only to reproduce a test vector. */
export interface SealOptions {
  /** An X25519 private key, 32 bytes. */
  readonly ephemeralPrivateKey?: Uint8Array;
  /** 12 bytes. */
  readonly nonce?: Uint8Array;
}

/** `40019(…)`, `ur:crypto-sealed`. */
export class SealedMessage extends Tagged {
  readonly #message: EncryptedMessage;
  readonly #ephemeralPublicKey: EncapsulationPublicKey;

  private constructor(message: EncryptedMessage, ephemeralPublicKey: EncapsulationPublicKey) {
    super();
    this.#message = message;
    this.#ephemeralPublicKey = ephemeralPublicKey;
  }

  /** @throws {KeyError} `bad-key` when the recipient's key is of small order. */
  static async seal(
    plaintext: Uint8Array,
    recipient: EncapsulationPublicKey,
    options: SealOptions = {},
  ): Promise<SealedMessage> {
    const { nonce, ephemeralPrivateKey } = options;
    const encapsulated =
      ephemeralPrivateKey === undefined
        ? await curves.curve25519.x25519Encapsulate(recipient.data)
        : await encapsulateWith(ephemeralPrivateKey, recipient.data);
    if (encapsulated === undefined) throw new KeyError("bad-key", "the recipient's key is of small order");
    const key = SymmetricKey.fromData(encapsulated.sharedKey);
    return new SealedMessage(
      key.encrypt(plaintext, nonce === undefined ? {} : { nonce }),
      EncapsulationPublicKey.fromData(encapsulated.ephemeralPublicKey),
    );
  }

  static fromParts(message: EncryptedMessage, ephemeralPublicKey: EncapsulationPublicKey): SealedMessage {
    return new SealedMessage(message, ephemeralPublicKey);
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): SealedMessage {
    const [message, encapsulated] = elementsOf(contentOf(cbor, TAG_SEALED_MESSAGE), 2, 2, "sealed message");
    if (message === undefined || encapsulated === undefined)
      throw new KeyError("malformed", "a sealed message has two elements");
    if (hasTag(encapsulated, TAG_MLKEM_CIPHERTEXT.value))
      throw new KeyError("unsupported-scheme", "ML-KEM is not supported");
    return new SealedMessage(
      EncryptedMessage.fromCbor(message),
      EncapsulationPublicKey.fromCbor(encapsulated),
    );
  }

  static fromURString(text: string): SealedMessage {
    return SealedMessage.fromCbor(cborOfUR(text, TAG_SEALED_MESSAGE));
  }

  get message(): EncryptedMessage {
    return this.#message;
  }

  get ephemeralPublicKey(): EncapsulationPublicKey {
    return this.#ephemeralPublicKey;
  }

  /** The plaintext. @throws {KeyError} `decryption-failed`: sealed to another key, or changed. */
  async open(privateKey: EncapsulationPrivateKey): Promise<Uint8Array> {
    const shared = await curves.curve25519.x25519SharedKey(privateKey.data, this.#ephemeralPublicKey.data);
    if (shared === undefined) throw new KeyError("decryption-failed", "the ephemeral key is of small order");
    return SymmetricKey.fromData(shared).decrypt(this.#message);
  }

  cborTags(): Tag[] {
    return [TAG_SEALED_MESSAGE];
  }

  untaggedCbor(): Cbor {
    return cbor([this.#message.toCbor(), this.#ephemeralPublicKey.toCbor()]);
  }

  toString(): string {
    return "SealedMessage";
  }
}

async function encapsulateWith(
  ephemeralPrivateKey: Uint8Array,
  publicKey: Uint8Array,
): Promise<Encapsulated | undefined> {
  const ephemeral = copyOf(ephemeralPrivateKey, EPHEMERAL_KEY_SIZE, "ephemeral private key");
  const sharedKey = await curves.curve25519.x25519SharedKey(ephemeral, publicKey);
  if (sharedKey === undefined) return undefined;
  return { sharedKey, ephemeralPublicKey: await curves.curve25519.x25519PublicKey(ephemeral) };
}
