/** `share store FILE` */

import { AUDITS_OF_A_YEAR, prepareAudits } from "@bc/share-client";
import { type Command, Option } from "commander";
import { auditsFrom } from "../arguments.ts";
import { withClient } from "../connect.ts";
import { allowEmptyOption, readContent } from "../files.ts";
import { printReceipt } from "../output.ts";
import { keepAudits } from "../prepared-audits.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type StoreOptions = { readonly audits: number; readonly allowEmpty?: true };

export function addStore(program: Command): void {
  program
    .command("store")
    .description("give a share to the server, and print its receipt")
    .argument("<file>", "any bytes; - for stdin")
    .addOption(
      new Option("--audits <n>", "how many audits of the share to prepare for `share audit`")
        .argParser(auditsFrom)
        .default(AUDITS_OF_A_YEAR, "one a day for a year"),
    )
    .addOption(allowEmptyOption())
    .addHelpText(
      "after",
      examples("store share-1.ur", "store --url https://shares.example.com - < share-1.ur") +
        "\nThe first share opens your account. Storing the same bytes again gives the same receipt.",
    )
    .action(async (file: string, options: StoreOptions, command: Command) => {
      const { audits } = options;
      const settings = settingsOf(command);
      const data = await readContent(file, options);
      const receipt = await withClient(settings, async (client) => {
        const stored = await client.storeShare(data);
        if (audits > 0)
          await keepAudits(settings, await client.server(), stored, prepareAudits(data, audits));
        return stored;
      });
      printReceipt(settings, receipt);
    });
}
