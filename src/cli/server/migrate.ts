import type { Command } from "commander";
import { readMigrations } from "../../store/drivers/migration-files.ts";
import { admit } from "../../store/fitting.ts";
import { appliedMigrations, migrate, SCHEMA_VERSION } from "../../store/migrate.ts";
import { configuration, databaseUrl, onPostgres, print } from "./command.ts";

type Options = { readonly status?: true; readonly grant?: string };

/** `migrate`: brings `DATABASE_URL` to this program's schema, as the role that owns it. */
export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database at DATABASE_URL to this program's schema")
    .option("--status", "only tell what has been applied and what is missing")
    .option("--grant <role>", "let the role that the server connects as call the store's functions")
    .action(async ({ status, grant }: Options) => {
      await onPostgres(databaseUrl(configuration()), async (sql) => {
        const migrations = await readMigrations();
        const before = await appliedMigrations(sql);
        if (status) {
          for (const { version, name } of migrations) {
            print(`${before.has(version) ? "applied" : "missing"}  ${version} ${name}`);
          }
          return;
        }
        await migrate(sql, migrations, new Date());
        if (grant !== undefined) await admit(sql, grant);
        const applied = migrations.filter(({ version }) => !before.has(version));
        for (const { version, name } of applied) print(`applied  ${version} ${name}`);
        print(`the database is at schema version ${SCHEMA_VERSION}`);
        if (grant !== undefined) print(`${grant} may call its functions`);
      });
    });
}
