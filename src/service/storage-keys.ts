/**
 * The keys of everything at rest.
 *
 * The storage key is the operator's secret. It encrypts the data keys, which lie in the database and encrypt everything
 * else. Data key 0 is the first storage key itself: a database has no other before its first rekey.
 *
 *   wrapped = nonce(12) ‖ encrypted data key(32) ‖ tag(16), with the data key's ID as associated data
 *
 * A program keeps the data keys that it has read. The store refuses whatever depends on others than the newest; then the
 * program reads them again, and begins the work anew ({@link withCipher}). So no process has to be told of a rekey.
 */
import { concatBytes, randomBytes } from "@bc/envelope";
import { importKey } from "#aes-gcm";
import { hkdfSha256 } from "#bc/crypto";
import { readDataKeys, type WrappedDataKey } from "../store/data-keys.ts";
import type { NewWrapping } from "../store/rekey.ts";
import { type Sql, StoreError } from "../store/sql.ts";
import { type DataKey, headerOf } from "./key-cipher.ts";
import { createStorageCipher, type StorageCipher } from "./storage-cipher.ts";

export type StorageKeys = {
  /**
   * The cipher of the data keys that were read last. Reads them if they never were.
   *
   * @throws {StoreError} `storage-key`, when the storage key does not open them; `unavailable`.
   */
  readonly cipher: () => Promise<StorageCipher>;
  /** The same, but of later keys than these if there are any. Reads again unless somebody has since. */
  readonly after: (known: StorageCipher) => Promise<StorageCipher>;
};

const KEY_SIZE = 32;
const NONCE_SIZE = 12;

/** Callers share finished ciphers only: a Worker may not wait for the promise of another request. */
export function openStorageKeys(sql: Sql, storageKey: Uint8Array): StorageKeys {
  let kept: StorageCipher | undefined;
  const read = async () => {
    const { newest, former } = await readStorageKeys(sql, storageKey);
    // An answer may overtake a later one.
    if (kept === undefined || kept.keyId <= newest.id) kept = await createStorageCipher(newest, former);
    return kept;
  };
  return {
    cipher: async () => kept ?? (await read()),
    after: async (known) => (kept === undefined || kept === known ? await read() : kept),
  };
}

/** The data keys in use. @throws {StoreError} as {@link StorageKeys}. */
export async function readStorageKeys(
  sql: Sql,
  storageKey: Uint8Array,
): Promise<{ readonly newest: DataKey; readonly former: DataKey | undefined }> {
  const { newest, former } = await readDataKeys(sql, fingerprintOf(storageKey));
  return {
    newest: await unwrap(storageKey, newest),
    former: former && (await unwrap(storageKey, former)),
  };
}

/**
 * Does some work with the keys as they are, and once more from the start if it turns out that there are newer ones.
 *
 * @param work gets whether it has begun before.
 */
export async function withCipher<T>(
  keys: StorageKeys,
  work: (cipher: StorageCipher, isRetry: boolean) => Promise<T>,
): Promise<T> {
  const cipher = await keys.cipher();
  try {
    return await work(cipher, false);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "data-key") throw error;
    return await work(await keys.after(cipher), true);
  }
}

/** 32 bytes that tell this storage key from others and reveal nothing of it. */
export function fingerprintOf(storageKey: Uint8Array): Uint8Array {
  return derive(storageKey, "fingerprint");
}

export function newDataKey(id: number): DataKey {
  return { id, key: randomBytes(KEY_SIZE) };
}

/** Encrypts a data key, for the database. */
export async function wrap(storageKey: Uint8Array, { id, key }: DataKey): Promise<NewWrapping> {
  const nonce = randomBytes(NONCE_SIZE);
  const cipher = await importKey(derive(storageKey, "data key"));
  return { id, wrapped: concatBytes(nonce, await cipher.encrypt(nonce, key, headerOf(id))) };
}

async function unwrap(storageKey: Uint8Array, { id, wrapped }: WrappedDataKey): Promise<DataKey> {
  if (wrapped === null && id === 0) return { id, key: storageKey };
  try {
    if (wrapped === null) throw new TypeError("another storage key's");
    const [nonce, encrypted] = [wrapped.subarray(0, NONCE_SIZE), wrapped.subarray(NONCE_SIZE)];
    const cipher = await importKey(derive(storageKey, "data key"));
    return { id, key: await cipher.decrypt(nonce, encrypted, headerOf(id)) };
  } catch (cause) {
    const text = `the storage key does not open data key ${id} of the database`;
    throw new StoreError("storage-key", text, { cause });
  }
}

function derive(storageKey: Uint8Array, purpose: string): Uint8Array {
  return hkdfSha256(storageKey, new TextEncoder().encode(`share-server ${purpose}`), { dkLen: KEY_SIZE });
}
