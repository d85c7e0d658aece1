/**
 * Both curves in pure JavaScript (noble, through the official crypto package): slow, and at home everywhere.
 *
 * noble checks the Ed25519 equation times the cofactor, so it alone accepts some signatures under keys of mixed order.
 * Only the maker of such a key can make them, and OpenSSL, WebCrypto and the reference refuse them.
 */
import { ecdsa, ed25519, schnorr, x25519 } from "#bc/crypto";
import { randomBytes } from "../random.ts";
import type { Curve25519, Secp256k1 } from "./curves.ts";
import { isSmallOrderX25519 } from "./x25519-point.ts";

const X25519_KEY_SIZE = 32;

export const nobleSecp256k1: Secp256k1 = {
  schnorrSign: (privateKey, message, auxRand) => schnorr.sign(privateKey, message, { auxRand }),
  schnorrVerify: schnorr.verify,
  ecdsaSign: ecdsa.sign,
  ecdsaVerify: ecdsa.verify,
  isPoint(compressed) {
    try {
      ecdsa.decompressPublicKey(compressed);
      return true;
    } catch {
      return false;
    }
  },
};

export const nobleCurve25519: Curve25519 = {
  ed25519Sign: ed25519.sign,
  ed25519Verify: ed25519.verify,
  x25519PublicKey: x25519.publicKey,
  x25519SharedKey: (privateKey, publicKey) =>
    isSmallOrderX25519(publicKey) ? undefined : x25519.sharedKey(privateKey, publicKey),
  x25519Encapsulate(publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    const ephemeral = randomBytes(X25519_KEY_SIZE);
    return {
      sharedKey: x25519.sharedKey(ephemeral, publicKey),
      ephemeralPublicKey: x25519.publicKey(ephemeral),
    };
  },
};
