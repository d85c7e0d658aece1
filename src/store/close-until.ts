import type { Sql } from "./sql.ts";

/**
 * Closes the past: no request that is dated `closedUntil` or before runs from now on, and it never opens again. For the
 * role that owns the schema.
 *
 * @param takesUndated whether undated requests may still change something, beside storing shares.
 * @throws {StoreError}
 */
export async function closeUntil(sql: Sql, closedUntil: Date, takesUndated: boolean): Promise<void> {
  await sql("select store.close_until(p_closed_until => $1, p_takes_undated => $2)", [
    closedUntil,
    takesUndated,
  ]);
}
