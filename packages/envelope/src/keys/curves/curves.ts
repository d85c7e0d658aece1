/**
 * The contract of the curve implementations. `#curves` (package.json) resolves to one `Curves` value: ./node.ts on
 * Node, ./portable.ts elsewhere.
 *
 * Callers give byte strings of the exact size, and do not write to them afterwards; the contents may be hostile.
 * - `…Verify` and `isPoint` are false for anything wrong and never throw: a point off the curve, a number out of
 *   range, a high s (ECDSA), a small-order or non-canonical key or R (Ed25519).
 * - `…Sign` throws when the private key is out of range, and nothing of the key is in the error.
 * - Messages are signed as they are and may have any length, but for ECDSA, which signs SHA-256(SHA-256(message)).
 * - Every implementation accepts the same signatures; noble accepts one kind more, see ./noble.ts. With Ed25519 and
 *   ECDSA (RFC 6979) every implementation also makes the same ones.
 * - A result may be a promise, so that WebCrypto can serve: always await it.
 */
type Awaitable<T> = T | Promise<T>;

export interface Secp256k1 {
  /** BIP-340; private key and `auxRand` 32 bytes; 64 bytes. */
  schnorrSign(privateKey: Uint8Array, message: Uint8Array, auxRand: Uint8Array): Awaitable<Uint8Array>;
  /** BIP-340; x-only public key 32 bytes, signature 64. */
  schnorrVerify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Awaitable<boolean>;
  /** r‖s with low s; private key 32 bytes; 64 bytes. */
  ecdsaSign(privateKey: Uint8Array, message: Uint8Array): Awaitable<Uint8Array>;
  /** Compressed public key 33 bytes, signature 64. */
  ecdsaVerify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Awaitable<boolean>;
  /** Whether 33 bytes are a compressed point. */
  isPoint(compressed: Uint8Array): Awaitable<boolean>;
}

export interface Curve25519 {
  /** RFC 8032; seed 32 bytes; 64 bytes. */
  ed25519Sign(privateKey: Uint8Array, message: Uint8Array): Awaitable<Uint8Array>;
  /** RFC 8032, strict; public key 32 bytes, signature 64. */
  ed25519Verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Awaitable<boolean>;
  /** RFC 7748; both 32 bytes. */
  x25519PublicKey(privateKey: Uint8Array): Awaitable<Uint8Array>;
  /** HKDF-SHA-256(X25519, salt "agreement"), 32 bytes; undefined when the public key is of small order. */
  x25519SharedKey(privateKey: Uint8Array, publicKey: Uint8Array): Awaitable<Uint8Array | undefined>;
  /** The same with a fresh private key, which nobody keeps. */
  x25519Encapsulate(publicKey: Uint8Array): Awaitable<Encapsulated | undefined>;
}

/** A key that only the holder of the other private key can compute too, and the public key needed for that. */
export interface Encapsulated {
  /** As of {@link Curve25519.x25519SharedKey}. */
  readonly sharedKey: Uint8Array;
  /** The public half of the fresh key, 32 bytes. */
  readonly ephemeralPublicKey: Uint8Array;
}

export interface Curves {
  readonly secp256k1: Secp256k1;
  readonly curve25519: Curve25519;
}
