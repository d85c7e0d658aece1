/**
 * ML-DSA and ML-KEM by OpenSSL 3.5 and later, in the calling thread: Node 24.7 and later. A key stands in DER, which
 * OpenSSL takes in every version that knows the schemes; the raw forms that Node offers know private keys as seeds only.
 */
import { Buffer } from "node:buffer";
import * as nodeCrypto from "node:crypto";
import { keepRecent } from "../curves/recent.ts";
import { ML_DSA, ML_KEM, type MlDsaScheme, type MlKemScheme } from "./parameter-sets.ts";
import type { PostQuantum } from "./post-quantum.ts";

type Scheme = MlDsaScheme | MlKemScheme;

/** What Node calls each, and the last two bytes of its object identifier under 2.16.840.1.101.3.4. */
const NAMED = {
  mldsa44: { name: "ml-dsa-44", identifier: [3, 17] },
  mldsa65: { name: "ml-dsa-65", identifier: [3, 18] },
  mldsa87: { name: "ml-dsa-87", identifier: [3, 19] },
  mlkem512: { name: "ml-kem-512", identifier: [4, 1] },
  mlkem768: { name: "ml-kem-768", identifier: [4, 2] },
  mlkem1024: { name: "ml-kem-1024", identifier: [4, 3] },
} as const satisfies Record<Scheme, object>;

/** Public keys of others are kept, each a few kilobytes: those who write most. */
const KEPT_KEYS = 256;

const recentPublicKeys = new Map<Scheme, (publicKey: Uint8Array) => nodeCrypto.KeyObject>();
const privateKeys = new WeakMap<Uint8Array, nodeCrypto.KeyObject>();

/** Whether this Node has both. */
export function supportsPostQuantum(): boolean {
  if (!("encapsulate" in nodeCrypto)) return false;
  try {
    generated("mldsa44");
    generated("mlkem512");
    return true;
  } catch {
    return false;
  }
}

export const opensslPostQuantum: PostQuantum = {
  signingKey: (scheme) => generated(scheme),

  signingPublicKey(scheme, privateKey) {
    const spki = nodeCrypto.createPublicKey(privateKeyObject(scheme, privateKey)).export({
      format: "der",
      type: "spki",
    });
    return new Uint8Array(spki.subarray(spki.length - ML_DSA[scheme].publicKey));
  },

  sign: (scheme, privateKey, message) =>
    new Uint8Array(nodeCrypto.sign(null, message, privateKeyObject(scheme, privateKey))),

  verify(scheme, publicKey, signature, message) {
    try {
      return nodeCrypto.verify(null, message, publicKeyObject(scheme, publicKey), signature);
    } catch {
      return false;
    }
  },

  encapsulationKey: (scheme) => generated(scheme),

  encapsulate(scheme, publicKey) {
    const { sharedKey, ciphertext } = nodeCrypto.encapsulate(publicKeyObject(scheme, publicKey));
    return { sharedKey: new Uint8Array(sharedKey), ciphertext: new Uint8Array(ciphertext) };
  },

  decapsulate: (scheme, privateKey, ciphertext) =>
    new Uint8Array(nodeCrypto.decapsulate(privateKeyObject(scheme, privateKey), ciphertext)),
};

/** The private key at the end of its DER form: seed and expanded key, in this order. */
function generated(scheme: Scheme): Uint8Array {
  // The types of Node know these names only where they are written out.
  const { privateKey } = nodeCrypto.generateKeyPairSync(NAMED[scheme].name as "ml-dsa-44");
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" });
  return new Uint8Array(pkcs8.subarray(pkcs8.length - privateKeySize(scheme)));
}

function privateKeySize(scheme: Scheme): number {
  return { ...ML_DSA, ...ML_KEM }[scheme].privateKey;
}

/** Kept for as long as the bytes themselves, which nobody writes to: a server signs every answer with one key. */
function privateKeyObject(scheme: Scheme, raw: Uint8Array): nodeCrypto.KeyObject {
  const kept = privateKeys.get(raw);
  if (kept !== undefined) return kept;
  const content = [derOf(2, Buffer.of(0)), algorithm(scheme), derOf(4, derOf(4, raw))];
  const key = nodeCrypto.createPrivateKey(pem("PRIVATE KEY", derOf(0x30, ...content)));
  privateKeys.set(raw, key);
  return key;
}

function publicKeyObject(scheme: Scheme, raw: Uint8Array): nodeCrypto.KeyObject {
  let read = recentPublicKeys.get(scheme);
  if (read === undefined) {
    read = keepRecent(KEPT_KEYS, (bytes) => {
      const content = [algorithm(scheme), derOf(3, Buffer.of(0), bytes)];
      return nodeCrypto.createPublicKey(pem("PUBLIC KEY", derOf(0x30, ...content)));
    });
    recentPublicKeys.set(scheme, read);
  }
  return read(raw);
}

function algorithm(scheme: Scheme): Buffer {
  const underNist = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04];
  return derOf(0x30, derOf(6, Buffer.from([...underNist, ...NAMED[scheme].identifier])));
}

/** One DER element. Lengths of 128 and more, as far as 65535, take a byte more or two. */
function derOf(type: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([type, ...head]), content]);
}

/** OpenSSL reads keys from text in a fraction of the time that Node takes to probe DER. */
function pem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString("base64")}\n-----END ${label}-----`;
}
