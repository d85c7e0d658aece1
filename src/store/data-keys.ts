/** Which data keys are in use, and what they look like to whoever has the storage key. */
import { call } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

export interface WrappedDataKey {
  readonly id: number;
  /** The key, encrypted under the storage key. Null: this storage key does not open it. */
  readonly wrapped: Uint8Array | null;
}

export interface DataKeysInUse {
  /** What is written is written under it. */
  readonly newest: WrappedDataKey;
  /** While a rekey is under way: what some of the rest is under. */
  readonly former: WrappedDataKey | undefined;
}

interface Row {
  readonly data_key: number;
  readonly former_data_key: number | null;
  readonly key_id: number | null;
  readonly wrapped: Uint8Array | null;
}

/** @param fingerprint of the storage key. */
export async function readDataKeys(sql: Sql, fingerprint: Uint8Array): Promise<DataKeysInUse> {
  const rows = await call<Row>(sql, statement("read_data_keys", { fingerprint }));
  const wrappedKey = (id: number): WrappedDataKey => {
    return { id, wrapped: rows.find(({ key_id }) => key_id === id)?.wrapped ?? null };
  };
  const [state] = rows;
  const formerId = state?.former_data_key ?? null;
  return {
    newest: wrappedKey(state?.data_key ?? 0),
    former: formerId === null ? undefined : wrappedKey(formerId),
  };
}
