/** `share forget`: a backup is deleted at all its servers. */
import { dropRetired, forgetBackup, printable } from "@bc/share-client";
import type { Command } from "commander";
import { type BackupOption, backupOption, chosenBackup } from "../backups/chosen-backup.ts";
import { tellFailures } from "../backups/places.ts";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { printJSON, printLine } from "../output.ts";
import { reachOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type ForgetOptions = BackupOption & ConfirmOptions & { readonly giveUp?: true };

export function addForget(program: Command): void {
  program
    .command("forget")
    .description("delete a backup at all its servers, and tell where that could not be done")
    .addOption(backupOption())
    .addOption(yesOption())
    .option("--give-up", "drop also what a server can't be made to delete; its share stays there")
    .addHelpText(
      "after",
      `${examples("forget", "forget --backup seed --yes")}
An account that no share is left in is deleted as well, with its contact. A server that could not be asked stays in the
profile: give the command again to ask it again.
`,
    )
    .action(async (options: ForgetOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      const name = chosenBackup(keeper, options);
      await confirm(`All shares of ${printable(name)} are deleted; it can't be had back from them.`, options);
      const outcomes = await forgetBackup(keeper, name, reachOf(settings));
      tellFailures(outcomes);
      const rows = outcomes.map((outcome) => ({ url: outcome.url, deleted: "value" in outcome }));
      if (options.giveUp) await dropRetired(keeper, name);
      if (settings.json) return printJSON({ name, places: rows });
      const width = Math.max(...rows.map(({ url }) => url.length));
      const kept = options.giveUp ? "may still have its share" : "may still have its share; ask again later";
      for (const { url, deleted } of rows) printLine(`${url.padEnd(width)}  ${deleted ? "deleted" : kept}`);
    });
}
