/** `share store FILE` */
import type { Command } from "commander";
import { withClient } from "../connect.ts";
import { readInput } from "../files.ts";
import { printReceipt } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addStore(program: Command): void {
  program
    .command("store")
    .description("give a share to the server, and print its receipt")
    .argument("<file>", "any bytes; - for stdin")
    .addHelpText(
      "after",
      examples("store share-1.ur", "store --url https://shares.example.com - < share-1.ur") +
        "\nThe first share opens your account. Storing the same bytes again gives the same receipt.",
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const data = await readInput(file);
      printReceipt(settings, await withClient(settings, (client) => client.storeShare(data)));
    });
}
