/** `share delete RECEIPT…` and `share delete --all` */

import type { Receipt } from "@bc/share-client";
import { Argument, type Command } from "commander";
import { receiptsFrom } from "../arguments.ts";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { withClient } from "../connect.ts";
import { Failure } from "../failure.ts";
import { printJSON, printLine } from "../output.ts";
import { forgetAudits } from "../prepared-audits.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export type DeleteOptions = { readonly all?: true };

export function addDelete(program: Command): void {
  addDeleteArguments(program.command("delete"))
    .description("delete shares from the server, for good")
    .addOption(yesOption())
    .addHelpText(
      "after",
      examples("delete 3f2a…c1", "delete --all", "delete --all --yes") +
        "\nA share that is not there is no error. With --all you are asked first.\n",
    )
    .action(async (named: readonly Receipt[], options: DeleteOptions & ConfirmOptions, command: Command) => {
      const settings = settingsOf(command);
      const receipts = receiptsToDelete(named, options);
      if (options.all) await confirm(`This deletes all your shares at ${settings.url}.`, options);
      await withClient(settings, async (client) => {
        await client.call("deleteShares", { receipts });
        await forgetAudits(settings, await client.server(), receipts);
      });
      const deleted = options.all ? "all" : receipts.map((receipt) => receipt.hex());
      if (settings.json) printJSON({ deleted });
      else printLine(options.all ? "deleted all shares" : `deleted ${[deleted].flat().join("\ndeleted ")}`);
    });
}

export function addDeleteArguments(command: Command): Command {
  return command
    .addArgument(
      new Argument("[receipt...]", "64 hex digits, or ur:envelope/…")
        .argParser(receiptsFrom)
        .default([], "none"),
    )
    .option("--all", "all your shares");
}

/** To the server, no receipt means every share; so here the user has to say `--all`. @throws {Failure} `usage` */
export function receiptsToDelete(receipts: readonly Receipt[], { all }: DeleteOptions): readonly Receipt[] {
  if (receipts.length > 0 === (all === true)) {
    throw new Failure("usage", "name the receipts of the shares to delete, or say --all");
  }
  return receipts;
}
