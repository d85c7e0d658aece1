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
 * - `applied`: as this program has it.
 * - `missing`: not applied.
 * - `differs`: applied with another text.
 * - `unknown`: applied by a program that knows more.
 */
export type MigrationState = "applied" | "missing" | "differs" | "unknown";

export type MigrationStatus = {
  readonly state: MigrationState;
  readonly version: number;
  /** Empty for an unknown one. */
  readonly name: string;
};

/**
 * Applies what is missing.
 *
 * @returns what that was.
 * @throws {StoreError} `schema`, before anything is applied, when a migration was applied with another text than
 *   this program's, when the database has one that this program does not know, when the role is not the one that owns
 *   the schema, and when the list has gaps.
 */
export async function migrate(
  sql: Sql,
  migrations: readonly Migration[],
  now: Date,
): Promise<readonly Migration[]> {
  for (const [index, migration] of migrations.entries()) {
    if (migration.version !== index + 1 || !/^[a-z0-9-]+$/.test(migration.name)) {
      throw new StoreError(
        "schema",
        `migration ${migration.version} (${migration.name}) is out of order or ill named`,
      );
    }
  }
  const status = await migrationStatus(sql, migrations);
  const versionsThat = (state: MigrationState) =>
    status.filter((migration) => migration.state === state).map(({ version }) => version);
  const [newest] = versionsThat("unknown").reverse();
  if (newest !== undefined) throw new StoreError("schema", tooNew(newest, migrations.length));
  const [different] = versionsThat("differs");
  if (different !== undefined) {
    throw new StoreError("schema", `migration ${different} differs from the one the database has`);
  }
  const missing = migrations.filter(({ version }) => versionsThat("missing").includes(version));
  if (missing.length > 0) await expectOwnerRole(sql);
  for (const migration of missing) {
    await sql(applyOnce(migration, await sha256Hex(migration.script), now), []);
  }
  return missing;
}

/** What the operator of an older program reads. */
export function tooNew(version: number, known: number): string {
  return `the database is at schema version ${version}, this program knows ${known}; run a later one`;
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

/**
 * This program's migrations and those that the database has besides, by version. For the role that migrates.
 *
 * @throws {StoreError} `schema` when the role is another.
 */
export async function migrationStatus(
  sql: Sql,
  migrations: readonly Migration[],
): Promise<readonly MigrationStatus[]> {
  const applied = await appliedMigrations(sql);
  const known = await Promise.all(
    migrations.map(async ({ version, name, script }): Promise<MigrationStatus> => {
      const checksum = applied.get(version);
      if (checksum === undefined) return { state: "missing", version, name };
      return { state: checksum === (await sha256Hex(script)) ? "applied" : "differs", version, name };
    }),
  );
  const unknown = [...applied.keys()]
    .filter((version) => migrations.every((migration) => migration.version !== version))
    .map((version): MigrationStatus => ({ state: "unknown", version, name: "" }));
  return [...known, ...unknown].sort((one, other) => one.version - other.version);
}

async function expectOwnerRole(sql: Sql): Promise<void> {
  const [row] = await sql<{ may_create: boolean; role: string }>(
    `select coalesce(
         (select has_schema_privilege(oid, 'create') from pg_namespace where nspname = 'store'),
         has_database_privilege(current_database(), 'create')
       ) as may_create,
       current_user::text as role`,
    [],
  );
  if (row?.may_create !== true) throw notTheOwner(row?.role ?? "this");
}

function notTheOwner(role: string): StoreError {
  return new StoreError("schema", `${role} is not the role that owns the schema, which migrations need`);
}

/** The versions that were applied, each with the checksum of its script. */
async function appliedMigrations(sql: Sql): Promise<ReadonlyMap<number, string>> {
  // The catalogue is readable for everybody.
  const [table] = await sql<{ readable: boolean; role: string }>(
    `select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable,
       current_user::text as role
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'store' and c.relname = 'migration'`,
    [],
  );
  if (table === undefined) return new Map();
  if (!table.readable) throw notTheOwner(table.role);
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
