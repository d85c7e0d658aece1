/** secp256k1 by the native build of bitcoin-core's library, from the package `secp256k1`. */
import { doubleSha256 } from "#bc/crypto";
import { sha256 } from "#sha256";
import { concatBytes, equalBytes } from "../bytes.ts";
import type { Secp256k1 } from "./curves.ts";

export type Bindings = typeof import("secp256k1");

const ODD_Y = Uint8Array.of(3);
const EVEN_Y = Uint8Array.of(2);
const CHALLENGE_TAG = sha256(new TextEncoder().encode("BIP0340/challenge"));
const CHALLENGE_PREFIX = concatBytes(CHALLENGE_TAG, CHALLENGE_TAG);

/** @param schnorrSign of another: the bindings know no BIP-340, and nonces are no place for a composition of one's own. */
export function bindingsSecp256k1(native: Bindings, schnorrSign: Secp256k1["schnorrSign"]): Secp256k1 {
  return {
    schnorrSign,

    /**
     * BIP-340 asks whether R = s·G − e·P has an even y and the x in the signature. The key stands for the P with an
     * even y, so −P is the same x with an odd one. The calls throw when P is off the curve, when s ≥ n, and when R is
     * infinite; an r ≥ p equals no x. (They also throw when e is 0 or ≥ n, whose chance is 2⁻¹²⁷.)
     */
    schnorrVerify(publicKey, signature, message) {
      const r = signature.subarray(0, 32);
      const s = signature.subarray(32);
      const e = sha256(concatBytes(CHALLENGE_PREFIX, r, publicKey, message));
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

/** The library throws on a point off the curve and on numbers out of range. */
export function falseIfThrown(verifies: () => boolean): boolean {
  try {
    return verifies();
  } catch {
    return false;
  }
}
