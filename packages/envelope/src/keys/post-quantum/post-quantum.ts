/**
 * The contract of the implementations of ML-DSA (FIPS 204) and ML-KEM (FIPS 203). `#post-quantum` (package.json) resolves
 * to ./node.ts on Node, ./portable.ts elsewhere.
 *
 * Callers give byte strings of the exact sizes (./parameter-sets.ts); the contents may be hostile. Private keys are in
 * the expanded form of the standards. Messages are signed as they are, with an empty context and fresh randomness.
 */
import type { MlDsaScheme, MlKemScheme } from "./parameter-sets.ts";

export interface PostQuantum {
  /** A fresh private key. */
  signingKey(scheme: MlDsaScheme): Uint8Array;
  /** The public half. Throws when the bytes are no private key. */
  signingPublicKey(scheme: MlDsaScheme, privateKey: Uint8Array): Uint8Array;
  /** Throws when the bytes are no private key. */
  sign(scheme: MlDsaScheme, privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Never throws. */
  verify(scheme: MlDsaScheme, publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean;
  /** A fresh private key, which holds its public half. */
  encapsulationKey(scheme: MlKemScheme): Uint8Array;
  /** Throws when the bytes are no public key. */
  encapsulate(scheme: MlKemScheme, publicKey: Uint8Array): MlKemEncapsulated;
  /** 32 bytes; random ones for a ciphertext made for another key. Throws when the bytes are no private key. */
  decapsulate(scheme: MlKemScheme, privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

export interface MlKemEncapsulated {
  /** 32 bytes. */
  readonly sharedKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}
