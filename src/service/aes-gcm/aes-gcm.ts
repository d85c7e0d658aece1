/**
 * The contract of the AES-256-GCM implementations (NIST SP 800-38D). `#aes-gcm` (package.json) resolves to one
 * `importKey`: ./node.ts on Node, where WebCrypto would take a thread and ten times as long for so few bytes, and
 * ./webcrypto.ts elsewhere.
 *
 * A result may be a promise: always await it.
 */

export interface AesGcm {
  /** Ciphertext ‖ tag (16 bytes). @param nonce 12 bytes, never twice with one key. */
  encrypt(nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The plaintext. Throws, or rejects, for another key, nonce or `aad`, and for changed or too few bytes. */
  decrypt(nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** @param key 32 bytes. */
export type ImportKey = (key: Uint8Array) => AesGcm | Promise<AesGcm>;
