import type { Command } from "commander";
import { readMigrations } from "../store/drivers/migration-files.ts";
import { admit } from "../store/fitting.ts";
import { type Migration, migrate, migrationStatus, schemaVersion } from "../store/migrate.ts";
import type { Sql } from "../store/sql.ts";
import { configuration, databaseUrl, onPostgres, print } from "./command.ts";
import { EXIT_CODES } from "./failure.ts";

type Options = { readonly status?: true; readonly grant?: string };

/** `migrate`: brings `DATABASE_URL` to this program's schema, as the role that owns it. */
export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database at DATABASE_URL to this program's schema")
    .option(
      "--status",
      "only tell what is applied, missing, different or unknown; exit code 1 unless all is applied",
    )
    .option("--grant <role>", "let the role that the server connects as call the store's functions")
    .action(async ({ status, grant }: Options) => {
      await onPostgres(databaseUrl(configuration()), async (sql) => {
        const migrations = await readMigrations();
        if (status) {
          await tellStatus(sql, migrations);
          return;
        }
        const applied = await migrate(sql, migrations, new Date());
        if (grant !== undefined) await admit(sql, grant);
        for (const { version, name } of applied) print(`applied  ${version} ${name}`);
        print(`the database is at schema version ${await schemaVersion(sql)}`);
        if (grant !== undefined) print(`${grant} may call its functions`);
      });
    });
}

/** The exit code, too, tells whether all is applied and known. */
async function tellStatus(sql: Sql, migrations: readonly Migration[]): Promise<void> {
  const status = await migrationStatus(sql, migrations);
  for (const { state, version, name } of status) print(`${state}  ${version} ${name}`.trimEnd());
  if (status.some(({ state }) => state !== "applied")) process.exitCode = EXIT_CODES.no;
}
