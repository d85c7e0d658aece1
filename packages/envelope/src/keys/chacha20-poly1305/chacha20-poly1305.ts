/**
 * The contract of the ChaCha20-Poly1305 implementations (RFC 8439). `#chacha20-poly1305` (package.json) resolves to one:
 * ./node.ts on Node, ./portable.ts elsewhere, since WebCrypto has none.
 */
export interface ChaCha20Poly1305 {
  /** Ciphertext ‖ tag (16 bytes). @param key 32 bytes. @param nonce 12 bytes, never twice with one key. */
  encrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array;
  /** The plaintext. Throws for another key, nonce or `aad`, and for changed or too few bytes. */
  decrypt(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array;
}
