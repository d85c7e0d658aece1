/**
 * Another storage key: the data keys are encrypted under it too. Servers with either one work until the next rekey, which
 * makes a data key that only the newest storage key opens.
 */
import { readDataKeys } from "../store/data-keys.ts";
import { addStorageKey } from "../store/rekey.ts";
import type { Sql } from "../store/sql.ts";
import type { DataKey } from "./key-cipher.ts";
import { fingerprintOf, readStorageKeys, wrap } from "./storage-keys.ts";

/** Twice is fine. @param sql as the role that owns the tables. @throws {StoreError} `storage-key` */
export async function changeStorageKey(sql: Sql, present: Uint8Array, next: Uint8Array): Promise<void> {
  for (;;) {
    const { newest, former } = await readStorageKeys(sql, present);
    const keys = former === undefined ? [newest] : [newest, former];
    await addStorageKey(sql, await wrapAll(next, keys), await wrapAll(present, keys));
    // A rekey that has just begun has made a key that is not among them.
    const { newest: added } = await readDataKeys(sql, fingerprintOf(next));
    if (added.wrapped !== null) return;
  }
}

async function wrapAll(storageKey: Uint8Array, keys: readonly DataKey[]) {
  const wrapped = await Promise.all(keys.map((key) => wrap(storageKey, key)));
  return { fingerprint: fingerprintOf(storageKey), keys: wrapped };
}
