/** `share inspect [FILE]` */

import { type Envelope, notation, treeNotation } from "@bc/envelope";
import { type Command, Option } from "commander";
import { addPictures, type EnvelopeSource, readEnvelope } from "../envelope-input.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type InspectOptions = Omit<EnvelopeSource, "file"> & { readonly tree?: true; readonly ur?: true };

export function addInspect(program: Command): void {
  addPictures(program.command("inspect"))
    .description("show an envelope in envelope notation; it is neither opened nor verified")
    .argument("[file]", "ur:envelope/…, ur:xid/…, the lines of a multi-part UR, or CBOR; - for stdin")
    .option("--tree", "one line an element, with the start of its digest")
    .addOption(new Option("--ur", "as ur:envelope/… in one line, to be sent or kept").conflicts("tree"))
    .addHelpText(
      "after",
      examples(
        "inspect request.ur",
        "inspect --image request-*.png --ur | curl -H content-type:text/plain --data-binary @- https://shares.example.com",
        "keys show --json | jq -r .document | share inspect -",
      ),
    )
    .action(async (file: string | undefined, options: InspectOptions, command: Command) => {
      const envelope = await readEnvelope({ file, ...options }, ["envelope", "xid"]);
      const shown = show(envelope, options);
      if (settingsOf(command).json) printJSON({ digest: envelope.digest().hex(), shown });
      else printLine(shown);
    });
}

function show(envelope: Envelope, { tree, ur }: InspectOptions): string {
  if (ur) return envelope.urString();
  return tree ? treeNotation(envelope) : notation(envelope);
}
