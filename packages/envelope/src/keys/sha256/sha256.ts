/**
 * The contract of the SHA-256 implementations (FIPS 180-4). `#sha256` (package.json) resolves to one: ./node.ts on Node,
 * ./portable.ts elsewhere. WebCrypto is none of them: it answers later, and an envelope is hashed in dozens of pieces.
 */

/** 32 new bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array<ArrayBuffer>;
