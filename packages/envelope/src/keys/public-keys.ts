import { type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_PUBLIC_KEYS } from "#bc/tags";
import { EncapsulationPublicKey } from "./encapsulation-public-key.ts";
import { KeyError } from "./key-error.ts";
import { SigningPublicKey } from "./signing-public-key.ts";
import { cborOfUR, contentOf, elementsOf, Referenced } from "./tagged.ts";
import { XID } from "./xid.ts";

/** The public half of a key pair of both kinds: `40017([signing, encapsulation])`, `ur:crypto-pubkeys`. */
export class PublicKeys extends Referenced {
  readonly #signing: SigningPublicKey;
  readonly #encapsulation: EncapsulationPublicKey;

  constructor(signing: SigningPublicKey, encapsulation: EncapsulationPublicKey) {
    super();
    this.#signing = signing;
    this.#encapsulation = encapsulation;
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): PublicKeys {
    const [signing, encapsulation] = elementsOf(contentOf(cbor, TAG_PUBLIC_KEYS), 2, 2, "public keys");
    if (signing === undefined || encapsulation === undefined)
      throw new KeyError("malformed", "public keys have two elements");
    return new PublicKeys(SigningPublicKey.fromCbor(signing), EncapsulationPublicKey.fromCbor(encapsulation));
  }

  static fromURString(text: string): PublicKeys {
    return PublicKeys.fromCbor(cborOfUR(text, TAG_PUBLIC_KEYS));
  }

  get signing(): SigningPublicKey {
    return this.#signing;
  }

  get encapsulation(): EncapsulationPublicKey {
    return this.#encapsulation;
  }

  /** The XID that begins with the signing key. */
  xid(): XID {
    return XID.fromSigningPublicKey(this.#signing);
  }

  /** Whether both keys are keys: see `SigningPublicKey.isValid` and `EncapsulationPublicKey.isValid`. */
  async isValid(): Promise<boolean> {
    return this.#encapsulation.isValid() && (await this.#signing.isValid());
  }

  cborTags(): Tag[] {
    return [TAG_PUBLIC_KEYS];
  }

  untaggedCbor(): Cbor {
    return cbor([this.#signing.toCbor(), this.#encapsulation.toCbor()]);
  }

  toString(): string {
    return `PublicKeys(${this.shortReference()}, ${this.#signing}, ${this.#encapsulation})`;
  }
}
