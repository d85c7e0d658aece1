import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { readMigrations } from "../../store/drivers/migration-files.ts";
import { moveTo } from "../../store/drivers/move.ts";
import { openPglite } from "../../store/drivers/pglite.ts";
import { admit } from "../../store/fitting.ts";
import { migrate } from "../../store/migrate.ts";
import { Failure } from "../failure.ts";
import { configuration, onPostgres, print } from "./command.ts";

type Options = { readonly to: string; readonly grant?: string };

/** `move --to URL`: from the embedded database in `DATA_DIR` to a Postgres server. */
export function addMove(program: Command): void {
  program
    .command("move")
    .description("copy the embedded database in DATA_DIR to a Postgres server, while the server is stopped")
    .requiredOption("--to <url>", "postgres://…, with the role that owns the schema")
    .option("--grant <role>", "let the role that the server connects as call the store's functions")
    .action(async ({ to, grant }: Options) => {
      if (!/^postgres(ql)?:\/\//.test(to) || !URL.canParse(to)) {
        throw new Failure("usage", "--to takes postgres://user:password@host:port/database");
      }
      const folder = resolve(configuration().DATA_DIR);
      if (!existsSync(join(folder, "database")))
        throw new Failure("usage", `there is no database in ${folder}`);
      const source = await openPglite(folder);
      try {
        const migrations = await readMigrations();
        await migrate(source.sql, migrations, new Date());
        await onPostgres(to, async (sql) => {
          await migrate(sql, migrations, new Date());
          if (grant !== undefined) await admit(sql, grant);
        });
        for (const { table, rows, checksum } of await moveTo(source.sql, to, progress)) {
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

/** One line that is written over, where there is a terminal. */
function progress(table: string, rows: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${table}: ${rows} rows\u001b[K\r`);
}
