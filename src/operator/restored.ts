import type { Command } from "commander";
import { closeUntil } from "../store/close-until.ts";
import { readSchema } from "../store/drivers/schema-files.ts";
import { expectOwnerRole, migrate } from "../store/migrate.ts";
import { schemaState, whyUnfit } from "../store/schema.ts";
import type { Sql } from "../store/sql.ts";
import { configuration, onDatabase, print } from "./command.ts";
import { OperatorFailure } from "./operator-failure.ts";

type Options = { readonly acceptUndated?: boolean };

/** `restored`: tells the database that it is a backup, so that requests which it does not remember can't run again. */
export function addRestored(program: Command): void {
  program
    .command("restored")
    .description("say that the database was restored from a backup, before a server starts on it")
    .option(
      "--accept-undated",
      "go on to carry out undated requests. Whoever has kept one from after the backup, a deletion or a change of " +
        "key, can then have it carried out a second time",
    )
    .addHelpText(
      "after",
      `
A backup does not know the requests that came after it, and whoever has kept one could send it again. So
from now on the server refuses

  - every request dated until now and REQUEST_MAX_AHEAD, which wallets' clocks may be fast: expired
  - every undated request but storeShare, because it can't be told from an old one: missing-date

For REQUEST_MAX_AHEAD (5 minutes) after this command, the first refuses new requests too. The second is for good,
until this command is given again with --accept-undated; clients of GSTP that date nothing need that.

Examples:
  DATA_DIR=/var/lib/share-server share-server restored
  DATABASE_URL=postgres://share_owner:password@host/shares share-server restored --accept-undated`,
    )
    .action(async ({ acceptUndated = false }: Options) => {
      const config = configuration();
      const closedUntil = new Date(Date.now() + config.REQUEST_MAX_AHEAD * 1000);
      await onDatabase(config, async (sql) => {
        // The server would migrate its own database at its start, which is too late.
        if (config.DATABASE_URL === undefined) await migrate(sql, await readSchema(), new Date());
        else await expectFitting(sql);
        await closeUntil(sql, closedUntil, acceptUndated);
      });
      print(`Requests that are dated until ${closedUntil.toISOString()} are refused from now on.`);
      print(
        acceptUndated
          ? "Undated requests are carried out."
          : "Undated requests are refused, but for those that store a share.",
      );
    });
}

async function expectFitting(sql: Sql): Promise<void> {
  const reason = whyUnfit(await schemaState(sql));
  if (reason !== undefined) throw new OperatorFailure("usage", reason);
  await expectOwnerRole(sql);
}
