/**
 * secp256k1 as WebAssembly: bitcoin-core's library, compiled, from the package `tiny-secp256k1`. Its Schnorr calls take
 * messages of 32 bytes only, which is what envelopes sign; noble serves the other lengths.
 */
import { doubleSha256 } from "#bc/crypto";
import { falseIfThrown } from "./bindings.ts";
import type { Secp256k1 } from "./curves.ts";
import { nobleSecp256k1 } from "./noble.ts";

export type Tiny = typeof import("tiny-secp256k1");

const HASH_SIZE = 32;
const REFUSE_HIGH_S = true;

export function wasmSecp256k1(tiny: Tiny): Secp256k1 {
  return {
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
}
