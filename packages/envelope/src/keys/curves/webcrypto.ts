/**
 * Ed25519 and X25519 by the platform's WebCrypto: native code in browsers and Workers. `supportsCurve25519` tells
 * whether the platform has them.
 */
import { concatBytes } from "../bytes.ts";
import { agreementKey } from "./agreement-key.ts";
import type { Curve25519 } from "./curves.ts";
import { ED25519_PKCS8, X25519_PKCS8 } from "./der.ts";
import { isStrictEd25519Encoding } from "./ed25519-point.ts";
import { isSmallOrderX25519 } from "./x25519-point.ts";

const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));
const SHARED_BITS = 256;

export const webCurve25519: Curve25519 = {
  async ed25519Sign(privateKey, message) {
    const pkcs8 = concatBytes(ED25519_PKCS8, privateKey);
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("Ed25519", key, message.slice()));
  },

  async ed25519Verify(publicKey, signature, message) {
    if (!isStrictEd25519Encoding(publicKey) || !isStrictEd25519Encoding(signature.subarray(0, 32)))
      return false;
    try {
      const key = await crypto.subtle.importKey("raw", publicKey.slice(), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, signature.slice(), message.slice());
    } catch {
      return false;
    }
  },

  // WebCrypto has no call that derives a public key; an agreement with the base point gives the same.
  x25519PublicKey: async (privateKey) => agree(await importPrivateKey(privateKey), BASE_POINT),

  async x25519SharedKey(privateKey, publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    return agreementKey(await agree(await importPrivateKey(privateKey), publicKey));
  },

  async x25519Encapsulate(publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    const { subtle } = crypto;
    const ephemeral = await subtle.generateKey("X25519", false, ["deriveBits"]);
    if (!("privateKey" in ephemeral)) throw new TypeError("X25519 keys come in pairs");
    return {
      sharedKey: agreementKey(await agree(ephemeral.privateKey, publicKey)),
      ephemeralPublicKey: new Uint8Array(await subtle.exportKey("raw", ephemeral.publicKey)),
    };
  },
};

type PrivateKey = Awaited<ReturnType<typeof importPrivateKey>>;

function importPrivateKey(raw: Uint8Array) {
  return crypto.subtle.importKey("pkcs8", concatBytes(X25519_PKCS8, raw), "X25519", false, ["deriveBits"]);
}

async function agree(own: PrivateKey, publicKey: Uint8Array): Promise<Uint8Array> {
  const { subtle } = crypto;
  const other = await subtle.importKey("raw", publicKey.slice(), "X25519", false, []);
  return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: other }, own, SHARED_BITS));
}

/** Whether this platform's WebCrypto knows both; asked of it by doing. */
export async function supportsCurve25519(): Promise<boolean> {
  try {
    const key = new Uint8Array(32).fill(1);
    await webCurve25519.ed25519Sign(key, key);
    await webCurve25519.x25519PublicKey(key);
    return true;
  } catch {
    return false;
  }
}
