/**
 * Moves everything from an embedded database to a Postgres server.
 *
 * Both have the same schema version. One transaction fills the target. It commits only when every table has as many
 * rows as the source and the same checksum; if anything fails before, the target stays empty. A row travels as one
 * text, which Postgres writes and reads without loss, so this file names no table's columns.
 */
import pg from "pg";
import { layoutOf } from "../migrate.ts";
import { SCHEMA_VERSION, schemaState } from "../schema.ts";
import { type Sql, StoreError } from "../sql.ts";
import { unavailable, writableConnection } from "./postgres.ts";

export type MovedTable = {
  readonly table: string;
  readonly rows: number;
  /** Of all rows, in whatever order. */
  readonly checksum: string;
};

/** Pages of 8 kB that are read at a time: some hundreds of rows, with shares of the largest size some megabytes. */
const PAGES_AT_ONCE = 8;

/**
 * @param source must not change meanwhile.
 * @param targetUrl with a role that owns the schema.
 * @param onProgress called after each portion, with the rows of the table so far.
 * @throws {StoreError} when the target has another schema, holds anything already, or fails.
 */
export async function moveTo(
  source: Sql,
  targetUrl: string,
  onProgress: (table: string, rows: number) => void,
): Promise<readonly MovedTable[]> {
  const client = new pg.Client({
    ...(await writableConnection(targetUrl)),
    application_name: "share-server move",
  });
  const target: Sql = async <Row>(text: string, params: readonly unknown[]) => {
    try {
      return (await client.query<Row & object>(text, [...params])).rows;
    } catch (error) {
      throw unavailable(error);
    }
  };
  try {
    await client.connect().catch((error: unknown) => {
      throw unavailable(error);
    });
    await target("begin", []);
    for (const sql of [source, target]) await sameNotation(sql);
    const tables = await tablesOf(source);
    await expectEmpty(target, tables);
    const moved: MovedTable[] = [];
    for (const table of tables) {
      await copy(source, target, table, onProgress);
      moved.push(await compared(source, target, table));
    }
    await target("commit", []);
    return moved;
  } finally {
    // Without a commit, this rolls back.
    await client.end();
  }
}

/** A row's text must be the same on both sides. */
async function sameNotation(sql: Sql): Promise<void> {
  for (const setting of ["timezone = 'UTC'", "datestyle = 'ISO'", "bytea_output = 'hex'"]) {
    await sql(`set ${setting}`, []);
  }
}

/** All but what is recorded of the schema; accounts first, because the others refer to them. */
async function tablesOf(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ name: string }>(
    `select relname::text as name from pg_class
     where relnamespace = 'store'::regnamespace and relkind = 'r'
       and relname not in ('migration', 'function_set', 'distribution')
     order by relname <> 'account', relname`,
    [],
  );
  return rows.map(({ name }) => name);
}

async function expectEmpty(target: Sql, tables: readonly string[]): Promise<void> {
  const { version } = await schemaState(target);
  if (version !== SCHEMA_VERSION) {
    throw new StoreError("schema", `the target is at schema version ${version}, not ${SCHEMA_VERSION}`);
  }
  if ((await layoutOf(target)) !== "one-node") {
    throw new StoreError(
      "schema",
      "the target is distributed; move to a database that is not, and distribute that one then",
    );
  }
  // The lock also keeps a server that already runs on the target from writing.
  await target(`lock table ${tables.map((table) => `store.${table}`).join(", ")} in exclusive mode`, []);
  for (const table of tables) {
    const [row] = await target<{ used: boolean }>(`select exists (select 1 from store.${table}) as used`, []);
    if (row?.used !== false)
      throw new StoreError("in-use", `the target is not empty: it has rows in ${table}`);
  }
}

async function copy(
  source: Sql,
  target: Sql,
  table: string,
  onProgress: (table: string, rows: number) => void,
): Promise<void> {
  const [size] = await source<{ pages: number }>(
    `select (pg_relation_size('store.${table}') / current_setting('block_size')::integer)::integer as pages`,
    [],
  );
  let rows = 0;
  for (let page = 0; page < (size?.pages ?? 0); page += PAGES_AT_ONCE) {
    const portion = await source<{ row: string }>(
      `select t::text as row from store.${table} t where ctid >= $1::tid and ctid < $2::tid`,
      [`(${page},0)`, `(${page + PAGES_AT_ONCE},0)`],
    );
    if (portion.length === 0) continue;
    await target(
      `insert into store.${table} overriding system value
       select (parsed).* from (
         select element::store.${table} as parsed from json_array_elements_text($1::json) element offset 0
       ) rows`,
      [JSON.stringify(portion.map(({ row }) => row))],
    );
    rows += portion.length;
    onProgress(table, rows);
  }
  await countOn(target, table);
}

/** Has columns that number themselves go on after the numbers that came along. */
async function countOn(target: Sql, table: string): Promise<void> {
  const columns = await target<{ name: string }>(
    `select attname::text as name from pg_attribute where attrelid = 'store.${table}'::regclass and attidentity <> ''`,
    [],
  );
  for (const { name } of columns) {
    await target(
      `select setval(pg_get_serial_sequence('store.${table}', '${name}'), max(${name}))::text from store.${table}`,
      [],
    );
  }
}

async function compared(source: Sql, target: Sql, table: string): Promise<MovedTable> {
  const [before, after] = [await summaryOf(source, table), await summaryOf(target, table)];
  if (before.rows !== after.rows || before.checksum !== after.checksum) {
    throw new StoreError(
      "unavailable",
      `${table} arrived with ${after.rows} rows of ${before.rows}, or changed`,
    );
  }
  return { table, ...before };
}

async function summaryOf(sql: Sql, table: string): Promise<Omit<MovedTable, "table">> {
  const [summary] = await sql<Omit<MovedTable, "table">>(
    `select count(*)::integer as rows,
       coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0)::text as checksum
     from store.${table} t`,
    [],
  );
  if (summary === undefined) throw new StoreError("unavailable", `${table} could not be counted`);
  return summary;
}
