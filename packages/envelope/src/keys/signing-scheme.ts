/**
 * The signature schemes, and how each one's keys and signatures are framed in CBOR.
 *
 * | scheme | private key | public key | signature |
 * |---|---|---|---|
 * | schnorr (BIP-340) | `h'32'` | `h'32'` (x only) | `h'64'` |
 * | ecdsa (secp256k1) | `[1, h'32']` | `[1, h'33']` (compressed) | `[1, h'64']` (r‖s) |
 * | ed25519 (RFC 8032) | `[2, h'32']` (seed) | `[2, h'32']` | `[2, h'64']` |
 * | mldsa44, mldsa65, mldsa87 (FIPS 204) | `40103([level, bytes])` | `40104([level, bytes])` | `40105([level, bytes])` |
 *
 * The levels and sizes of ML-DSA stand in ./post-quantum/parameter-sets.ts. SSH travels under tags of its own; it is
 * recognised, and refused as unsupported.
 */
import { asUnsigned, type Cbor, cbor, isBytes, type Tag, tagValue } from "#bc/dcbor";
import {
  TAG_MLDSA_PRIVATE_KEY,
  TAG_MLDSA_PUBLIC_KEY,
  TAG_MLDSA_SIGNATURE,
  TAG_SSH_TEXT_PRIVATE_KEY,
  TAG_SSH_TEXT_PUBLIC_KEY,
  TAG_SSH_TEXT_SIGNATURE,
} from "#bc/tags";
import { KeyError } from "./key-error.ts";
import { isMlDsa, leveledCbor, leveledOf, ML_DSA, type MlDsaScheme } from "./post-quantum/parameter-sets.ts";
import { bytesOf, elementsOf } from "./tagged.ts";

/** Signature schemes over elliptic curves. A private key is 32 bytes, which may be derived from any secret. */
export type CurveScheme = "schnorr" | "ecdsa" | "ed25519";

/** Signature schemes. */
export type SigningScheme = CurveScheme | MlDsaScheme;

/** What a scheme has of each key pair. */
export type SchemePart = "privateKey" | "publicKey" | "signature";

/** In bytes. */
export const SIZES: Readonly<Record<SigningScheme, Readonly<Record<SchemePart, number>>>> = {
  schnorr: { privateKey: 32, publicKey: 32, signature: 64 },
  ecdsa: { privateKey: 32, publicKey: 33, signature: 64 },
  ed25519: { privateKey: 32, publicKey: 32, signature: 64 },
  ...ML_DSA,
};

/** Something framed by its scheme: a key or a signature. */
export interface Schemed {
  readonly scheme: SigningScheme;
  readonly data: Uint8Array;
}

const NUMBERED = { ecdsa: 1, ed25519: 2 } as const;

const ML_DSA_TAGS: Readonly<Record<SchemePart, Tag>> = {
  privateKey: TAG_MLDSA_PRIVATE_KEY,
  publicKey: TAG_MLDSA_PUBLIC_KEY,
  signature: TAG_MLDSA_SIGNATURE,
};

const CALLED: Readonly<Record<SchemePart, string>> = {
  privateKey: "signing private key",
  publicKey: "signing public key",
  signature: "signature",
};

const SSH_TAGS = new Set<number | bigint | undefined>(
  [TAG_SSH_TEXT_PRIVATE_KEY, TAG_SSH_TEXT_PUBLIC_KEY, TAG_SSH_TEXT_SIGNATURE].map(({ value }) => value),
);

/** What goes under the tag of the type itself. */
export function schemedCbor({ scheme, data }: Schemed, part: SchemePart): Cbor {
  if (scheme === "schnorr") return cbor(data);
  if (isMlDsa(scheme)) return leveledCbor(ML_DSA_TAGS[part], ML_DSA[scheme].level, data);
  return cbor([NUMBERED[scheme], data]);
}

/** The reverse of `schemedCbor`. @throws {KeyError} `malformed`, `unsupported-scheme`. */
export function schemedOf(content: Cbor, part: SchemePart): Schemed {
  const what = CALLED[part];
  if (isBytes(content)) return { scheme: "schnorr", data: bytesOf(content, SIZES.schnorr[part], what) };
  if (SSH_TAGS.has(tagValue(content))) throw new KeyError("unsupported-scheme", "SSH is not supported");
  const mlDsa = leveledOf<MlDsaScheme>(content, ML_DSA_TAGS[part], ML_DSA, (scheme) => SIZES[scheme][part]);
  if (mlDsa !== undefined) return mlDsa;

  const [number, bytes] = elementsOf(content, 2, 2, what);
  const scheme = number === undefined ? undefined : numberedScheme(number);
  if (scheme === undefined || bytes === undefined)
    throw new KeyError("malformed", `${what} of an unknown scheme`);
  return { scheme, data: bytesOf(bytes, SIZES[scheme][part], what) };
}

function numberedScheme(number: Cbor): SigningScheme | undefined {
  const value = asUnsigned(number);
  if (value === NUMBERED.ecdsa) return "ecdsa";
  return value === NUMBERED.ed25519 ? "ed25519" : undefined;
}
