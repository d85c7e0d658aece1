/** `share leave` */
import type { Command } from "commander";
import { backupsWarning } from "../backups/shares-of-backups.ts";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { withClient } from "../connect.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addLeave(program: Command): void {
  program
    .command("leave")
    .description("delete your account: shares, fallback and all, for good")
    .addOption(yesOption())
    .addHelpText("after", `${examples("leave", "leave --yes")}\nYour keys stay.\n`)
    .action(async (options: ConfirmOptions, command: Command) => {
      const settings = settingsOf(command);
      await confirm(
        `This deletes your account at ${settings.url}, with its shares and its fallback.${await backupsWarning(settings)}`,
        options,
      );
      await withClient(settings, async (client) => {
        await client.deleteAccount();
        await settings.home.forgetAccount(await client.server());
      });
      if (settings.json) printJSON({ left: settings.url });
      else printLine(`left ${settings.url}; the keys stay in ${await settings.home.place()}`);
    });
}
