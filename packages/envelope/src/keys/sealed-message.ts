/**
 * A message that only one key opens, of X25519 or ML-KEM.
 *
 *   shared key = HKDF-SHA-256(X25519(ephemeral private, recipient public), salt "agreement"), or as ML-KEM makes it
 *   sealed     = 40019([40002([ciphertext, nonce, auth]), 40011(ephemeral public) or 40102([level, ciphertext])])
 *
 * It says nothing about who sealed it: sign first. A point of small order, on either side, would make a shared key
 * that anybody can compute; it is refused.
 */
import { type Cbor, cbor, type Tag, taggedValue, tagValue } from "#bc/dcbor";
import { TAG_MLKEM_CIPHERTEXT, TAG_SEALED_MESSAGE, TAG_X25519_PUBLIC_KEY } from "#bc/tags";
import { curves } from "#curves";
import { loadPostQuantum } from "#post-quantum";
import type { EncapsulationPrivateKey } from "./encapsulation-private-key.ts";
import type { EncapsulationPublicKey } from "./encapsulation-public-key.ts";
import {
  type Encapsulation,
  encapsulationContent,
  encapsulationOf,
  encapsulationTag,
} from "./encapsulation-scheme.ts";
import { EncryptedMessage } from "./encrypted-message.ts";
import { KeyError } from "./key-error.ts";
import { isMlKem, type MlKemScheme } from "./post-quantum/parameter-sets.ts";
import { SymmetricKey } from "./symmetric-key.ts";
import { cborOfUR, contentOf, copyOf, elementsOf, Tagged } from "./tagged.ts";

const EPHEMERAL_KEY_SIZE = 32;

const CIPHERTEXT_TAGS: ReadonlySet<number | bigint> = new Set([
  TAG_X25519_PUBLIC_KEY.value,
  TAG_MLKEM_CIPHERTEXT.value,
]);

/** Both are random unless given; give them only to reproduce a test vector. */
export interface SealOptions {
  /** An X25519 private key, 32 bytes. For a recipient of ML-KEM there is none. */
  readonly ephemeralPrivateKey?: Uint8Array;
  /** 12 bytes. */
  readonly nonce?: Uint8Array;
}

/** `40019(…)`, `ur:crypto-sealed`. */
export class SealedMessage extends Tagged {
  readonly #message: EncryptedMessage;
  readonly #encapsulated: Encapsulation;

  private constructor(message: EncryptedMessage, encapsulated: Encapsulation) {
    super();
    this.#message = message;
    this.#encapsulated = encapsulated;
  }

  /** @throws {KeyError} `bad-key` when the recipient's is no key, or of small order. */
  static async seal(
    plaintext: Uint8Array,
    recipient: EncapsulationPublicKey,
    options: SealOptions = {},
  ): Promise<SealedMessage> {
    const { nonce, ephemeralPrivateKey } = options;
    const { sharedKey, encapsulated } = isMlKem(recipient.scheme)
      ? await encapsulateByMlKem(recipient.scheme, recipient.data)
      : await encapsulateByX25519(recipient.data, ephemeralPrivateKey);
    const message = SymmetricKey.fromData(sharedKey).encrypt(plaintext, nonce === undefined ? {} : { nonce });
    return new SealedMessage(message, encapsulated);
  }

  /** @param encapsulated as {@link SealedMessage.encapsulated} has it. */
  static fromParts(message: EncryptedMessage, encapsulated: Encapsulation): SealedMessage {
    return new SealedMessage(message, encapsulated);
  }

  /** @throws {KeyError} `malformed`; `unsupported-scheme`, when what is encapsulated has a tag that nobody here knows. */
  static fromCbor(cbor: Cbor): SealedMessage {
    const [message, encapsulated] = elementsOf(contentOf(cbor, TAG_SEALED_MESSAGE), 2, 2, "sealed message");
    if (message === undefined || encapsulated === undefined)
      throw new KeyError("malformed", "a sealed message has two elements");
    const tag = tagValue(encapsulated);
    if (tag !== undefined && !CIPHERTEXT_TAGS.has(tag))
      throw new KeyError("unsupported-scheme", `sealed by a scheme that is not known: #6.${tag}`);
    return new SealedMessage(EncryptedMessage.fromCbor(message), encapsulationOf(encapsulated, "ciphertext"));
  }

  static fromURString(text: string): SealedMessage {
    return SealedMessage.fromCbor(cborOfUR(text, TAG_SEALED_MESSAGE));
  }

  get message(): EncryptedMessage {
    return this.#message;
  }

  /** What the recipient needs, beside their private key, to find out the key: a public key of X25519, or a ciphertext. */
  get encapsulated(): Encapsulation {
    return this.#encapsulated;
  }

  /** The plaintext. @throws {KeyError} `decryption-failed`: sealed to another key, or changed. */
  async open(privateKey: EncapsulationPrivateKey): Promise<Uint8Array> {
    const { scheme, data } = this.#encapsulated;
    if (scheme !== privateKey.scheme) throw new KeyError("decryption-failed", `sealed to a key of ${scheme}`);
    const shared = isMlKem(scheme)
      ? await decapsulateByMlKem(scheme, privateKey.data, data)
      : await curves.curve25519.x25519SharedKey(privateKey.data, data);
    if (shared === undefined) throw new KeyError("decryption-failed", "no key can be shared");
    return SymmetricKey.fromData(shared).decrypt(this.#message);
  }

  cborTags(): Tag[] {
    return [TAG_SEALED_MESSAGE];
  }

  untaggedCbor(): Cbor {
    const tag = encapsulationTag(this.#encapsulated.scheme, "ciphertext");
    return cbor([this.#message.toCbor(), taggedValue(tag, encapsulationContent(this.#encapsulated))]);
  }

  toString(): string {
    const { scheme } = this.#encapsulated;
    return scheme === "x25519" ? "SealedMessage" : `SealedMessage(${scheme.toUpperCase()})`;
  }
}

type Encapsulated = { readonly sharedKey: Uint8Array; readonly encapsulated: Encapsulation };

async function encapsulateByX25519(publicKey: Uint8Array, ephemeral?: Uint8Array): Promise<Encapsulated> {
  const { curve25519 } = curves;
  const made =
    ephemeral === undefined
      ? await curve25519.x25519Encapsulate(publicKey)
      : await encapsulateWith(copyOf(ephemeral, EPHEMERAL_KEY_SIZE, "ephemeral private key"), publicKey);
  if (made === undefined) throw new KeyError("bad-key", "the recipient's key is of small order");
  return { sharedKey: made.sharedKey, encapsulated: { scheme: "x25519", data: made.ephemeralPublicKey } };
}

async function encapsulateWith(ephemeral: Uint8Array, publicKey: Uint8Array) {
  const sharedKey = await curves.curve25519.x25519SharedKey(ephemeral, publicKey);
  if (sharedKey === undefined) return undefined;
  return { sharedKey, ephemeralPublicKey: await curves.curve25519.x25519PublicKey(ephemeral) };
}

async function encapsulateByMlKem(scheme: MlKemScheme, publicKey: Uint8Array): Promise<Encapsulated> {
  const mlKem = await loadPostQuantum();
  try {
    const { sharedKey, ciphertext } = mlKem.encapsulate(scheme, publicKey);
    return { sharedKey, encapsulated: { scheme, data: ciphertext } };
  } catch {
    throw new KeyError("bad-key", "the recipient's key is none of ML-KEM");
  }
}

async function decapsulateByMlKem(
  scheme: MlKemScheme,
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  const mlKem = await loadPostQuantum();
  try {
    return mlKem.decapsulate(scheme, privateKey, ciphertext);
  } catch {
    return undefined;
  }
}
