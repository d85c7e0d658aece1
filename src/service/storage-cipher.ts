/**
 * What the database gets to see of a share: ciphertext under a name that says nothing.
 *
 * AES-256-GCM with a fresh nonce, and the account and the share's name as associated data, so that a row moved
 * to another account or another share does not open. A share is named by an HMAC of its receipt: a receipt is
 * a plain hash of account and data, and would let the holder of a dump test guesses.
 *
 *   stored = version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 */
import { hkdfSha256, hmacSha256 } from "#bc/crypto";
import { concatBytes } from "#bc/keys";

export type StorageCipher = {
  /** 32 bytes: the name under which the share with this receipt is stored. */
  readonly shareId: (receipt: Uint8Array) => Uint8Array;
  readonly seal: (plaintext: Uint8Array, account: Uint8Array, name: Uint8Array) => Promise<Uint8Array>;
  /** Rejects when the bytes are not what was sealed under this account and name. */
  readonly open: (stored: Uint8Array, account: Uint8Array, name: Uint8Array) => Promise<Uint8Array>;
};

const VERSION = 1;
const NONCE_SIZE = 12;

/** @param key 32 bytes, the storage key, from which one key a purpose is derived. */
export async function createStorageCipher(key: Uint8Array): Promise<StorageCipher> {
  const derive = (purpose: string) => hkdfSha256(key, new TextEncoder().encode(purpose), { dkLen: 32 });
  const nameKey = derive("share-server share name");
  const dataKey = await crypto.subtle.importKey("raw", derive("share-server share data"), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  return {
    shareId: (receipt) => hmacSha256(nameKey, receipt),
    seal: async (plaintext, account, name) => {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
      const additionalData = concatBytes(account, name);
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData },
        dataKey,
        own(plaintext),
      );
      return concatBytes(Uint8Array.of(VERSION), iv, new Uint8Array(sealed));
    },
    open: async (stored, account, name) => {
      if (stored[0] !== VERSION) throw new TypeError("stored in a version that is not known");
      const iv = own(stored.subarray(1, 1 + NONCE_SIZE));
      const additionalData = concatBytes(account, name);
      const sealed = own(stored.subarray(1 + NONCE_SIZE));
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, dataKey, sealed),
      );
    },
  };
}

/** WebCrypto's types want bytes that are not shared between threads. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
