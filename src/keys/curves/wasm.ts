/**
 * secp256k1 as WebAssembly: bitcoin-core's library, compiled. Its Schnorr calls take messages of 32 bytes only, which
 * is what envelopes sign; noble serves the other lengths.
 */
import * as tiny from "tiny-secp256k1";
import { doubleSha256 } from "#bc/crypto";
import type { Secp256k1 } from "./curves.ts";
import { nobleSecp256k1 } from "./noble.ts";

const HASH_SIZE = 32;
const REFUSE_HIGH_S = true;

export const wasmSecp256k1: Secp256k1 = {
  schnorrSign(privateKey, message, auxRand) {
    if (message.length !== HASH_SIZE) return nobleSecp256k1.schnorrSign(privateKey, message, auxRand);
    return tiny.signSchnorr(message, privateKey, auxRand);
  },

  schnorrVerify(publicKey, signature, message) {
    if (message.length !== HASH_SIZE) return nobleSecp256k1.schnorrVerify(publicKey, signature, message);
    return falseIfThrown(() => tiny.verifySchnorr(message, publicKey, signature));
  },

  ecdsaSign: (privateKey, message) => tiny.sign(doubleSha256(message), privateKey),

  ecdsaVerify: (publicKey, signature, message) =>
    falseIfThrown(() => tiny.verify(doubleSha256(message), publicKey, signature, REFUSE_HIGH_S)),

  isPoint: (compressed) => tiny.isPointCompressed(compressed),
};

/** The library throws on a point off the curve and on numbers out of range. */
function falseIfThrown(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
