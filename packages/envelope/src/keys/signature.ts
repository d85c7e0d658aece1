import type { Cbor, Tag } from "#bc/dcbor";
import { TAG_SIGNATURE } from "#bc/tags";
import { SIZES, type SigningScheme, schemedCbor, schemedOf } from "./signing-scheme.ts";
import { cborOfUR, contentOf, copyOf, Tagged } from "./tagged.ts";

const SHOWN: Readonly<Record<SigningScheme, string>> = {
  schnorr: "Signature",
  ecdsa: "Signature(Ecdsa)",
  ed25519: "Signature(Ed25519)",
  mldsa44: "Signature(MLDSA44)",
  mldsa65: "Signature(MLDSA65)",
  mldsa87: "Signature(MLDSA87)",
};

/** A signature under one of the schemes: `40020(…)`, `ur:signature`. */
export class Signature extends Tagged {
  readonly #scheme: SigningScheme;
  readonly #data: Uint8Array;

  private constructor(scheme: SigningScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /** 64 bytes: BIP-340, r‖s, or RFC 8032. Of ML-DSA 2420, 3309 or 4627. */
  static fromData(data: Uint8Array, scheme: SigningScheme = "schnorr"): Signature {
    return new Signature(scheme, copyOf(data, SIZES[scheme].signature, "signature"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): Signature {
    const { scheme, data } = schemedOf(contentOf(cbor, TAG_SIGNATURE), "signature");
    return new Signature(scheme, data);
  }

  static fromURString(text: string): Signature {
    return Signature.fromCbor(cborOfUR(text, TAG_SIGNATURE));
  }

  get scheme(): SigningScheme {
    return this.#scheme;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  cborTags(): Tag[] {
    return [TAG_SIGNATURE];
  }

  untaggedCbor(): Cbor {
    return schemedCbor(this, "signature");
  }

  toString(): string {
    return SHOWN[this.#scheme];
  }
}
