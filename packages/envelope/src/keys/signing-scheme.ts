/**
 * The three signature schemes, and how each one's keys and signatures are framed in CBOR.
 *
 * | scheme | private key | public key | signature |
 * |---|---|---|---|
 * | schnorr (BIP-340) | `h'32'` | `h'32'` (x only) | `h'64'` |
 * | ecdsa (secp256k1) | `[1, h'32']` | `[1, h'33']` (compressed) | `[1, h'64']` (r‖s) |
 * | ed25519 (RFC 8032) | `[2, h'32']` (seed) | `[2, h'32']` | `[2, h'64']` |
 *
 * SSH and ML-DSA travel under tags of their own; they are recognised, and refused as unsupported.
 */
import { asUnsigned, type Cbor, cbor, isBytes, tagValue } from "#bc/dcbor";
import {
  TAG_MLDSA_PRIVATE_KEY,
  TAG_MLDSA_PUBLIC_KEY,
  TAG_MLDSA_SIGNATURE,
  TAG_SSH_TEXT_PRIVATE_KEY,
  TAG_SSH_TEXT_PUBLIC_KEY,
  TAG_SSH_TEXT_SIGNATURE,
} from "#bc/tags";
import { KeyError } from "./key-error.ts";
import { bytesOf, elementsOf } from "./tagged.ts";

export type SigningScheme = "schnorr" | "ecdsa" | "ed25519";

export const PRIVATE_KEY_SIZE = 32;
export const PUBLIC_KEY_SIZE = { schnorr: 32, ecdsa: 33, ed25519: 32 } as const;
export const SIGNATURE_SIZE = 64;

/** Something framed by its scheme: a key or a signature. */
export interface Schemed {
  readonly scheme: SigningScheme;
  readonly data: Uint8Array;
}

const NUMBERED = { ecdsa: 1, ed25519: 2 } as const;

const UNSUPPORTED = new Map<number | bigint, string>([
  [TAG_SSH_TEXT_PRIVATE_KEY.value, "SSH"],
  [TAG_SSH_TEXT_PUBLIC_KEY.value, "SSH"],
  [TAG_SSH_TEXT_SIGNATURE.value, "SSH"],
  [TAG_MLDSA_PRIVATE_KEY.value, "ML-DSA"],
  [TAG_MLDSA_PUBLIC_KEY.value, "ML-DSA"],
  [TAG_MLDSA_SIGNATURE.value, "ML-DSA"],
]);

/** Schnorr bare, the others as `[number, bytes]`. */
export function schemedCbor({ scheme, data }: Schemed): Cbor {
  return scheme === "schnorr" ? cbor(data) : cbor([NUMBERED[scheme], data]);
}

/** The reverse of `schemedCbor`. @throws {KeyError} `malformed`, `unsupported-scheme`. */
export function schemedOf(content: Cbor, size: (scheme: SigningScheme) => number, what: string): Schemed {
  const tag = tagValue(content);
  const unsupported = tag === undefined ? undefined : UNSUPPORTED.get(tag);
  if (unsupported !== undefined) throw new KeyError("unsupported-scheme", `${unsupported} is not supported`);
  if (isBytes(content)) return { scheme: "schnorr", data: bytesOf(content, size("schnorr"), what) };

  const [number, bytes] = elementsOf(content, 2, 2, what);
  const scheme = number === undefined ? undefined : numberedScheme(number);
  if (scheme === undefined || bytes === undefined)
    throw new KeyError("malformed", `${what} of an unknown scheme`);
  return { scheme, data: bytesOf(bytes, size(scheme), what) };
}

function numberedScheme(number: Cbor): SigningScheme | undefined {
  const value = asUnsigned(number);
  if (value === NUMBERED.ecdsa) return "ecdsa";
  return value === NUMBERED.ed25519 ? "ed25519" : undefined;
}
