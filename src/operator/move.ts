import type { Command } from "commander";
import { moveTo } from "../store/drivers/move.ts";
import { openPglite } from "../store/drivers/pglite.ts";
import { readSchema } from "../store/drivers/schema-files.ts";
import { grantExecution, migrate } from "../store/migrate.ts";
import { checkedUrl, configuration, existingFolder, onPostgres, print } from "./command.ts";
import { OperatorFailure } from "./operator-failure.ts";

type Options = { readonly to?: string; readonly grant?: string };

/** `move`: copies the embedded database in `DATA_DIR` to a Postgres server. */
export function addMove(program: Command): void {
  program
    .command("move")
    .description("copy the embedded database in DATA_DIR to a Postgres server, while the server is stopped")
    .option(
      "--to <url>",
      "postgres://…, with the role that owns the schema. Whoever lists processes sees it, with its password; by " +
        "default it is DATABASE_URL",
    )
    .option("--grant <role>", "let the role that the server connects as call the store's functions")
    .action(async ({ to, grant }: Options) => {
      const { DATA_DIR, DATABASE_URL } = configuration();
      const target = targetUrl(to, DATABASE_URL);
      const folder = existingFolder(DATA_DIR);
      const source = await openPglite(folder);
      try {
        const schema = await readSchema();
        await migrate(source.sql, schema, new Date());
        await onPostgres(target, async (sql) => {
          await migrate(sql, schema, new Date());
          if (grant !== undefined) await grantExecution(sql, grant);
        });
        for (const { table, rows, checksum } of await moveTo(source.sql, target, progress)) {
          print(`moved  ${table}: ${rows} rows, checksum ${checksum}`);
        }
      } finally {
        await source.close();
      }
      print(`Start the server with DATABASE_URL, and with the secrets in ${folder}.`);
      print(
        "The embedded database is as it was. Do not start a server on it again: it would go its own way.",
      );
    });
}

function targetUrl(option: string | undefined, variable: string | undefined): string {
  if (option !== undefined) return checkedUrl("--to", option);
  if (variable !== undefined) return checkedUrl("DATABASE_URL", variable);
  throw new OperatorFailure("usage", "DATABASE_URL, or --to, has to say where to move to");
}

/** On a terminal: one line that each call overwrites. */
function progress(table: string, rows: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${table}: ${rows} rows\u001b[K\r`);
}
