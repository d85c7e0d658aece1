/** The parameter sets of ML-DSA (FIPS 204) and ML-KEM (FIPS 203): levels as CBOR names them, sizes in bytes. */
import { asUnsigned, type Cbor, getTaggedContent, type Tag, taggedValue } from "#bc/dcbor";
import { KeyError } from "../key-error.ts";
import { bytesOf, elementsOf } from "../tagged.ts";

export type MlDsaScheme = "mldsa44" | "mldsa65" | "mldsa87";
export type MlKemScheme = "mlkem512" | "mlkem768" | "mlkem1024";

/** Private keys are those of the standards' expanded form. */
export const ML_DSA = {
  mldsa44: { level: 2, privateKey: 2560, publicKey: 1312, signature: 2420 },
  mldsa65: { level: 3, privateKey: 4032, publicKey: 1952, signature: 3309 },
  mldsa87: { level: 5, privateKey: 4896, publicKey: 2592, signature: 4627 },
} as const satisfies Record<MlDsaScheme, object>;

export const ML_KEM = {
  mlkem512: { level: 512, privateKey: 1632, publicKey: 800, ciphertext: 768 },
  mlkem768: { level: 768, privateKey: 2400, publicKey: 1184, ciphertext: 1088 },
  mlkem1024: { level: 1024, privateKey: 3168, publicKey: 1568, ciphertext: 1568 },
} as const satisfies Record<MlKemScheme, object>;

const { keys: namesOf } = Object as { keys<Name extends string>(sets: Record<Name, unknown>): Name[] };

export function isMlDsa(scheme: string): scheme is MlDsaScheme {
  return Object.hasOwn(ML_DSA, scheme);
}

export function isMlKem(scheme: string): scheme is MlKemScheme {
  return Object.hasOwn(ML_KEM, scheme);
}

/** `tag([level, bytes])` */
export function leveledCbor(tag: Tag, level: number, bytes: Uint8Array): Cbor {
  return taggedValue(tag, [level, bytes]);
}

/**
 * The reverse of {@link leveledCbor}; nothing under another tag.
 *
 * @throws {KeyError} `malformed`: no such level, another length than its own, another shape.
 */
export function leveledOf<Scheme extends string>(
  value: Cbor,
  tag: Tag,
  sets: Readonly<Record<Scheme, { readonly level: number }>>,
  sizeOf: (scheme: Scheme) => number,
): { readonly scheme: Scheme; readonly data: Uint8Array } | undefined {
  const content = getTaggedContent(value, tag.value);
  if (content === undefined) return undefined;
  const what = tag.name ?? `#6.${tag.value}`;
  const [level, bytes] = elementsOf(content, 2, 2, what);
  const number = level === undefined ? undefined : asUnsigned(level);
  const scheme = namesOf<Scheme>(sets).find((name) => sets[name].level === number);
  if (scheme === undefined || bytes === undefined)
    throw new KeyError("malformed", `${what} of an unknown level`);
  return { scheme, data: bytesOf(bytes, sizeOf(scheme), what) };
}
