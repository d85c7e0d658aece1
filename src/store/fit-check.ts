/**
 * Makes sure that a database fits this program before the program asks it anything else: its schema is one that the
 * program can work with, and what it holds was encrypted with this server's storage key. With a wrong key the server
 * could read nothing that is stored, and would store what the right key cannot read.
 */
import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import { type SchemaState, schemaState, whyUnfit } from "./schema.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";

/**
 * Wraps a driver. Until the database has been found to fit, each call looks first; from then on no call does. Calls
 * share no promise, because a Worker may not wait for another request's.
 *
 * @param fingerprint 32 bytes that tell the storage key from others. The first one is remembered in the database.
 */
export function withFitCheck(sql: Sql, fingerprint: Uint8Array): Sql {
  let fits = false;
  return async (text, params) => {
    if (!fits) {
      await expectFit(sql, fingerprint);
      fits = true;
    }
    return await sql(text, params);
  };
}

/** @throws {StoreError} `schema` or `storage-key`, with a text for the operator; `unavailable`. */
export async function expectFit(sql: Sql, fingerprint: Uint8Array): Promise<SchemaState> {
  const state = await schemaState(sql);
  const reason = whyUnfit(state);
  if (reason !== undefined) throw new StoreError("schema", reason);
  const claim = statement("claim_storage_key", { fingerprint });
  const { claim_storage_key: isOurs } = await callForRow<{ claim_storage_key: boolean }>(sql, claim);
  if (!isOurs) throw new StoreError("storage-key", "the database was encrypted with another storage key");
  return state;
}
