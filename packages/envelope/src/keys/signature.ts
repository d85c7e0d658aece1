import type { Cbor, Tag } from "#bc/dcbor";
import { TAG_SIGNATURE } from "#bc/tags";
import { isMlDsa } from "./post-quantum/parameter-sets.ts";
import {
  type CurveScheme,
  type SignatureScheme,
  schemedCbor,
  schemedCopy,
  schemedOf,
} from "./signing-scheme.ts";
import { isSsh, SSH } from "./ssh/ssh-scheme.ts";
import { cborOfUR, contentOf, Tagged } from "./tagged.ts";

const SHOWN: Readonly<Record<CurveScheme, string>> = {
  schnorr: "Signature",
  ecdsa: "Signature(Ecdsa)",
  ed25519: "Signature(Ed25519)",
};

/** A signature under one of the schemes: `40020(…)`, `ur:signature`. */
export class Signature extends Tagged {
  readonly #scheme: SignatureScheme;
  readonly #data: Uint8Array;

  private constructor(scheme: SignatureScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /** 64 bytes: BIP-340, r‖s, or RFC 8032. Of ML-DSA 2420, 3309 or 4627. Of SSH the armoured text. */
  static fromData(data: Uint8Array, scheme: SignatureScheme = "schnorr"): Signature {
    return new Signature(scheme, schemedCopy(data, scheme, "signature"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): Signature {
    const { scheme, data } = schemedOf(contentOf(cbor, TAG_SIGNATURE), "signature");
    return new Signature(scheme, data);
  }

  static fromURString(text: string): Signature {
    return Signature.fromCbor(cborOfUR(text, TAG_SIGNATURE));
  }

  get scheme(): SignatureScheme {
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
    const scheme = this.#scheme;
    if (isMlDsa(scheme)) return `Signature(${scheme.toUpperCase()})`;
    return isSsh(scheme) ? `Signature(${SSH[scheme]})` : SHOWN[scheme];
  }
}
