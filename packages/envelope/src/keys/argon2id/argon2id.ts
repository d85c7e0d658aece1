/**
 * The contract of the Argon2id implementations (RFC 9106), with the cost that the reference has: 19 456 KiB, two passes, one
 * lane. `#argon2id` (package.json) resolves to one: ./node.ts on Node, ./portable.ts elsewhere.
 */

/** @returns 32 new bytes. @param salt at least 8 bytes. */
export type Argon2id = (secret: Uint8Array, salt: Uint8Array) => Uint8Array;

export const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
