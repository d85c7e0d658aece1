/**
 * What one data key makes: ciphertext, and the HMACs that it is filed under.
 *
 * AES-256-GCM with a fresh nonce and a key for each purpose, all derived from the data key. The context of a value (its
 * account, its ID) is associated data, so that a row moved elsewhere does not decrypt. Shares and contacts are looked up
 * by HMACs, since a receipt is a plain hash and a contact is short: whoever holds a dump could test guesses on either.
 *
 *   field = version(2) ‖ data key(4) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 *   share = version(2) ‖ data key(4) ‖ nonce(12) ‖ encrypted receipt(32) ‖ tag(16) ‖ ciphertext ‖ tag(16)
 *
 * Receipts have a key of their own, so the nonce may serve twice. Of damage to a share, its receipt may still tell whose it
 * is. Earlier programs wrote, for both,
 *
 *   version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 *
 * under the storage key itself, which is data key 0.
 */

import { concatBytes, hmacSha256, randomBytes } from "@bc/envelope";
import { importKey } from "#aes-gcm";
import { hkdfSha256 } from "#bc/crypto";

/** A key that everything at rest is encrypted and named under. */
export type DataKey = {
  /** From 0 to 2^32 - 1. */
  readonly id: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
};

/** What things are looked up by. */
export type Names = {
  /** 32 bytes: the ID under which the share with this receipt is stored. */
  readonly shareId: (receipt: Uint8Array) => Uint8Array;
  /** 32 bytes: what a contact is looked up by. */
  readonly contactHmac: (contact: string) => Uint8Array;
  /** 32 bytes: what the requests from one network are counted by. */
  readonly networkHmac: (network: string) => Uint8Array;
  /** 32 bytes: the key for hashes of short codes. */
  readonly codeSecret: Uint8Array;
};

export type FieldCipher = {
  readonly encrypt: (plaintext: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
  /** Rejects when the bytes are not what was encrypted in this context. */
  readonly decrypt: (stored: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
};

export type Share = {
  readonly data: Uint8Array;
  /** 32 bytes. */
  readonly receipt: Uint8Array;
};

export type ShareCipher = {
  readonly encrypt: (share: Share, context: Uint8Array) => Promise<Uint8Array>;
  /** The data. Rejects when they are not what was encrypted in this context. */
  readonly decrypt: (stored: Uint8Array, context: Uint8Array) => Promise<Uint8Array>;
  /** The receipt; undefined for a share of an earlier program. Rejects like `decrypt`, independently of it. */
  readonly decryptReceipt: (stored: Uint8Array, context: Uint8Array) => Promise<Uint8Array | undefined>;
};

export type KeyCipher = Names & {
  /** Of the data key. */
  readonly keyId: number;
  readonly shares: ShareCipher;
  readonly contacts: FieldCipher;
  /** Tokens and codes of challenges, until their message is sent. */
  readonly secrets: FieldCipher;
};

const [FIRST_VERSION, VERSION] = [1, 2];
const KEY_ID_SIZE = 4;
const NONCE_SIZE = 12;
const TAG_SIZE = 16;
const RECEIPT_SIZE = 32;
const HEADER_SIZE = 1 + KEY_ID_SIZE;
const MAX_REMEMBERED = 1_000;

export async function createKeyCipher({ id, key }: DataKey): Promise<KeyCipher> {
  const derive = (purpose: string) => hkdfSha256(key, utf8(`share-server ${purpose}`), { dkLen: 32 });
  const shareIdKey = derive("share name");
  const contactNameKey = derive("contact name");
  const networkHmacKey = derive("origin name");
  const header = headerOf(id);
  return {
    keyId: id,
    shareId: (receipt) => hmacSha256(shareIdKey, receipt),
    contactHmac: (contact) => hmacSha256(contactNameKey, utf8(contact)),
    networkHmac: remembered((network) => hmacSha256(networkHmacKey, utf8(network))),
    codeSecret: derive("code"),
    shares: await createShareCipher(header, derive("share data"), derive("share receipt")),
    contacts: await createFieldCipher(header, derive("contact")),
    secrets: await createFieldCipher(header, derive("message")),
  };
}

/** What ciphertexts under a data key begin with. */
export function headerOf(keyId: number): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE);
  header[0] = VERSION;
  new DataView(header.buffer).setUint32(1, keyId);
  return header;
}

/** Which data key a ciphertext was made with. Undefined: it is damaged, or of a later program. */
export function keyIdIn(stored: Uint8Array): number | undefined {
  if (stored[0] === FIRST_VERSION) return 0;
  if (stored[0] !== VERSION || stored.length < HEADER_SIZE) return undefined;
  return new DataView(stored.buffer, stored.byteOffset).getUint32(1);
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

/** Where the nonce of a ciphertext is, and what follows it. */
function split(stored: Uint8Array): { readonly nonce: Uint8Array; readonly rest: Uint8Array } {
  const at = stored[0] === FIRST_VERSION ? 1 : HEADER_SIZE;
  return { nonce: stored.subarray(at, at + NONCE_SIZE), rest: stored.subarray(at + NONCE_SIZE) };
}

async function createFieldCipher(header: Uint8Array, rawKey: Uint8Array): Promise<FieldCipher> {
  const cipher = await importKey(rawKey);
  return {
    encrypt: async (plaintext, context) => {
      const nonce = randomBytes(NONCE_SIZE);
      return concatBytes(header, nonce, await cipher.encrypt(nonce, plaintext, context));
    },
    decrypt: async (stored, context) => {
      const { nonce, rest } = split(stored);
      return cipher.decrypt(nonce, rest, context);
    },
  };
}

async function createShareCipher(
  header: Uint8Array,
  dataKey: Uint8Array,
  receiptKey: Uint8Array,
): Promise<ShareCipher> {
  const [ofData, ofReceipts] = [await importKey(dataKey), await importKey(receiptKey)];
  const receiptEnd = RECEIPT_SIZE + TAG_SIZE;
  return {
    encrypt: async ({ data, receipt }, context) => {
      const nonce = randomBytes(NONCE_SIZE);
      const encryptedReceipt = await ofReceipts.encrypt(nonce, receipt, context);
      return concatBytes(header, nonce, encryptedReceipt, await ofData.encrypt(nonce, data, context));
    },
    decrypt: async (stored, context) => {
      const { nonce, rest } = split(stored);
      const ciphertext = stored[0] === FIRST_VERSION ? rest : rest.subarray(receiptEnd);
      return ofData.decrypt(nonce, ciphertext, context);
    },
    decryptReceipt: async (stored, context) => {
      if (stored[0] === FIRST_VERSION) return undefined;
      const { nonce, rest } = split(stored);
      return ofReceipts.decrypt(nonce, rest.subarray(0, receiptEnd), context);
    },
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
