/**
 * The schemes by which two sides come to share a key, and how each one's keys and ciphertexts are framed in CBOR.
 *
 * | scheme | private key | public key | what travels |
 * |---|---|---|---|
 * | x25519 (RFC 7748) | `40010(h'32')` | `40011(h'32')` | `40011(h'32')`: a public key made for one message |
 * | mlkem512, mlkem768, mlkem1024 (FIPS 203) | `40100([level, bytes])` | `40101([level, bytes])` | `40102([level, bytes])` |
 *
 * The levels and sizes of ML-KEM stand in ./post-quantum/parameter-sets.ts.
 */
import { type Cbor, cbor, type Tag, taggedValue } from "#bc/dcbor";
import {
  TAG_MLKEM_CIPHERTEXT,
  TAG_MLKEM_PRIVATE_KEY,
  TAG_MLKEM_PUBLIC_KEY,
  TAG_X25519_PRIVATE_KEY,
  TAG_X25519_PUBLIC_KEY,
} from "#bc/tags";
import { UR } from "#bc/ur";
import { KeyError } from "./key-error.ts";
import { isMlKem, leveledOf, ML_KEM, type MlKemScheme } from "./post-quantum/parameter-sets.ts";
import { bytesOf, contentOf } from "./tagged.ts";

/** Schemes of encapsulation. */
export type EncapsulationScheme = "x25519" | MlKemScheme;

type EncapsulationPart = "privateKey" | "publicKey" | "ciphertext";

const X25519_SIZE = 32;

const X25519_TAGS: Readonly<Record<EncapsulationPart, Tag>> = {
  privateKey: TAG_X25519_PRIVATE_KEY,
  publicKey: TAG_X25519_PUBLIC_KEY,
  ciphertext: TAG_X25519_PUBLIC_KEY,
};
const ML_KEM_TAGS: Readonly<Record<EncapsulationPart, Tag>> = {
  privateKey: TAG_MLKEM_PRIVATE_KEY,
  publicKey: TAG_MLKEM_PUBLIC_KEY,
  ciphertext: TAG_MLKEM_CIPHERTEXT,
};

/** Something framed by its scheme: a key or a ciphertext. */
export interface Encapsulation {
  readonly scheme: EncapsulationScheme;
  readonly data: Uint8Array;
}

/** In bytes. */
export function encapsulationSize(scheme: EncapsulationScheme, part: EncapsulationPart): number {
  return isMlKem(scheme) ? ML_KEM[scheme][part] : X25519_SIZE;
}

export function encapsulationTag(scheme: EncapsulationScheme, part: EncapsulationPart): Tag {
  return (isMlKem(scheme) ? ML_KEM_TAGS : X25519_TAGS)[part];
}

/** What goes under {@link encapsulationTag}. */
export function encapsulationContent({ scheme, data }: Encapsulation): Cbor {
  return isMlKem(scheme) ? cbor([ML_KEM[scheme].level, data]) : cbor(data);
}

/** The reverse, from the tagged CBOR. @throws {KeyError} `malformed`. */
export function encapsulationOf(tagged: Cbor, part: EncapsulationPart): Encapsulation {
  const mlKem = leveledOf<MlKemScheme>(tagged, ML_KEM_TAGS[part], ML_KEM, (scheme) => ML_KEM[scheme][part]);
  if (mlKem !== undefined) return mlKem;
  const tag = X25519_TAGS[part];
  return { scheme: "x25519", data: bytesOf(contentOf(tagged, tag), X25519_SIZE, tag.name ?? "key") };
}

/** The tagged CBOR in a UR that is named after the tag of either kind. @throws {KeyError} `malformed`. */
export function encapsulationOfUR(text: string, part: EncapsulationPart): Encapsulation {
  let tagged: Cbor;
  try {
    const { type, cbor: content } = UR.parse(text);
    const tag = [X25519_TAGS[part], ML_KEM_TAGS[part]].find(({ name }) => name === type.name);
    tagged = taggedValue(tag ?? X25519_TAGS[part], content);
    if (tag === undefined) throw new TypeError("another type");
  } catch {
    // No cause: its text may quote the UR, which may hold a private key.
    throw new KeyError("malformed", `not a ur:${X25519_TAGS[part].name}`);
  }
  return encapsulationOf(tagged, part);
}
