/**
 * Curves for Node: OpenSSL for Ed25519 and X25519, bitcoin-core's library for secp256k1, natively where its binary is
 * there, else as WebAssembly.
 */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { createRequire } from "node:module";
import { doubleSha256, hkdfSha256, sha256 } from "#bc/crypto";
import { concatBytes, equalBytes } from "../bytes.ts";
import type { Curve25519, Curves, Secp256k1 } from "./curves.ts";
import { ED25519_PKCS8, ED25519_SPKI, X25519_PKCS8, X25519_SPKI } from "./der.ts";
import { isStrictEd25519Encoding } from "./ed25519-point.ts";
import { wasmSecp256k1 } from "./wasm.ts";
import { isSmallOrderX25519 } from "./x25519-point.ts";

const AGREEMENT_SALT = new TextEncoder().encode("agreement");

const ed25519PrivateKey = privateKeyReader(ED25519_PKCS8);
const x25519PrivateKey = privateKeyReader(X25519_PKCS8);

export const nodeCurve25519: Curve25519 = {
  ed25519Sign: (privateKey, message) => new Uint8Array(sign(null, message, ed25519PrivateKey(privateKey))),

  ed25519Verify(publicKey, signature, message) {
    if (!isStrictEd25519Encoding(publicKey) || !isStrictEd25519Encoding(signature.subarray(0, 32)))
      return false;
    return falseIfThrown(() => verify(null, message, publicKeyObject(ED25519_SPKI, publicKey), signature));
  },

  x25519PublicKey: (privateKey) => rawPublicKey(createPublicKey(x25519PrivateKey(privateKey))),

  x25519SharedKey(privateKey, publicKey) {
    return isSmallOrderX25519(publicKey) ? undefined : agree(x25519PrivateKey(privateKey), publicKey);
  },

  // Importing 32 random bytes as a private key takes twice as long as having OpenSSL make one.
  x25519Encapsulate(publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    const ephemeral = generateKeyPairSync("x25519");
    return {
      sharedKey: agree(ephemeral.privateKey, publicKey),
      ephemeralPublicKey: rawPublicKey(ephemeral.publicKey),
    };
  },
};

function agree(privateKey: KeyObject, publicKey: Uint8Array): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey: publicKeyObject(X25519_SPKI, publicKey) });
  return hkdfSha256(secret, AGREEMENT_SALT, { dkLen: 32 });
}

/** By way of a JWK, which is ten times faster than DER. */
function rawPublicKey(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
}

/**
 * Making a private KeyObject costs more than using it, and a server uses its own key for every answer. Kept for as long
 * as the bytes themselves, which are never written to.
 */
function privateKeyReader(prefix: Uint8Array): (raw: Uint8Array) => KeyObject {
  const made = new WeakMap<Uint8Array, KeyObject>();
  return (raw) => {
    const kept = made.get(raw);
    if (kept !== undefined) return kept;
    const key = createPrivateKey({ key: Buffer.concat([prefix, raw]), format: "der", type: "pkcs8" });
    made.set(raw, key);
    return key;
  };
}

function publicKeyObject(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: "der", type: "spki" });
}

type Bindings = typeof import("secp256k1");

const ODD_Y = Uint8Array.of(3);
const EVEN_Y = Uint8Array.of(2);
const CHALLENGE_TAG = sha256(new TextEncoder().encode("BIP0340/challenge"));

/** undefined where the package has no binary for this machine. Its main file would then fall back to JavaScript. */
export const nativeSecp256k1: Secp256k1 | undefined = loadNative();

function loadNative(): Secp256k1 | undefined {
  try {
    const bindings: Bindings = createRequire(import.meta.url)("secp256k1/bindings.js");
    return secp256k1Of(bindings);
  } catch {
    return undefined;
  }
}

function secp256k1Of(native: Bindings): Secp256k1 {
  return {
    // The bindings know no BIP-340, and nonces are no place for a composition of one's own.
    schnorrSign: wasmSecp256k1.schnorrSign,

    /**
     * BIP-340 asks whether R = s·G − e·P has an even y and the x in the signature. The key stands for the P with an
     * even y, so −P is the same x with an odd one. The calls throw when P is off the curve, when s ≥ n, and when R is
     * infinite; an r ≥ p equals no x. (They also throw when e is 0 or ≥ n, whose chance is 2⁻¹²⁷.)
     */
    schnorrVerify(publicKey, signature, message) {
      const r = signature.subarray(0, 32);
      const s = signature.subarray(32);
      const e = sha256(concatBytes(CHALLENGE_TAG, CHALLENGE_TAG, r, publicKey, message));
      return falseIfThrown(() => {
        const uncompressed = native.publicKeyTweakMul(concatBytes(ODD_Y, publicKey), e, false);
        return equalBytes(native.publicKeyTweakAdd(uncompressed, s, true), concatBytes(EVEN_Y, r));
      });
    },

    ecdsaSign: (privateKey, message) => native.ecdsaSign(doubleSha256(message), privateKey).signature,

    ecdsaVerify: (publicKey, signature, message) =>
      falseIfThrown(() => native.ecdsaVerify(signature, doubleSha256(message), publicKey)),

    isPoint: (compressed) => native.publicKeyVerify(compressed),
  };
}

/** Libraries throw on a point off the curve and on numbers out of range. */
function falseIfThrown(verifies: () => boolean): boolean {
  try {
    return verifies();
  } catch {
    return false;
  }
}

export const curves: Curves = {
  secp256k1: nativeSecp256k1 ?? wasmSecp256k1,
  curve25519: nodeCurve25519,
};
