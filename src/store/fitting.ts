/**
 * A database that is asked nothing before it is known to fit this program: its schema has the version whose
 * functions the program calls, and what it holds was encrypted with this server's storage key. With another key
 * nothing stored could be read, and what were stored now could not be read with the right one.
 */
import { call } from "./answer.ts";
import { SCHEMA_VERSION, schemaVersion, tooNew } from "./migrate.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";

/**
 * Wraps a driver. Until the database has been found to fit, each call looks first; from then on no call does. Calls
 * share no promise, because a Worker may not wait for another request's.
 *
 * @param fingerprint 32 bytes that tell the storage key from others. The first one is remembered in the database.
 */
export function fitting(sql: Sql, fingerprint: Uint8Array): Sql {
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
export async function expectFit(sql: Sql, fingerprint: Uint8Array): Promise<void> {
  const version = await schemaVersion(sql);
  if (version < SCHEMA_VERSION) {
    const state = version === 0 ? "not migrated" : `at schema version ${version}`;
    throw new StoreError(
      "schema",
      `the database is ${state}; run \`share-server migrate\`, which brings it to ${SCHEMA_VERSION}`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new StoreError("schema", tooNew(version, SCHEMA_VERSION));
  }
  const [row] = await call<{ claim_storage_key: boolean }>(sql, "claim_storage_key", [fingerprint]);
  if (row?.claim_storage_key !== true) {
    throw new StoreError("storage-key", "the database was encrypted with another storage key");
  }
}

/** Gives a database role the rights that a server needs. For the role that migrates, after migrating. */
export async function admit(sql: Sql, role: string): Promise<void> {
  await call(sql, "admit", [role]);
}
