/** secp256k1 by the native build of bitcoin-core's library, from the package `secp256k1`. */
import { Buffer } from "node:buffer";
import { doubleSha256 } from "#bc/crypto";
import { sha256 } from "#sha256";
import { concatBytes, equalBytes } from "../bytes.ts";
import type { Secp256k1 } from "./curves.ts";

export type Bindings = typeof import("secp256k1");

const EVEN_Y = Uint8Array.of(2);
const CHALLENGE_TAG = sha256(new TextEncoder().encode("BIP0340/challenge"));
const CHALLENGE_PREFIX = concatBytes(CHALLENGE_TAG, CHALLENGE_TAG);

/** The order of the curve. */
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const SCALAR_SIZE = 32;

/** @param schnorrSign another package's: the bindings know no BIP-340, and making nonces is best left to experts. */
export function bindingsSecp256k1(native: Bindings, schnorrSign: Secp256k1["schnorrSign"]): Secp256k1 {
  return {
    schnorrSign,

    /**
     * BIP-340 asks whether R = s·G − e·P has an even y and the x in the signature, where P is the point with the key for
     * its x, and an even y. Recovering an ECDSA key computes just such a sum, and from an x, in one go: of the signature
     * (p, t) over the message m it is p⁻¹·(t·P − m·G), for the P with p for its x. So with t = −e·p and m = −s·p it is R.
     *
     * The call throws when there is no such P, and when R is infinite. (Also when e is a multiple of n, whose chance is
     * 2⁻²⁵⁶.) A p ≥ n stands as p − n, which the call is told; an r ≥ p equals no x.
     */
    schnorrVerify(publicKey, signature, message) {
      const r = signature.subarray(0, SCALAR_SIZE);
      const s = numberIn(signature.subarray(SCALAR_SIZE));
      if (s >= N) return false;
      const e = numberIn(sha256(concatBytes(CHALLENGE_PREFIX, r, publicKey, message))) % N;
      const x = numberIn(publicKey);
      const p = x % N;
      const recoverable = concatBytes(bytesOf(p), bytesOf(((N - e) * p) % N));
      return falseIfThrown(() => {
        const found = native.ecdsaRecover(recoverable, x < N ? 0 : 2, bytesOf(((N - s) * p) % N), true);
        return equalBytes(found, concatBytes(EVEN_Y, r));
      });
    },

    ecdsaSign: (privateKey, message) => native.ecdsaSign(doubleSha256(message), privateKey).signature,

    ecdsaVerify: (publicKey, signature, message) =>
      falseIfThrown(() => native.ecdsaVerify(signature, doubleSha256(message), publicKey)),

    isPoint: (compressed) => native.publicKeyVerify(compressed),
  };
}

/** Big-endian. */
function numberIn(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`);
}

function bytesOf(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(2 * SCALAR_SIZE, "0"), "hex");
}

/** The library throws on a point off the curve and on numbers out of range. */
export function falseIfThrown(verifies: () => boolean): boolean {
  try {
    return verifies();
  } catch {
    return false;
  }
}
