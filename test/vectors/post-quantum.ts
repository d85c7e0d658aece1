/**
 * Keys, signatures and sealed messages of ML-DSA and ML-KEM. All randomness is made from names, so that the file is the
 * same each time. Only `@noble/post-quantum` can be told its randomness, so it makes them here.
 */
import { hkdfSync } from "node:crypto";
import {
  concatBytes,
  EncapsulationPrivateKey,
  type EncapsulationScheme,
  PrivateKeys,
  SealedMessage,
  Signature,
  SigningPrivateKey,
  type SigningScheme,
  SymmetricKey,
} from "@bc/envelope";
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { bytesToHex, type Cbor, cbor, taggedValue } from "#bc/dcbor";
import {
  TAG_MLDSA_PRIVATE_KEY,
  TAG_MLDSA_PUBLIC_KEY,
  TAG_MLDSA_SIGNATURE,
  TAG_MLKEM_CIPHERTEXT,
  TAG_MLKEM_PRIVATE_KEY,
  TAG_MLKEM_PUBLIC_KEY,
  TAG_SEALED_MESSAGE,
  TAG_SIGNATURE,
  TAG_SIGNING_PRIVATE_KEY,
  TAG_SIGNING_PUBLIC_KEY,
} from "#bc/tags";

const ML_DSA = { mldsa44: ml_dsa44, mldsa65: ml_dsa65, mldsa87: ml_dsa87 } as const;
const ML_KEM = { mlkem512: ml_kem512, mlkem768: ml_kem768, mlkem1024: ml_kem1024 } as const;
type MlDsa = keyof typeof ML_DSA & SigningScheme;
type MlKem = keyof typeof ML_KEM & EncapsulationScheme;

const MESSAGE = new TextEncoder().encode("Signed by a key for after quantum computers.");
const PLAINTEXT = new TextEncoder().encode("Sealed to a key for after quantum computers.");

function bytesFor(name: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", name, "", "", length));
}

export function postQuantumVectors() {
  return {
    signing: (Object.keys(ML_DSA) as MlDsa[]).map(signingVector),
    encapsulation: (Object.keys(ML_KEM) as MlKem[]).map(encapsulationVector),
    pairs: [
      pairVector("mldsa44", "mlkem512"),
      pairVector("mldsa65", "mlkem768"),
      pairVector("mldsa87", "mlkem1024"),
      pairVector("mldsa65", "x25519"),
      pairVector("ed25519", "mlkem768"),
    ],
    refusals: refusals(),
  };
}

function signingVector(scheme: MlDsa) {
  const privateKey = signingKey(scheme);
  const publicKey = privateKey.publicKey();
  const data = ML_DSA[scheme].sign(MESSAGE, privateKey.data, {
    extraEntropy: bytesFor(`${scheme} signs`, 32),
  });
  const signature = Signature.fromData(data, scheme);
  return {
    name: `${scheme}: a key pair and a signature`,
    scheme,
    privateKeyHex: hexOf(privateKey.toCbor()),
    publicKeyHex: hexOf(publicKey.toCbor()),
    publicKeyText: publicKey.toString(),
    xidHex: publicKeysWith(scheme, "x25519").xid().hex(),
    messageHex: bytesToHex(MESSAGE),
    signatureHex: hexOf(signature.toCbor()),
    signatureText: signature.toString(),
  };
}

function encapsulationVector(scheme: MlKem) {
  const privateKey = encapsulationKey(scheme);
  const publicKey = privateKey.publicKey();
  const made = ML_KEM[scheme].encapsulate(publicKey.data, bytesFor(`${scheme} encapsulates`, 32));
  const nonce = bytesFor(`${scheme} encrypts`, 12);
  const message = SymmetricKey.fromData(made.sharedSecret).encrypt(PLAINTEXT, { nonce });
  const sealed = SealedMessage.fromParts(message, { scheme, data: made.cipherText });
  return {
    name: `${scheme}: a key pair and a sealed message`,
    scheme,
    privateKeyHex: hexOf(privateKey.toCbor()),
    publicKeyHex: hexOf(publicKey.toCbor()),
    publicKeyText: publicKey.toString(),
    sharedKeyHex: bytesToHex(made.sharedSecret),
    plaintextHex: bytesToHex(PLAINTEXT),
    sealedHex: hexOf(sealed.toCbor()),
    sealedText: sealed.toString(),
  };
}

function pairVector(signing: SigningScheme, encapsulation: EncapsulationScheme) {
  const publicKeys = publicKeysWith(signing, encapsulation);
  return {
    name: `${signing} with ${encapsulation}`,
    publicKeys: publicKeys.urString(),
    publicKeysText: publicKeys.toString(),
    xidHex: publicKeys.xid().hex(),
  };
}

/** Levels, sizes and tags that do not belong together. */
function refusals() {
  const signing = signingKey("mldsa65");
  const encapsulation = encapsulationKey("mlkem768");
  const signature = ML_DSA.mldsa65.sign(MESSAGE, signing.data, { extraEntropy: bytesFor("refused", 32) });
  const publicKey = signing.publicKey().data;
  const cut = (bytes: Uint8Array) => bytes.subarray(1);
  const longer = (bytes: Uint8Array) => concatBytes(bytes, Uint8Array.of(0));
  const under = (tag: Parameters<typeof taggedValue>[0], level: number, bytes: Uint8Array) =>
    taggedValue(tag, [level, bytes]);
  const ciphertext = new Uint8Array(1088);
  const message = SymmetricKey.fromData(new Uint8Array(32)).encrypt(PLAINTEXT, { nonce: new Uint8Array(12) });
  const sealed = (encapsulated: Cbor) => taggedValue(TAG_SEALED_MESSAGE, [message.toCbor(), encapsulated]);
  const all: readonly [type: string, name: string, value: Cbor, code?: string][] = [
    [
      "signing-public-key",
      "a byte short",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, under(TAG_MLDSA_PUBLIC_KEY, 3, cut(publicKey))),
    ],
    [
      "signing-public-key",
      "a byte long",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, under(TAG_MLDSA_PUBLIC_KEY, 3, longer(publicKey))),
    ],
    [
      "signing-public-key",
      "of another level",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, under(TAG_MLDSA_PUBLIC_KEY, 5, publicKey)),
    ],
    [
      "signing-public-key",
      "of a level that is none",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, under(TAG_MLDSA_PUBLIC_KEY, 4, publicKey)),
    ],
    [
      "signing-public-key",
      "without a level",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, taggedValue(TAG_MLDSA_PUBLIC_KEY, [publicKey])),
    ],
    [
      "signing-public-key",
      "with a third element",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, taggedValue(TAG_MLDSA_PUBLIC_KEY, [3, publicKey, 0])),
    ],
    [
      "signing-public-key",
      "under the tag of a private one",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, under(TAG_MLDSA_PRIVATE_KEY, 3, publicKey)),
    ],
    [
      "signing-public-key",
      "under no tag of its own",
      taggedValue(TAG_SIGNING_PUBLIC_KEY, cbor([3, publicKey])),
    ],
    [
      "signing-private-key",
      "a byte short",
      taggedValue(TAG_SIGNING_PRIVATE_KEY, under(TAG_MLDSA_PRIVATE_KEY, 3, cut(signing.data))),
    ],
    [
      "signing-private-key",
      "of another level",
      taggedValue(TAG_SIGNING_PRIVATE_KEY, under(TAG_MLDSA_PRIVATE_KEY, 2, signing.data)),
    ],
    ["signature", "a byte short", taggedValue(TAG_SIGNATURE, under(TAG_MLDSA_SIGNATURE, 3, cut(signature)))],
    ["signature", "of another level", taggedValue(TAG_SIGNATURE, under(TAG_MLDSA_SIGNATURE, 2, signature))],
    [
      "signature",
      "under the tag of a public key",
      taggedValue(TAG_SIGNATURE, under(TAG_MLDSA_PUBLIC_KEY, 3, signature)),
    ],
    [
      "agreement-public-key",
      "a byte short",
      under(TAG_MLKEM_PUBLIC_KEY, 768, cut(encapsulation.publicKey().data)),
    ],
    [
      "agreement-public-key",
      "of another level",
      under(TAG_MLKEM_PUBLIC_KEY, 512, encapsulation.publicKey().data),
    ],
    [
      "agreement-public-key",
      "of a level of ML-DSA",
      under(TAG_MLKEM_PUBLIC_KEY, 3, encapsulation.publicKey().data),
    ],
    [
      "agreement-public-key",
      "under the tag of a private one",
      under(TAG_MLKEM_PRIVATE_KEY, 768, encapsulation.publicKey().data),
    ],
    ["agreement-private-key", "a byte long", under(TAG_MLKEM_PRIVATE_KEY, 768, longer(encapsulation.data))],
    ["agreement-private-key", "of another level", under(TAG_MLKEM_PRIVATE_KEY, 1024, encapsulation.data)],
    [
      "crypto-sealed",
      "a ciphertext that is a byte short",
      sealed(under(TAG_MLKEM_CIPHERTEXT, 768, cut(ciphertext))),
    ],
    ["crypto-sealed", "a ciphertext of another level", sealed(under(TAG_MLKEM_CIPHERTEXT, 1024, ciphertext))],
    [
      "crypto-sealed",
      "a public key in the place of the ciphertext",
      sealed(encapsulation.publicKey().toCbor()),
      "unsupported-scheme",
    ],
  ];
  return all.map(([type, name, value, code = "malformed"]) => ({
    name: `${type}: ${name}`,
    type,
    cborHex: hexOf(value),
    code,
  }));
}

function signingKey(scheme: SigningScheme): SigningPrivateKey {
  const made = Object.hasOwn(ML_DSA, scheme)
    ? ML_DSA[scheme as MlDsa].keygen(bytesFor(scheme, 32)).secretKey
    : bytesFor(scheme, 32);
  return SigningPrivateKey.fromData(made, scheme);
}

function encapsulationKey(scheme: EncapsulationScheme): EncapsulationPrivateKey {
  const made = Object.hasOwn(ML_KEM, scheme)
    ? ML_KEM[scheme as MlKem].keygen(bytesFor(scheme, 64)).secretKey
    : bytesFor(scheme, 32);
  return EncapsulationPrivateKey.fromData(made, scheme);
}

function publicKeysWith(signing: SigningScheme, encapsulation: EncapsulationScheme) {
  return new PrivateKeys(signingKey(signing), encapsulationKey(encapsulation)).publicKeys();
}

function hexOf(value: Cbor): string {
  return bytesToHex(value.toData());
}
