/**
 * Ed25519 and X25519 by OpenSSL, in the calling thread: nothing here waits.
 *
 * Trap: the cost of importing a key depends on its form. With DER, and with a JWK, `createPublicKey` tries out what
 * else the key could be, and throws and swallows errors on the way. PEM text takes a fifth of the time.
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
import { agreementKey } from "./agreement-key.ts";
import type { Curve25519 } from "./curves.ts";
import { ED25519_PKCS8, ED25519_SPKI, X25519_PKCS8, X25519_SPKI } from "./der.ts";
import { isStrictEd25519Encoding } from "./ed25519-point.ts";
import { keepRecent } from "./recent.ts";
import { isSmallOrderX25519 } from "./x25519-point.ts";

/** How many imported keys of others are kept, of each kind; each takes about a kilobyte. */
const KEPT_KEYS = 1024;

const ed25519PrivateKey = privateKeyReader(ED25519_PKCS8);
const x25519PrivateKey = privateKeyReader(X25519_PKCS8);
const ed25519PublicKey = keepRecent(KEPT_KEYS, publicKeyReader(ED25519_SPKI));
const x25519PublicKey = publicKeyReader(X25519_SPKI);
const x25519Recipient = keepRecent(KEPT_KEYS, x25519PublicKey);

export const opensslCurve25519: Curve25519 = {
  ed25519Sign: (privateKey, message) => new Uint8Array(sign(null, message, ed25519PrivateKey(privateKey))),

  ed25519Verify(publicKey, signature, message) {
    if (!isStrictEd25519Encoding(publicKey) || !isStrictEd25519Encoding(signature.subarray(0, 32)))
      return false;
    try {
      return verify(null, message, ed25519PublicKey(publicKey), signature);
    } catch {
      return false;
    }
  },

  x25519PublicKey: (privateKey) => rawPublicKey(createPublicKey(x25519PrivateKey(privateKey))),

  // The public key of a sealed message is made for it alone: nothing to keep.
  x25519SharedKey(privateKey, publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    return agree(x25519PrivateKey(privateKey), x25519PublicKey(publicKey));
  },

  // Importing 32 random bytes as a private key takes twice as long as having OpenSSL make one.
  x25519Encapsulate(publicKey) {
    if (isSmallOrderX25519(publicKey)) return undefined;
    const ephemeral = generateKeyPairSync("x25519");
    return {
      sharedKey: agree(ephemeral.privateKey, x25519Recipient(publicKey)),
      ephemeralPublicKey: rawPublicKey(ephemeral.publicKey),
    };
  },
};

function agree(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  return agreementKey(diffieHellman({ privateKey, publicKey }));
}

/** By way of a JWK, which is ten times faster than DER. */
function rawPublicKey(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
}

/**
 * Making a private KeyObject costs more than using it, and a server uses its own key for every answer. The object is
 * kept for as long as the bytes themselves, which nobody writes to.
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

function publicKeyReader(prefix: Uint8Array): (raw: Uint8Array) => KeyObject {
  return (raw) => {
    const body = Buffer.concat([prefix, raw]).toString("base64");
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`);
  };
}
