import type { Command } from "commander";
import { countNodes, distribute } from "../store/distribute.ts";
import { readSchema } from "../store/drivers/schema-files.ts";
import {
  grantExecution,
  HALF_DISTRIBUTED,
  type Layout,
  migrate,
  type Schema,
  schemaStatus,
} from "../store/migrate.ts";
import type { Sql } from "../store/sql.ts";
import { configuration, databaseUrl, onPostgres, print } from "./command.ts";
import { OPERATOR_EXIT_CODES } from "./operator-failure.ts";

type Options = { readonly status?: true; readonly grant?: string; readonly distribute?: true };

/** `migrate`: brings the database at `DATABASE_URL` to this program's schema, as the role that owns the database. */
export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database at DATABASE_URL to this program's schema")
    .option(
      "--status",
      "only tell what is applied, missing, different or unknown, and where the tables lie; exit code 1 unless all is applied",
    )
    .option("--grant <role>", "let the role that the server connects as call the store's functions")
    .option(
      "--distribute",
      "spread the tables over the nodes of the Citus cluster that DATABASE_URL coordinates, for good",
    )
    .action(async ({ status, grant, distribute: spread }: Options) => {
      await onPostgres(databaseUrl(configuration()), async (sql) => {
        const schema = await readSchema();
        if (status) {
          await tellStatus(sql, schema);
          return;
        }
        if (spread) {
          await tellDistribution(sql, schema);
          if (grant !== undefined) await grantExecution(sql, grant);
          return;
        }
        const applied = await migrate(sql, schema, new Date());
        if (grant !== undefined) await grantExecution(sql, grant);
        for (const { version, name } of applied.migrations) print(`applied  ${version} ${name}`);
        if (applied.functions) print("applied  functions");
        print(`the database is at schema version ${schema.migrations.length}`);
        if (grant !== undefined) print(`${grant} may call its functions`);
      });
    });
}

/** Servers answer 503 meanwhile. */
async function tellDistribution(sql: Sql, schema: Schema): Promise<void> {
  const isNew = await distribute(sql, schema, new Date(), (table, rows) =>
    print(`moving  ${table}, ${rows} rows`),
  );
  print(isNew ? "the database is distributed" : "the database was distributed before");
}

/** Prints the state of each migration, and the layout. The exit code tells whether all are applied and known. */
async function tellStatus(sql: Sql, schema: Schema): Promise<void> {
  const { migrations, functions, layout } = await schemaStatus(sql, schema);
  for (const { state, version, name } of migrations) print(`${state}  ${version} ${name}`.trimEnd());
  print(`${functions}  functions`);
  print(`layout  ${await describeLayout(sql, layout)}`);
  const states = [...migrations.map(({ state }) => state), functions];
  if (states.some((state) => state !== "applied") || layout === "half-distributed") {
    process.exitCode = OPERATOR_EXIT_CODES.no;
  }
}

async function describeLayout(sql: Sql, layout: Layout): Promise<string> {
  if (layout === "one-node") return "one node";
  if (layout === "half-distributed") return HALF_DISTRIBUTED;
  const nodes = await countNodes(sql);
  return `distributed over ${nodes === 1 ? "1 node" : `${nodes} nodes`}`;
}
