/**
 * Brings a database to this program's schema: forward only, each migration once, in order, in a transaction
 * of its own.
 *
 * Each migration travels as one `do` block that takes an advisory lock, looks whether there is anything left
 * to do, runs the script and records it. So any number of programs may migrate at once, a driver needs
 * nothing beyond {@link Sql}, and a failure leaves no half of a migration behind.
 */
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";

/** The schema version that this program's store functions call. One per file in `migrations/`. */
export const SCHEMA_VERSION = 7;

export interface Migration {
  /** 1, 2, 3, …, without gaps. */
  readonly version: number;
  /** What it is about, in lower-case words joined by dashes. */
  readonly name: string;
  readonly script: string;
}

/**
 * Applies what is missing. A migration that was applied with another text than this program's stops it with a
 * `schema` error, and so does a list with gaps.
 */
export async function migrate(sql: Sql, migrations: readonly Migration[], now: Date): Promise<void> {
  for (const [index, migration] of migrations.entries()) {
    if (migration.version !== index + 1 || !/^[a-z0-9-]+$/.test(migration.name)) {
      throw new StoreError(
        "schema",
        `migration ${migration.version} (${migration.name}) is out of order or ill named`,
      );
    }
  }
  const applied = await appliedMigrations(sql);
  for (const migration of migrations) {
    const checksum = await sha256Hex(migration.script);
    const known = applied.get(migration.version);
    if (known === undefined) {
      await sql(applyOnce(migration, checksum, now), []);
    } else if (known !== checksum) {
      throw new StoreError("schema", `migration ${migration.version} differs from the one the database has`);
    }
  }
}

/**
 * The database's schema version; 0 for one that has never been migrated, or is older than the function that
 * tells. Needs no right to a table.
 */
export async function schemaVersion(sql: Sql): Promise<number> {
  const [found] = await sql<{ exists: boolean }>(
    `select exists (
       select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'store' and p.proname = 'schema_version'
     ) as exists`,
    [],
  );
  if (found?.exists !== true) return 0;
  const [row] = await sql<{ version: number }>("select store.schema_version() as version", []);
  return row?.version ?? 0;
}

/** The versions that were applied, each with the checksum of its script. For the role that migrates. */
export async function appliedMigrations(sql: Sql): Promise<ReadonlyMap<number, string>> {
  const [table] = await sql<{ exists: boolean }>(
    "select to_regclass('store.migration') is not null as exists",
    [],
  );
  if (table?.exists !== true) return new Map();
  const rows = await sql<{ version: number; checksum: string }>(
    "select version, checksum from store.migration",
    [],
  );
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

// `do` takes no parameters, so the values are written into the text: a number, two strings whose characters
// are checked above or are hexadecimal digits, an ISO date, and a script between quotes that it cannot
// contain.
function applyOnce({ version, name, script }: Migration, checksum: string, now: Date): string {
  const quote = "$migration_script$";
  if (script.includes(quote))
    throw new StoreError("schema", `migration ${version} must not contain ${quote}`);
  return `do $apply_once$
    begin
      perform pg_advisory_xact_lock(53320, 0);
      create schema if not exists store;
      create table if not exists store.migration (
        version integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null
      );
      create or replace function store.schema_version() returns integer
      language sql stable security definer set search_path = store, pg_temp
      as 'select coalesce(max(version), 0) from migration';
      if not exists (select from store.migration where version = ${version}) then
        execute ${quote}${script}${quote};
        insert into store.migration (version, name, checksum, applied_at)
        values (${version}, '${name}', '${checksum}', '${now.toISOString()}');
      end if;
    end $apply_once$`;
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
