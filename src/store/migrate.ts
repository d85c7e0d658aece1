/**
 * Brings a database to this program's schema: its tables by migrations, forward only, each once and in order; its
 * functions by replacing them all when they are not this program's. A function that keeps its parameters and columns
 * keeps its identity, so that servers are served meanwhile. Where one does not, all are dropped and made anew, and
 * calls that are just under way may fail.
 *
 * Everything travels as one `do` block, and so as one transaction. It takes an advisory lock, looks what is left to do,
 * does it and records it. So any number of programs may migrate at once, a driver needs nothing beyond {@link Sql},
 * nobody sees new tables with old functions, and a failure leaves all as it was.
 *
 * A database whose tables are spread over the nodes of a Citus cluster (distribute.ts) has the same functions, but for those
 * that `distributed` replaces. Its nodes make every change together.
 */
import { tooNew } from "./schema.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";

/** A change to the tables. Once released it stays as it is. */
export interface Migration {
  /** 1, 2, 3, …, without gaps. */
  readonly version: number;
  /** What it is about, in lower-case words joined by dashes. */
  readonly name: string;
  readonly script: string;
}

export interface Schema {
  readonly migrations: readonly Migration[];
  /** Scripts of `create or replace function`, which need not know one another. */
  readonly functions: readonly string[];
  /** The same for functions that are others where the tables are spread over several nodes. Default: none. */
  readonly distributed?: readonly string[];
}

/**
 * How the tables lie: on one node, spread over several, or only partly so.
 */
export type Layout = "one-node" | "half-distributed" | "distributed";

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

export type SchemaStatus = {
  readonly layout: Layout;
  /** This program's migrations and those that the database has besides, by version. */
  readonly migrations: readonly MigrationStatus[];
  readonly functions: Exclude<MigrationState, "unknown">;
};

/** What was done. */
export type Migrated = { readonly migrations: readonly Migration[]; readonly functions: boolean };

/**
 * Applies what is missing. The roles that could call the old functions can call the new ones.
 *
 * @throws {StoreError} `schema`, before anything is applied, when a migration was applied with another text than
 *   this program's, when the database has one that this program does not know, when the role is not the one that owns
 *   the schema, and when the list has gaps.
 */
export async function migrate(sql: Sql, schema: Schema, now: Date): Promise<Migrated> {
  for (const [index, { version, name }] of schema.migrations.entries()) {
    if (version !== index + 1 || !/^[a-z0-9-]+$/.test(name)) {
      throw new StoreError("schema", `migration ${version} (${name}) is out of order or ill named`);
    }
  }
  const status = await schemaStatus(sql, schema);
  const missing = missingOf(schema, status);
  if (status.layout === "half-distributed") {
    throw new StoreError("schema", `the database is ${HALF_DISTRIBUTED}`);
  }
  const isReplaced = status.functions !== "applied";
  if (missing.length > 0 || isReplaced) {
    await expectOwnerRole(sql);
    await sql(await scriptFor(missing, schema, status.layout, now), []);
  }
  return { migrations: missing, functions: isReplaced };
}

export const HALF_DISTRIBUTED = "distributed by half; `share-server migrate --distribute` finishes it";

/**
 * This program's migrations that a database lacks.
 *
 * @throws {StoreError} `schema` when the database has others than this program's.
 */
export function missingOf({ migrations }: Schema, status: SchemaStatus): readonly Migration[] {
  const versionsThat = (state: MigrationState) =>
    status.migrations.filter((migration) => migration.state === state).map(({ version }) => version);
  const newest = versionsThat("unknown").at(-1);
  if (newest !== undefined) throw new StoreError("schema", tooNew(newest, migrations.length));
  const [different] = versionsThat("differs");
  if (different !== undefined) {
    throw new StoreError("schema", `migration ${different} differs from the one the database has`);
  }
  return migrations.filter(({ version }) => versionsThat("missing").includes(version));
}

/** Replaces the functions by those of a layout, unless they are there. The tables are those of the newest migration. */
export async function applyFunctions(sql: Sql, schema: Schema, layout: Layout, now: Date): Promise<void> {
  await sql(await scriptFor([], schema, layout, now), []);
}

/**
 * Gives a database role the rights that a server needs. For the role that migrates, after migrating.
 *
 * @throws {StoreError}
 */
export async function grantExecution(sql: Sql, role: string): Promise<void> {
  await sql("select store.grant_execution(p_role => $1)", [role]);
}

/**
 * How the database's schema compares with this program's. For the role that migrates.
 *
 * @throws {StoreError} `schema` when the role is another.
 */
export async function schemaStatus(sql: Sql, schema: Schema): Promise<SchemaStatus> {
  const { migrations } = schema;
  const database = await readRecord(sql);
  const known = await Promise.all(
    migrations.map(async ({ version, name, script }): Promise<MigrationStatus> => {
      const checksum = database.migrations.get(version);
      if (checksum === undefined) return { state: "missing", version, name };
      return { state: checksum === (await checksumOf(script)) ? "applied" : "differs", version, name };
    }),
  );
  const unknown = [...database.migrations.keys()]
    .filter((version) => migrations.every((migration) => migration.version !== version))
    .map((version): MigrationStatus => ({ state: "unknown", version, name: "" }));
  const isCurrent = database.functionSet === (await functionSetOf(schema));
  return {
    layout: database.layout,
    migrations: [...known, ...unknown].sort((one, other) => one.version - other.version),
    functions: isCurrent ? "applied" : database.functionSet === null ? "missing" : "differs",
  };
}

/** What names a set of functions, those of both layouts. */
export async function functionSetOf({
  functions,
  distributed = [],
}: Omit<Schema, "migrations">): Promise<string> {
  return await checksumOf(JSON.stringify([...functions, ...distributed]));
}

/** @throws {StoreError} `schema` when the role is not the one that owns the schema. */
export async function expectOwnerRole(sql: Sql): Promise<void> {
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
  return new StoreError("schema", `${role} is not the role that owns the schema, which this needs`);
}

type SchemaRecord = {
  /** The checksum of each migration's script. */
  readonly migrations: ReadonlyMap<number, string>;
  readonly functionSet: string | null;
  readonly layout: Layout;
};

/** What the database knows of its own schema. */
async function readRecord(sql: Sql): Promise<SchemaRecord> {
  // The catalogue is readable for everybody.
  const [table] = await sql<{ readable: boolean; role: string }>(
    `select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable,
       current_user::text as role
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'store' and c.relname = 'function_set'`,
    [],
  );
  if (table === undefined) return { migrations: new Map(), functionSet: null, layout: "one-node" };
  if (!table.readable) throw notTheOwner(table.role);
  const rows = await sql<{ version: number | null; checksum: string }>(
    `select version, checksum from store.migration
     union all
     select null, checksum from store.function_set where is_current`,
    [],
  );
  const migrations = rows.flatMap(({ version, checksum }) =>
    version === null ? [] : ([[version, checksum]] as const),
  );
  const functionSet = rows.find(({ version }) => version === null)?.checksum ?? null;
  return { migrations: new Map(migrations), functionSet, layout: await layoutOf(sql) };
}

/** For the role that owns the schema. */
export async function layoutOf(sql: Sql): Promise<Layout> {
  // Migration 8 makes the table.
  const [table] = await sql<{ exists: boolean }>(
    "select to_regclass('store.distribution') is not null as exists",
    [],
  );
  const [row] =
    table?.exists === true
      ? await sql<{ is_done: boolean }>("select is_done from store.distribution", [])
      : [];
  if (row === undefined) return "one-node";
  return row.is_done ? "distributed" : "half-distributed";
}

/**
 * `do` takes no parameters, so the values are written into the text: numbers, strings whose characters are checked
 * above or are hexadecimal digits, an ISO date, and scripts between quotes that they cannot contain.
 */
async function scriptFor(
  migrations: readonly Migration[],
  schema: Schema,
  layout: Layout,
  now: Date,
): Promise<string> {
  const at = `timestamptz '${now.toISOString()}'`;
  const tables = await Promise.all(
    migrations.map(
      async ({ version, name, script }) => `
      if not exists (select 1 from store.migration where version = ${version}) then
        ${statementsOf(script).map(execute).join("\n")}
        insert into store.migration (version, name, checksum, applied_at)
        values (${version}, '${name}', '${await checksumOf(script)}', ${at});
      end if;`,
    ),
  );
  const functionSet = await functionSetOf(schema);
  const texts = [...schema.functions, ...(layout === "one-node" ? [] : (schema.distributed ?? []))];
  const scripts = texts.map(execute).join("\n");
  return `do $migrate$
    declare
      v_before text[];
      v_roles text[];
      v_text text;
      v_is_distributed boolean := false;
    begin
      perform pg_advisory_xact_lock(53320, 0);
      if to_regclass('store.distribution') is not null then
        v_is_distributed := exists (select 1 from store.distribution);
      end if;
      if v_is_distributed <> ${layout !== "one-node"} then
        raise exception 'the database was distributed meanwhile: migrate again';
      end if;
      create schema if not exists store;
      create table if not exists store.migration (
        version integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null
      );
      create table if not exists store.function_set (
        checksum text primary key,
        is_current boolean not null,
        applied_at timestamptz not null
      );
      create unique index if not exists function_set_current on store.function_set (is_current) where is_current;
      ${tables.join("")}
      if not exists (select 1 from store.function_set where checksum = '${functionSet}' and is_current) then
        v_roles := array(
          select distinct a.grantee::regrole::text from pg_proc p, aclexplode(p.proacl) a
          where p.pronamespace = 'store'::regnamespace and a.grantee not in (0, p.proowner)
        );
        -- Functions are checked when they are made, in the place that they will run in.
        perform set_config('search_path', 'store, pg_temp', true);
        v_before := array(select oid || ' ' || ctid from pg_proc where pronamespace = 'store'::regnamespace);
        begin
          ${scripts}
        exception when invalid_function_definition then
          perform set_config('search_path', 'pg_catalog, pg_temp', true);
          for v_text in select oid::regprocedure from pg_proc where pronamespace = 'store'::regnamespace loop
            execute 'drop function ' || v_text;
          end loop;
          perform set_config('search_path', 'store, pg_temp', true);
          ${scripts}
        end;
        -- From here on names are written with their schema, also where they are sent to other nodes.
        perform set_config('search_path', 'pg_catalog, pg_temp', true);
        -- What has not been written anew is not a function of this program.
        for v_text in
          select oid::regprocedure from pg_proc
          where pronamespace = 'store'::regnamespace and oid || ' ' || ctid = any (v_before)
        loop
          execute 'drop function ' || v_text;
        end loop;
        if to_regprocedure('store.delegate_calls()') is not null then
          perform store.delegate_calls();
        end if;
        revoke all on all functions in schema store from public;
        for v_text in
          select format('grant execute on function %s to %s', p.oid::regprocedure, role)
          from pg_proc p, unnest(v_roles) role where p.pronamespace = 'store'::regnamespace and p.prosecdef
        loop
          execute v_text;
        end loop;
        update store.function_set set is_current = false where is_current;
        insert into store.function_set (checksum, is_current, applied_at) values ('${functionSet}', true, ${at})
        on conflict (checksum) do update set is_current = true, applied_at = excluded.applied_at;
      end if;
    end $migrate$`;
}

/**
 * The statements of a migration: each ends with a line. One by one, because Citus hands all of a text to the nodes for each
 * statement in it, and they refuse a text of several.
 */
function statementsOf(script: string): readonly string[] {
  return script.split(/(?<=^(?!\s*--).*;)$/m).filter((text) => text.trim() !== "");
}

function execute(script: string): string {
  const quote = "$migrated_script$";
  if (script.includes(quote)) throw new StoreError("schema", `no script may contain ${quote}`);
  return `execute ${quote}${script}${quote};`;
}

async function checksumOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
