/**
 * A database on several machines, of which one takes writes: a primary, and standbys, one of which is promoted when the
 * primary is lost.
 *
 * Whenever a statement has failed, the next one first asks all hosts anew which of them takes writes. So a server goes on by
 * itself once a standby has been promoted, and finds back to a primary that has only been restarted.
 *
 * Should two of them take writes, the one that was promoted last has the higher timeline and gets them. So a lost primary
 * that comes back by mistake gets none from whoever reaches both.
 */
import { setTimeout } from "node:timers/promises";
import { type Sql, StoreError } from "../sql.ts";
import type { PostgresDatabase } from "./postgres.ts";

/** Milliseconds that other hosts have to answer after the first that takes writes: a machine that is gone says nothing. */
const PATIENCE = 1_000;

type Writable = { readonly host: PostgresDatabase; readonly timeline: string };

/** One database of several hosts. */
export function onWritableHost(hosts: readonly PostgresDatabase[]): PostgresDatabase {
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) return only;
  let chosen: Promise<PostgresDatabase> | undefined;

  const sql: Sql = async (text, params) => {
    chosen ??= findWritable(hosts);
    const asked = chosen;
    try {
      return await (await asked).sql(text, params);
    } catch (error) {
      // Others may have looked again meanwhile.
      if (chosen === asked) chosen = undefined;
      throw error;
    }
  };
  const pool = () => {
    const states = hosts.map((host) => host.pool());
    const sum = (of: "total" | "idle" | "waiting") => states.reduce((count, state) => count + state[of], 0);
    return { total: sum("total"), idle: sum("idle"), waiting: sum("waiting") };
  };
  return { sql, pool, close: async () => void (await Promise.all(hosts.map(({ close }) => close()))) };
}

/**
 * The host that takes writes.
 *
 * @throws {StoreError} `unavailable` when there is none.
 */
export async function findWritable(hosts: readonly PostgresDatabase[]): Promise<PostgresDatabase> {
  const found: Writable[] = [];
  const failures: unknown[] = [];
  const first = Promise.withResolvers<void>();
  const look = async (host: PostgresDatabase) => {
    try {
      const timeline = await writableTimeline(host);
      if (timeline === undefined) return;
      found.push({ host, timeline });
      first.resolve();
    } catch (error) {
      failures.push(error);
    }
  };
  const patience = first.promise.then(() => setTimeout(PATIENCE, undefined, { ref: false }));
  await Promise.race([Promise.all(hosts.map(look)), patience]);
  const [newest] = found.sort((one, other) => (one.timeline < other.timeline ? 1 : -1));
  if (newest !== undefined) return newest.host;
  if (failures.length === hosts.length) throw failures[0];
  throw new StoreError(
    "unavailable",
    "no host of the database takes writes; the standby is not promoted yet",
  );
}

/** The timeline of a host that takes writes, in digits of one length; undefined for one that does not. */
async function writableTimeline({ sql }: PostgresDatabase): Promise<string | undefined> {
  const [row] = await sql<{ timeline: string | null }>(
    `select case when current_setting('transaction_read_only') = 'off'
       then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`,
    [],
  );
  return row?.timeline ?? undefined;
}
