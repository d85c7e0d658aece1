/** `share open FILE --id HEX`: the answer to a request that was carried over by other means. */
import type { Command } from "commander";
import { Envelope, OK_VALUE } from "#bc/envelope";
import type { ARID } from "#bc/keys";
import { type Answer, openAnswer, Receipt, readResult } from "../../client/index.ts";
import { idFrom } from "../arguments.ts";
import { knownServer, tellNote } from "../connect.ts";
import { readEnvelope } from "../envelope-input.ts";
import { readIdentity } from "../key-file.ts";
import { outputShares, printJSON, printLine, printReceipt } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addOpen(program: Command): void {
  program
    .command("open")
    .description("verify the server's answer to a request of yours, and print what it says")
    .argument("<file>", "the answer: ur:envelope/…, the lines of a multi-part UR, or CBOR; - for stdin")
    .requiredOption("--id <hex>", "the ID of the request, as `share request` gave it", idFrom)
    .option("-o, --output <folder>", "write each share to a file in this folder, named by its receipt")
    .addHelpText(
      "after",
      examples("open answer.ur --id 5fd0…9e --server server.ur", "open - --id 5fd0…9e < answer.ur"),
    )
    .action(
      async (file: string, options: { readonly id: ARID; readonly output?: string }, command: Command) => {
        const settings = settingsOf(command);
        const envelope = await readEnvelope(file);
        const [identity, server] = [await readIdentity(settings), await knownServer(settings)];
        const answer = await openAnswer(envelope, { id: options.id, identity, server });
        if (answer.note !== undefined) tellNote(answer.note);
        if (isReceipt(answer.result)) {
          printReceipt(settings, Receipt.fromEnvelope(answer.result));
        } else if (holdsShares(answer.result)) {
          // Which shares were asked for is not known here; that each fits its receipt is checked all the same.
          const call = { name: "retrieveShares", parameters: { receipts: [] } } as const;
          const shares = readResult(call, answer, identity.xid);
          await outputShares(shares, { json: settings.json, folder: options.output });
        } else {
          printOther(answer, settings.json);
        }
      },
    );
}

function isReceipt(result: Envelope): boolean {
  return result.hasType("Receipt");
}

function holdsShares(result: Envelope): boolean {
  return result.isNode() && result.subject().isIdenticalTo(Envelope.new(OK_VALUE));
}

function printOther({ result }: Answer, json: boolean): void {
  if (json) printJSON({ result: result.format(), ur: result.urString() });
  else printLine(result.format());
}
