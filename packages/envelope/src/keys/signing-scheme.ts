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
 * | ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384 | – | `40801("algorithm base64 comment")` | `40802("-----BEGIN …")` |
 *
 * The levels and sizes of ML-DSA stand in ./post-quantum/parameter-sets.ts. Signatures by keys of SSH are verified
 * (./ssh/ssh-scheme.ts); their private keys, and keys of its other schemes, are recognised and refused as unsupported.
 */
import {
  asText,
  asUnsigned,
  type Cbor,
  cbor,
  getTaggedContent,
  isBytes,
  type Tag,
  taggedValue,
} from "#bc/dcbor";
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
import { isSsh, type SshScheme, sshSchemeOfKey, sshSchemeOfSignature } from "./ssh/ssh-scheme.ts";
import { bytesOf, copyOf, elementsOf } from "./tagged.ts";

/** Signature schemes over elliptic curves. A private key is 32 bytes, which may be derived from any secret. */
export type CurveScheme = "schnorr" | "ecdsa" | "ed25519";

/** Schemes by which keys of this room sign. */
export type SigningScheme = CurveScheme | MlDsaScheme;

/** Schemes of signatures that are verified. */
export type SignatureScheme = SigningScheme | SshScheme;

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
export interface Schemed<Scheme extends SignatureScheme = SignatureScheme> {
  readonly scheme: Scheme;
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

const SSH_TAGS: Readonly<Record<SchemePart, Tag>> = {
  privateKey: TAG_SSH_TEXT_PRIVATE_KEY,
  publicKey: TAG_SSH_TEXT_PUBLIC_KEY,
  signature: TAG_SSH_TEXT_SIGNATURE,
};

const SSH_SCHEME_OF: Readonly<Record<SchemePart, (text: string) => SshScheme | undefined>> = {
  privateKey: () => undefined,
  publicKey: sshSchemeOfKey,
  signature: sshSchemeOfSignature,
};

/** What goes under the tag of the type itself. */
export function schemedCbor({ scheme, data }: Schemed, part: SchemePart): Cbor {
  if (scheme === "schnorr") return cbor(data);
  if (isMlDsa(scheme)) return leveledCbor(ML_DSA_TAGS[part], ML_DSA[scheme].level, data);
  if (isSsh(scheme)) return taggedValue(SSH_TAGS[part], sshTextOf(data));
  return cbor([NUMBERED[scheme], data]);
}

/** A copy of `data`. @throws {KeyError} `malformed`: the wrong size; of SSH the wrong beginning, or no UTF-8. */
export function schemedCopy(data: Uint8Array, scheme: SignatureScheme, part: SchemePart): Uint8Array {
  if (!isSsh(scheme)) return copyOf(data, SIZES[scheme][part], CALLED[part]);
  if (SSH_SCHEME_OF[part](sshTextOf(data)) !== scheme)
    throw new KeyError("malformed", `${CALLED[part]} of another scheme`);
  return data.slice();
}

/** The reverse of `schemedCbor`. @throws {KeyError} `malformed`, `unsupported-scheme`. */
export function schemedOf(content: Cbor, part: "privateKey"): Schemed<SigningScheme>;
export function schemedOf(content: Cbor, part: SchemePart): Schemed;
export function schemedOf(content: Cbor, part: SchemePart): Schemed {
  const what = CALLED[part];
  if (isBytes(content)) return { scheme: "schnorr", data: bytesOf(content, SIZES.schnorr[part], what) };
  const mlDsa = leveledOf<MlDsaScheme>(content, ML_DSA_TAGS[part], ML_DSA, (scheme) => SIZES[scheme][part]);
  if (mlDsa !== undefined) return mlDsa;
  const ofSsh = getTaggedContent(content, SSH_TAGS[part].value);
  if (ofSsh !== undefined) return sshOf(ofSsh, part);

  const [number, bytes] = elementsOf(content, 2, 2, what);
  const scheme = number === undefined ? undefined : numberedScheme(number);
  if (scheme === undefined || bytes === undefined)
    throw new KeyError("malformed", `${what} of an unknown scheme`);
  return { scheme, data: bytesOf(bytes, SIZES[scheme][part], what) };
}

function sshOf(content: Cbor, part: SchemePart): Schemed {
  const text = asText(content);
  if (text === undefined) throw new KeyError("malformed", `${CALLED[part]} of SSH must be text`);
  const scheme = SSH_SCHEME_OF[part](text);
  if (scheme === undefined)
    throw new KeyError("unsupported-scheme", `not a ${CALLED[part]} of SSH that is supported`);
  return { scheme, data: new TextEncoder().encode(text) };
}

/** Empty for what is not UTF-8. A byte order mark stays in it: without, the text would have other bytes than it came in. */
function sshTextOf(data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return "";
  }
}

function numberedScheme(number: Cbor): CurveScheme | undefined {
  const value = asUnsigned(number);
  if (value === NUMBERED.ecdsa) return "ecdsa";
  return value === NUMBERED.ed25519 ? "ed25519" : undefined;
}
