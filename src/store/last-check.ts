/** When every share was last read, and what was found: kept in the database, so that each server of it can tell. */
import type { Sql } from "./sql.ts";

/** As the role that owns the tables. */
export async function recordCheck(
  sql: Sql,
  { now, damaged }: { readonly now: Date; readonly damaged: number },
): Promise<void> {
  await sql("update store.server set checked_at = $1::timestamptz, damaged_shares = $2::integer", [
    now,
    damaged,
  ]);
}

/** Undefined: never. As the role that owns the tables. */
export async function lastCheck(sql: Sql): Promise<Date | undefined> {
  const [row] = await sql<{ seconds: number | null }>(
    "select extract(epoch from checked_at)::double precision as seconds from store.server",
    [],
  );
  return typeof row?.seconds === "number" ? new Date(row.seconds * 1_000) : undefined;
}
