/**
 * A content key under a passphrase: `40027(40002([ciphertext, nonce, auth, aad]))`.
 *
 * Spec: the reference's `EncryptedKey` (bc-components). The plaintext is the 32 bytes of the content key, without a tag. The
 * aad is the CBOR of the derivation: its number, a salt, and what it costs. So a changed cost opens nothing.
 *
 * Trap: the cost comes with the message, so whoever reads a stranger's message lets the stranger choose it. What would take
 * this machine's memory or minutes of its time is refused.
 */
import { argon2id } from "#argon2id";
import { hkdfSha256, hkdfSha512, pbkdf2Sha256, pbkdf2Sha512, scrypt } from "#bc/crypto";
import { asUnsigned, type Cbor, cbor, decodeCbor, encodeCbor, type Tag, taggedValue } from "#bc/dcbor";
import { TAG_ENCRYPTED_KEY, TAG_SALT } from "#bc/tags";
import { EncryptedMessage } from "./encrypted-message.ts";
import { KeyError } from "./key-error.ts";
import { randomBytes } from "./random.ts";
import { SymmetricKey } from "./symmetric-key.ts";
import { contentOf, elementsOf, Tagged, wholeBytesOf } from "./tagged.ts";

const HKDF = 0;
const PBKDF2 = 1;
const SCRYPT = 2;
const ARGON2ID = 3;

const SALT_SIZE = 16;
const KEY_SIZE = { dkLen: 32 };
/** What Argon2id takes at least. */
const LEAST_SALT = 8;
/** Bytes of a derivation, several times those of any. */
const MOST_AAD = 256;
const MOST_ITERATIONS = 10_000_000;
/** Of scrypt: 1 GiB, at most that often. */
const MOST_MEMORY = 2 ** 30;
const MOST_LOG_N = 20;
const MOST_PARALLEL = 4;

export type LockOptions = {
  /** 16 bytes. Default: random. */
  readonly salt?: Uint8Array;
  /** 12 bytes. Default: random. */
  readonly nonce?: Uint8Array;
};

/** A content key that a passphrase opens. */
export class EncryptedKey extends Tagged {
  readonly #message: EncryptedMessage;

  private constructor(message: EncryptedMessage) {
    super();
    this.#message = message;
  }

  /**
   * Puts a content key under a secret, by Argon2id as the reference has it: 19 MiB, twice, which is what OWASP asks for.
   *
   * @param secret a passphrase in UTF-8.
   */
  static lock(contentKey: SymmetricKey, secret: Uint8Array, options: LockOptions = {}): EncryptedKey {
    const { salt = randomBytes(SALT_SIZE), ...nonce } = options;
    const derived = SymmetricKey.fromData(argon2id(secret, salt));
    const aad = encodeCbor([ARGON2ID, taggedValue(TAG_SALT, cbor(salt))]);
    return new EncryptedKey(derived.encrypt(contentKey.data, { ...nonce, aad }));
  }

  /** @throws {KeyError} `malformed` for another shape; its derivation is looked at by {@link unlock}. */
  static fromCbor(value: Cbor): EncryptedKey {
    return new EncryptedKey(EncryptedMessage.fromCbor(contentOf(value, TAG_ENCRYPTED_KEY)));
  }

  /**
   * The content key.
   *
   * @throws {KeyError} `decryption-failed` for another secret, `malformed` for a derivation that cannot be,
   *   `unsupported-scheme` for one that is not known here, or that costs more than any that people use.
   */
  unlock(secret: Uint8Array): SymmetricKey {
    const derived = SymmetricKey.fromData(derive(secret, this.#message.aad));
    return SymmetricKey.fromData(derived.decrypt(this.#message));
  }

  override cborTags(): Tag[] {
    return [TAG_ENCRYPTED_KEY];
  }

  override untaggedCbor(): Cbor {
    return this.#message.toCbor();
  }

  override toString(): string {
    return "EncryptedKey";
  }
}

function derive(secret: Uint8Array, aad: Uint8Array): Uint8Array {
  const [method, taggedSalt, ...costs] = elementsOf(cborIn(aad), 2, 5, "key derivation");
  if (method === undefined || taggedSalt === undefined) throw malformed();
  const salt = wholeBytesOf(contentOf(taggedSalt, TAG_SALT), "salt");
  if (salt.length < LEAST_SALT) throw malformed();
  const kind = numberIn(method);
  if (kind > ARGON2ID) throw new KeyError("unsupported-scheme", "a key derivation that is not known here");
  const numbers = costs.map(numberIn);
  switch (kind) {
    case HKDF:
      return byHash(numbers, hkdfSha256, hkdfSha512)(secret, salt, KEY_SIZE);
    case PBKDF2:
      return byIterations(secret, salt, numbers);
    case SCRYPT:
      return byScrypt(secret, salt, numbers);
    default:
      if (numbers.length > 0) throw malformed();
      return argon2id(secret, salt);
  }
}

function byIterations(secret: Uint8Array, salt: Uint8Array, numbers: readonly number[]): Uint8Array {
  const [iterations = 0, ...hash] = numbers;
  if (iterations < 1) throw malformed();
  if (iterations > MOST_ITERATIONS) throw tooDear();
  return byHash(hash, pbkdf2Sha256, pbkdf2Sha512)(secret, salt, { ...KEY_SIZE, iterations });
}

function byScrypt(secret: Uint8Array, salt: Uint8Array, numbers: readonly number[]): Uint8Array {
  const [logN = 0, r = 0, p = 0] = numbers;
  if (numbers.length !== 3 || logN < 1 || r < 1 || p < 1) throw malformed();
  if (logN > MOST_LOG_N || 128 * r * 2 ** logN > MOST_MEMORY || p > MOST_PARALLEL) throw tooDear();
  return scrypt(secret, salt, { ...KEY_SIZE, logN, r, p });
}

/** 0 is SHA-256, 1 is SHA-512. */
function byHash<Derivation>(numbers: readonly number[], sha256: Derivation, sha512: Derivation): Derivation {
  const [hash] = numbers;
  if (numbers.length !== 1 || hash === undefined || hash > 1) throw malformed();
  return hash === 0 ? sha256 : sha512;
}

function cborIn(bytes: Uint8Array): Cbor {
  if (bytes.length > MOST_AAD) throw malformed();
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    throw new KeyError("malformed", "an encrypted key without its derivation", { cause });
  }
}

function numberIn(value: Cbor): number {
  const number = Number(asUnsigned(value) ?? -1);
  if (number < 0) throw malformed();
  return number;
}

function malformed(): KeyError {
  return new KeyError("malformed", "a key derivation that cannot be");
}

function tooDear(): KeyError {
  return new KeyError("unsupported-scheme", "a key derivation that costs too much");
}
