/** `share inspect FILE` */
import type { Command } from "commander";
import { readEnvelope } from "../envelope-input.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("show an envelope in envelope notation; it is neither opened nor verified")
    .argument("<file>", "ur:envelope/…, ur:xid/…, the lines of a multi-part UR, or CBOR; - for stdin")
    .option("--tree", "one line an element, with the start of its digest")
    .addHelpText(
      "after",
      examples("inspect request.ur", "keys show --json | jq -r .document | share inspect -"),
    )
    .action(async (file: string, { tree }: { readonly tree?: true }, command: Command) => {
      const envelope = await readEnvelope(file);
      const shown = tree ? envelope.treeFormat() : envelope.format();
      if (settingsOf(command).json) printJSON({ digest: envelope.digest().hex(), shown });
      else printLine(shown);
    });
}
