/**
 * What the database gets to see: ciphertext, under names that say nothing.
 *
 * AES-256-GCM with a fresh nonce and a key for each purpose, all derived from the storage key. The context of a
 * value (its account, its name) is associated data, so that a row moved elsewhere does not open. Names to look
 * things up by are HMACs: a receipt is a plain hash and a contact is short, and either would let the holder of a
 * dump test guesses.
 *
 *   stored = version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 */

import { concatBytes, randomBytes } from "@bc/envelope";
import { importKey } from "#aes-gcm";
import { hkdfSha256, hmacSha256 } from "#bc/crypto";

export type Sealer = {
  readonly seal: (plaintext: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
  /** Rejects when the bytes are not what was sealed in this context. */
  readonly open: (stored: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
};

export type StorageCipher = {
  /** 32 bytes: the name under which the share with this receipt is stored. */
  readonly shareId: (receipt: Uint8Array) => Uint8Array;
  /** 32 bytes: what a contact is looked up by. */
  readonly contactHmac: (contact: string) => Uint8Array;
  /** 32 bytes: what the requests from one network are counted by. */
  readonly originHmac: (network: string) => Uint8Array;
  /** 32 bytes: the key for hashes of short codes. */
  readonly codeSecret: Uint8Array;
  readonly shares: Sealer;
  readonly contacts: Sealer;
  /** Codes and tokens on their way to a contact. */
  readonly messages: Sealer;
  /** 32 bytes that tell this key from others, and nothing about it. */
  readonly fingerprint: Uint8Array;
};

const VERSION = 1;
const NONCE_SIZE = 12;
const SEALED_AT = 1 + NONCE_SIZE;

/** @param key 32 bytes, the storage key. */
export async function createStorageCipher(key: Uint8Array): Promise<StorageCipher> {
  const derive = (purpose: string) => hkdfSha256(key, utf8(`share-server ${purpose}`), { dkLen: 32 });
  const shareNameKey = derive("share name");
  const contactNameKey = derive("contact name");
  const originNameKey = derive("origin name");
  return {
    shareId: (receipt) => hmacSha256(shareNameKey, receipt),
    contactHmac: (contact) => hmacSha256(contactNameKey, utf8(contact)),
    originHmac: (network) => hmacSha256(originNameKey, utf8(network)),
    codeSecret: derive("code"),
    shares: await createSealer(derive("share data")),
    contacts: await createSealer(derive("contact")),
    messages: await createSealer(derive("message")),
    fingerprint: derive("fingerprint"),
  };
}

async function createSealer(rawKey: Uint8Array): Promise<Sealer> {
  const cipher = await importKey(rawKey);
  return {
    seal: async (plaintext, context) => {
      const nonce = randomBytes(NONCE_SIZE);
      return concatBytes(Uint8Array.of(VERSION), nonce, await cipher.encrypt(nonce, plaintext, context));
    },
    open: async (stored, context) => {
      if (stored[0] !== VERSION) throw new TypeError("stored in a version that is not known");
      const [nonce, sealed] = [stored.subarray(1, SEALED_AT), stored.subarray(SEALED_AT)];
      return cipher.decrypt(nonce, sealed, context);
    },
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
