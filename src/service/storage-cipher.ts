/**
 * What the database gets to see: ciphertext, filed under HMACs.
 *
 * Everything is written under the newest data key. While a rekey is under way, some of what was written before is still
 * under the former one; each ciphertext names its own.
 */
import { StoreError } from "../store/sql.ts";
import {
  createKeyCipher,
  type DataKey,
  type FieldCipher,
  type KeyCipher,
  keyIdIn,
  type Names,
  type ShareCipher,
} from "./key-cipher.ts";

/** Names and ciphertexts of the newest data key. Decrypts those of the former one as well. */
export type StorageCipher = KeyCipher & {
  /** The names of what is still under the former data key. Undefined: no rekey is under way. */
  readonly former: Names | undefined;
  /**
   * The names of what is under the same data key as these bytes.
   *
   * @throws {StoreError} `data-key` when these data keys are neither: they are damaged, or there is a newer one.
   */
  readonly namesLike: (stored: Uint8Array) => Names;
};

export async function createStorageCipher(newest: DataKey, former?: DataKey): Promise<StorageCipher> {
  const newestCipher = await createKeyCipher(newest);
  const formerCipher = former && (await createKeyCipher(former));
  const cipherOf = (stored: Uint8Array): KeyCipher => {
    const id = keyIdIn(stored);
    if (id === newestCipher.keyId) return newestCipher;
    if (formerCipher !== undefined && id === formerCipher.keyId) return formerCipher;
    throw new StoreError("data-key", "encrypted under a data key that is not known");
  };
  const fieldCipher = (field: "contacts" | "secrets"): FieldCipher => ({
    encrypt: newestCipher[field].encrypt,
    decrypt: async (stored, context) => cipherOf(stored)[field].decrypt(stored, context),
  });
  const shares: ShareCipher = {
    encrypt: newestCipher.shares.encrypt,
    decrypt: async (stored, context) => cipherOf(stored).shares.decrypt(stored, context),
    decryptReceipt: async (stored, context) => cipherOf(stored).shares.decryptReceipt(stored, context),
  };
  return {
    ...newestCipher,
    shares,
    contacts: fieldCipher("contacts"),
    secrets: fieldCipher("secrets"),
    former: formerCipher,
    namesLike: cipherOf,
  };
}
