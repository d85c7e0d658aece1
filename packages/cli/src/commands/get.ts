/** `share get [RECEIPT…]` */

import type { Receipt } from "@bc/share-client";
import { Argument, type Command } from "commander";
import { receiptsFrom } from "../arguments.ts";
import { withClient } from "../connect.ts";
import { Failure } from "../failure.ts";
import { outputShares } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addGet(program: Command): void {
  program
    .command("get")
    .description("fetch shares: one to stdout, or any number into a folder")
    .addArgument(receiptsArgument())
    .option("-o, --output <folder>", "write each share to a file in this folder, named by its receipt")
    .addHelpText("after", examples("get", "get 3f2a…c1 > share-1.ur", "get -o shares"))
    .action(async (receipts: readonly Receipt[], options: { readonly output?: string }, command: Command) => {
      const settings = settingsOf(command);
      const output = { json: settings.json, folder: options.output };
      if (receipts.length > 1 && output.folder === undefined && !output.json) {
        throw new Failure("usage", "several shares need a folder; name one with -o");
      }
      await outputShares(await withClient(settings, (client) => client.retrieveShares(receipts)), output);
    });
}

export function receiptsArgument(): Argument {
  return new Argument("[receipt...]", "64 hex digits, or ur:envelope/…; none means all shares")
    .argParser(receiptsFrom)
    .default([], "all");
}
