/** `share get [RECEIPT…]` */

import type { Command } from "commander";
import { type ConfirmOptions, yesOption } from "../confirm.ts";
import { withClient } from "../connect.ts";
import { Failure } from "../failure.ts";
import { outputShares } from "../output.ts";
import { type ReceiptName, receiptNames, receiptsMeant } from "../receipt-names.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type GetOptions = ConfirmOptions & { readonly output?: string };

export function addGet(program: Command): void {
  program
    .command("get")
    .description("fetch shares: one to stdout, or any number into a folder")
    .addArgument(receiptNames("all"))
    .option("-o, --output <folder>", "write each share to a file in this folder, named by its receipt")
    .addOption(yesOption())
    .addHelpText("after", examples("get", "get 3f2a > share-1.ur", "get -o shares"))
    .action(async (names: readonly ReceiptName[], options: GetOptions, command: Command) => {
      const settings = settingsOf(command);
      const output = { ...options, json: settings.json, folder: options.output };
      if (names.length > 1 && output.folder === undefined && !output.json) {
        throw new Failure("usage", "several shares need a folder; name one with -o");
      }
      const shares = await withClient(settings, async (client) => {
        return client.retrieveShares(await receiptsMeant(client, names));
      });
      await outputShares(shares, output);
    });
}
