/**
 * What this program asks of a database, and whether a database has it.
 *
 * Tables change by migrations, forward only. The functions that the program calls are one set, which is replaced as a
 * whole; the checksum of their text names it. A database remembers which sets it has had.
 *
 * A rolling upgrade migrates first, while servers of the release before still run. So a database fits a program
 *
 * - when it has at least the program's migrations, and
 * - when its functions are the program's own, or have replaced the program's own.
 *
 * The second is why functions must serve the calls of the release before too: what is called by name may get further
 * parameters with defaults and further columns, and goes away a release later. A migration that older programs cannot
 * live with deletes their sets from `store.function_set`, and they answer 503 from then on. A program also answers 503
 * where the database has never had its functions, until somebody migrates.
 */
import { call } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

/** One per file in `migrations/`. */
export const SCHEMA_VERSION = 9;

/** The checksum of `functions/`. It stands here because a Worker has no files; `readSchema` compares it with them. */
export const FUNCTION_SET = "cc19a9bc8a59f1bc62aca3d9bd65d1b3621b329f03c1aa8940d727cd5645734e";

export type SchemaState = {
  /** How many migrations the database has; 0 for one that has never been migrated. */
  readonly version: number;
  /** Of this program's functions: whether the database has them, had them, or does not know them. */
  readonly functions: "current" | "replaced" | "unknown";
  /** Whether new accounts and shares are refused. */
  readonly isFull: boolean;
  /** Whether the tables are spread over the nodes of a cluster (distribute.ts). */
  readonly isDistributed: boolean;
};

/** The functions of an older program may not tell of room. */
type Row = Pick<SchemaState, "version" | "functions"> & { readonly is_full?: boolean };

/** Needs no right to a table. */
export async function schemaState(sql: Sql): Promise<SchemaState> {
  const [found] = await sql<{ exists: boolean; is_distributed: boolean }>(
    `select count(*) filter (where proname = 'schema_state') > 0 as exists,
       count(*) filter (where proname = 'delegate_calls') > 0 as is_distributed
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'store'`,
    [],
  );
  const [state] =
    found?.exists === true
      ? await call<Row>(sql, statement("schema_state", { function_set: FUNCTION_SET }))
      : [];
  return {
    version: state?.version ?? 0,
    functions: state?.functions ?? "unknown",
    isFull: state?.is_full ?? false,
    isDistributed: found?.is_distributed === true,
  };
}

/** Why a database does not fit this program, for the operator; undefined when it does. */
export function whyUnfit({
  version,
  functions,
}: Pick<SchemaState, "version" | "functions">): string | undefined {
  if (version < SCHEMA_VERSION) {
    const state = version === 0 ? "not migrated" : `at schema version ${version}`;
    return `the database is ${state}; run \`share-server migrate\`, which brings it to ${SCHEMA_VERSION}`;
  }
  if (functions !== "unknown") return undefined;
  return version > SCHEMA_VERSION
    ? tooNew(version, SCHEMA_VERSION)
    : "the database has another program's functions; run `share-server migrate` of the later one";
}

export function tooNew(version: number, known: number): string {
  return `the database is at schema version ${version}, this program knows ${known}; run a later one`;
}
