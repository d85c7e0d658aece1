/** Curves for browsers and Workers: WebCrypto where it has Ed25519 and X25519, noble for the rest. */
import type { Curve25519, Curves } from "./curves.ts";
import { nobleCurve25519, nobleSecp256k1 } from "./noble.ts";
import { supportsCurve25519, webCurve25519 } from "./webcrypto.ts";

// Asked once, at first use: Workers allow no asynchronous work while a module loads.
let detected: Promise<Curve25519> | undefined;

function detect(): Promise<Curve25519> {
  detected ??= supportsCurve25519().then((supported) => (supported ? webCurve25519 : nobleCurve25519));
  return detected;
}

export const curves: Curves = {
  secp256k1: nobleSecp256k1,
  curve25519: {
    ed25519Sign: async (...parts) => (await detect()).ed25519Sign(...parts),
    ed25519Verify: async (...parts) => (await detect()).ed25519Verify(...parts),
    x25519PublicKey: async (...parts) => (await detect()).x25519PublicKey(...parts),
    x25519SharedKey: async (...parts) => (await detect()).x25519SharedKey(...parts),
    x25519Encapsulate: async (...parts) => (await detect()).x25519Encapsulate(...parts),
  },
};
