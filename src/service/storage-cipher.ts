/**
 * What the database gets to see: ciphertext, filed under HMACs.
 *
 * AES-256-GCM with a fresh nonce and a key for each purpose, all derived from the storage key. The context of a
 * value (its account, its ID) is associated data, so that a row moved elsewhere does not decrypt. Shares and contacts
 * are looked up by HMACs, since a receipt is a plain hash and a contact is short: whoever holds a dump could test
 * guesses on either.
 *
 *   stored = version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 */

import { concatBytes, hmacSha256, randomBytes } from "@bc/envelope";
import { importKey } from "#aes-gcm";
import { hkdfSha256 } from "#bc/crypto";

export type FieldCipher = {
  readonly encrypt: (plaintext: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
  /** Rejects when the bytes are not what was encrypted in this context. */
  readonly decrypt: (stored: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
};

export type StorageCipher = {
  /** 32 bytes: the ID under which the share with this receipt is stored. */
  readonly shareId: (receipt: Uint8Array) => Uint8Array;
  /** 32 bytes: what a contact is looked up by. */
  readonly contactHmac: (contact: string) => Uint8Array;
  /** 32 bytes: what the requests from one network are counted by. */
  readonly networkHmac: (network: string) => Uint8Array;
  /** 32 bytes: the key for hashes of short codes. */
  readonly codeSecret: Uint8Array;
  readonly shares: FieldCipher;
  readonly contacts: FieldCipher;
  /** Tokens and codes of challenges, until their message is sent. */
  readonly secrets: FieldCipher;
  /** 32 bytes that tell this key from others and reveal nothing of it. */
  readonly fingerprint: Uint8Array;
};

const VERSION = 1;
const NONCE_SIZE = 12;
const MAX_REMEMBERED = 1_000;
const CIPHERTEXT_AT = 1 + NONCE_SIZE;

/** @param key 32 bytes, the storage key. */
export async function createStorageCipher(key: Uint8Array): Promise<StorageCipher> {
  const derive = (purpose: string) => hkdfSha256(key, utf8(`share-server ${purpose}`), { dkLen: 32 });
  const shareIdKey = derive("share name");
  const contactNameKey = derive("contact name");
  const networkHmacKey = derive("origin name");
  return {
    shareId: (receipt) => hmacSha256(shareIdKey, receipt),
    contactHmac: (contact) => hmacSha256(contactNameKey, utf8(contact)),
    networkHmac: remembered((network) => hmacSha256(networkHmacKey, utf8(network))),
    codeSecret: derive("code"),
    shares: await createFieldCipher(derive("share data")),
    contacts: await createFieldCipher(derive("contact")),
    secrets: await createFieldCipher(derive("message")),
    fingerprint: derive("fingerprint"),
  };
}

/** Requests of one network come one after the other, and each needs its HMAC. */
function remembered(compute: (text: string) => Uint8Array): (text: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const computed = compute(text);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, computed);
    return computed;
  };
}

async function createFieldCipher(rawKey: Uint8Array): Promise<FieldCipher> {
  const cipher = await importKey(rawKey);
  return {
    encrypt: async (plaintext, context) => {
      const nonce = randomBytes(NONCE_SIZE);
      return concatBytes(Uint8Array.of(VERSION), nonce, await cipher.encrypt(nonce, plaintext, context));
    },
    decrypt: async (stored, context) => {
      if (stored[0] !== VERSION) throw new TypeError("stored in a version that is not known");
      const [nonce, ciphertext] = [stored.subarray(1, CIPHERTEXT_AT), stored.subarray(CIPHERTEXT_AT)];
      return cipher.decrypt(nonce, ciphertext, context);
    },
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
