/** `share store FILE` */

import { AUDITS_OF_A_YEAR, prepareAudits } from "@bc/share-client";
import { type Command, Option } from "commander";
import { auditsFrom } from "../arguments.ts";
import { withClient } from "../connect.ts";
import { Failure } from "../failure.ts";
import { allowEmptyOption, readContent } from "../files.ts";
import { auditToText } from "../home/prepared-audits.ts";
import { printReceipt } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type StoreOptions = {
  readonly audits: number;
  readonly label?: string;
  readonly allowEmpty?: true;
};

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
    .option("--label <text>", "what you call the share; your profile remembers it, the server never sees it")
    .addOption(allowEmptyOption())
    .addHelpText(
      "after",
      `${examples(
        "store share-1.ur --label 'seed of the blue wallet'",
        "store --url https://shares.example.com - < share-1.ur",
      )}\nThe first share opens your account. Storing the same bytes again gives the same receipt.`,
    )
    .action(async (file: string, options: StoreOptions, command: Command) => {
      const { audits, label } = options;
      const settings = settingsOf(command);
      const { home } = settings;
      if (label !== undefined && !home.keepsLabels) {
        throw new Failure(
          "usage",
          "labels are kept in a profile, and a key file is used; leave --label away",
        );
      }
      const data = await readContent(file, options);
      const receipt = await withClient(settings, async (client) => {
        const stored = await client.storeShare(data);
        await home.keepShare(await client.server(), {
          receipt: stored.hex(),
          stored: new Date().toISOString(),
          label,
          audits: prepareAudits(data, audits).map(auditToText),
        });
        return stored;
      });
      printReceipt(settings, receipt);
    });
}
