/**
 * Spreads a database over the nodes of a Citus cluster, from its coordinator. docs/scaling.md tells which table lies where.
 *
 * It goes forward only, in steps of one transaction each, and each step looks first whether it is done. So whoever is cut off
 * calls it again. The first step takes all functions away: until the last has brought them back, in the texts for several
 * nodes, nobody is served.
 */
import { applyFunctions, migrate, missingOf, type Schema, schemaStatus } from "./migrate.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";

/** Where the rows of a table lie: on every node whole; by the hash of a column; or all on one node, together. */
type Place = "everywhere" | { readonly by: string } | "together";

/** Milliseconds by which the date of a request may be ahead of the server's clock, and more. */
const FAST_CLOCK = 3_600_000;

/** In the order in which they are moved. The first of each kind is the one that the others of it lie beside. */
const PLACES: readonly (readonly [table: string, place: Place])[] = [
  ["distribution", "everywhere"],
  ["migration", "everywhere"],
  ["function_set", "everywhere"],
  ["server", "everywhere"],
  ["data_key", "everywhere"],
  ["horizon", "everywhere"],
  ["account", { by: "xid" }],
  ["account_key", { by: "key_id" }],
  ["later_key", { by: "xid" }],
  ["contact", { by: "xid" }],
  ["contact_owner", { by: "contact_hmac" }],
  ["seen_request", { by: "place" }],
  ["share", { by: "xid" }],
  ["challenge", "together"],
  ["outbox", "together"],
  ["notice", "together"],
  ["message_count", "together"],
  ["newcomer", "together"],
  ["audit_event", "together"],
];

/**
 * Migrates, and distributes what is not distributed yet. As the role that owns the schema.
 *
 * @param tell told of each table before it is moved, with the number of its rows.
 * @returns false: it was distributed before.
 * @throws {StoreError} `schema` where this is no coordinator of a Citus cluster that is ready for it.
 */
export async function distribute(
  sql: Sql,
  schema: Schema,
  now: Date,
  tell: (table: string, rows: number) => void,
): Promise<boolean> {
  await expectCoordinator(sql);
  const status = await schemaStatus(sql, schema);
  if (status.layout !== "half-distributed") await migrate(sql, schema, now);
  else if (missingOf(schema, status).length > 0) {
    throw new StoreError(
      "schema",
      "an earlier program has distributed the database by half; let that finish it",
    );
  }
  if (status.layout === "distributed") return false;

  await sql(BEGIN, []);
  await sql(directories(new Date(now.getTime() + FAST_CLOCK)), []);
  for (const [table, place] of PLACES) {
    if (await isPlaced(sql, table)) continue;
    tell(table, await countRows(sql, table));
    await sql(placing(table, place), []);
  }
  await sql(REFERENCES, []);
  await applyFunctions(sql, schema, "distributed", now);
  await sql(END, []);
  return true;
}

async function expectCoordinator(sql: Sql): Promise<void> {
  const [extension] = await sql("select 1 from pg_extension where extname = 'citus'", []);
  if (extension === undefined) {
    throw new StoreError(
      "schema",
      "--distribute needs Citus, and this database has no extension of that name",
    );
  }
  const [node] = await sql<{ is_coordinator: boolean; is_named: boolean }>(
    `select citus_is_coordinator() as is_coordinator,
       exists (select 1 from pg_dist_node where groupid = 0) as is_named`,
    [],
  );
  if (node?.is_coordinator !== true) {
    throw new StoreError(
      "schema",
      "--distribute goes to the coordinator, and DATABASE_URL names another node",
    );
  }
  if (!node.is_named) {
    throw new StoreError(
      "schema",
      "the other nodes do not know the coordinator; call citus_set_coordinator_host",
    );
  }
  if ((await countNodes(sql)) === 0) {
    throw new StoreError("schema", "the coordinator has no node to distribute to; call citus_add_node");
  }
}

/** How many nodes have rows of a distributed database, or may get some. */
export async function countNodes(sql: Sql): Promise<number> {
  const [row] = await sql<{ nodes: number }>(
    "select count(*)::integer as nodes from pg_dist_node where noderole = 'primary' and isactive and shouldhaveshards",
    [],
  );
  return row?.nodes ?? 0;
}

async function isPlaced(sql: Sql, table: string): Promise<boolean> {
  const rows = await sql(
    "select 1 from pg_dist_partition where logicalrelid = ('store.' || $1::text)::regclass",
    [table],
  );
  return rows.length > 0;
}

async function countRows(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ rows: number }>(
    `select count(*)::double precision as rows from store.${table}`,
    [],
  );
  return row?.rows ?? 0;
}

/** Moves a table. What the coordinator has of it afterwards is its name. */
function placing(table: string, place: Place): string {
  const name = `'store.${table}'`;
  const call =
    place === "everywhere"
      ? `create_reference_table(${name})`
      : place === "together"
        ? `create_distributed_table(${name}, null, colocate_with => ${beside(table, "challenge")})`
        : `create_distributed_table(${name}, '${place.by}', colocate_with => ${beside(table, "account")})`;
  return `do $$ begin
    perform ${call};
    perform truncate_local_data_after_distributing_table(${name});
  end $$`;
}

function beside(table: string, first: string): string {
  return table === first ? "'none'" : `'store.${first}'`;
}

/** Takes the functions away, and remembers who could call them. */
const BEGIN = `do $$
  declare
    v_function text;
  begin
    perform pg_advisory_xact_lock(53320, 0);
    if exists (select 1 from store.distribution) then
      return;
    end if;
    insert into store.distribution (roles)
    select coalesce(array_agg(distinct a.grantee::regrole::text), '{}')
    from pg_proc p, aclexplode(p.proacl) a
    where p.pronamespace = 'store'::regnamespace and a.grantee not in (0, p.proowner);
    for v_function in select oid::regprocedure from pg_proc where pronamespace = 'store'::regnamespace loop
      execute 'drop function ' || v_function;
    end loop;
    update store.function_set set is_current = false;
  end $$`;

/**
 * Between rows of different nodes there are no references, and no index is unique but by the column that its table is
 * distributed by. What they kept from happening, directories and the functions do.
 */
const directories = (earlierUntil: Date) => `do $$
  begin
    perform pg_advisory_xact_lock(53320, 0);
    if to_regclass('store.contact_owner') is not null then
      return;
    end if;
    alter table store.account drop constraint account_current_key;
    alter table store.account_key drop constraint account_key_xid_fkey, drop constraint account_key_xid_key_id_key;
    alter table store.share drop constraint share_xid_fkey;
    alter table store.contact drop constraint contact_xid_fkey;
    alter table store.challenge drop constraint challenge_xid_fkey;
    drop index store.contact_validated, store.contact_validated_by_former;

    alter table store.account add column has_challenges boolean not null default false;
    update store.account a set has_challenges = true
    where exists (
      select 1 from store.challenge c where a.xid = c.xid and c.state in ('open', 'confirmed')
      union all
      select 1 from store.challenge c where a.key_id = c.key_id and c.state in ('open', 'confirmed')
    );

    -- By what a request lies. Those that are remembered already do not tell, and lie by their own names.
    alter table store.seen_request drop constraint seen_request_pkey, add column place bytea;
    update store.seen_request set place = request_key;
    alter table store.seen_request alter column place set not null, add primary key (place, request_key);
    create index seen_request_earlier on store.seen_request (request_key) where place = request_key;
    update store.distribution set earlier_until = timestamptz '${earlierUntil.toISOString()}'
    where exists (select 1 from store.seen_request);

    -- The keys of an account but the first.
    create table store.later_key (xid bytea not null, key_id bytea not null, primary key (xid, key_id));
    insert into store.later_key (xid, key_id) select xid, key_id from store.account_key where key_id <> xid;
    -- From each name of a validated contact to its account.
    create table store.contact_owner (contact_hmac bytea primary key, xid bytea not null);
    insert into store.contact_owner (contact_hmac, xid)
    select name, xid from store.contact, unnest(array[contact_hmac, former_hmac]) name
    where validated and name is not null
    on conflict do nothing;
  end $$`;

const REFERENCES = `do $$
  declare
    v_table text;
  begin
    foreach v_table in array array['share', 'contact', 'later_key'] loop
      if not exists (
        select 1 from pg_constraint
        where conrelid = ('store.' || v_table)::regclass and conname = v_table || '_xid_fkey'
      ) then
        execute format(
          'alter table store.%s add constraint %s_xid_fkey foreign key (xid) references store.account on delete cascade',
          v_table, v_table
        );
      end if;
    end loop;
  end $$`;

const END = `do $$
  declare
    v_role text;
  begin
    for v_role in select unnest(roles) from store.distribution loop
      -- As it is written in the catalogue, a name may be in quotes.
      perform store.grant_execution((select rolname from pg_roles where oid = v_role::regrole)::text);
    end loop;
    update store.distribution set is_done = true;
  end $$`;
