/** `share open [FILE] --id HEX`: the answer to a request that was carried over by other means. */

import type { ARID, XID } from "@bc/envelope";
import { Envelope, notation, OK_VALUE } from "@bc/envelope";
import { type OpenedAnswer, openAnswer, Receipt, readResult } from "@bc/share-client";
import type { Command } from "commander";
import { idFrom } from "../arguments.ts";
import { type ConfirmOptions, yesOption } from "../confirm.ts";
import { keepRotated, knownServer } from "../connect.ts";
import { addPictures, type EnvelopeSource, readEnvelope } from "../envelope-input.ts";
import { finishKeyChange } from "../key-change.ts";
import { outputShares, printJSON, printLine, printReceipt } from "../output.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellNote } from "../tell.ts";
import { finishTransfer } from "../transfer.ts";
import { openAudit } from "./audit.ts";
import { examples } from "./examples.ts";
import { printResult } from "./fallback.ts";
import { printKeyChange } from "./rekey.ts";

type OpenOptions = Omit<EnvelopeSource, "file"> &
  ConfirmOptions & { readonly id: ARID; readonly output?: string };

export function addOpen(program: Command): void {
  addPictures(program.command("open"))
    .description("verify the server's answer to a request of yours, and print what it says")
    .argument("[file]", "the answer: ur:envelope/…, the lines of a multi-part UR, or CBOR; - for stdin")
    .requiredOption("--id <hex>", "the ID of the request, as `share request` gave it", idFrom)
    .option("-o, --output <folder>", "write each share to a file in this folder, named by its receipt")
    .addOption(yesOption())
    .addHelpText(
      "after",
      examples(
        "open answer.ur --id 5fd0…9e --server server.ur",
        "open --image answer-*.png --id 5fd0…9e",
        "open --camera-dir shots --id 5fd0…9e",
      ) +
        "\nThe answers to `request rekey` and `request fallback transfer` finish these: your keys are brought up to date.\n" +
        "The answer to `request audit` is compared with the proof that was prepared, or made of the copy.\n",
    )
    .action(
      async (file: string | undefined, { id, output, yes, ...pictures }: OpenOptions, command: Command) => {
        const settings = settingsOf(command);
        const envelope = await readEnvelope({ file, ...pictures }, ["envelope"]);
        const { home } = settings;
        await home.expectKeys();
        const server = await knownServer(settings);
        const identity = await home.identityAt(server);
        const open = async () => {
          const answer = await openAnswer(envelope, { id, identity, server });
          if (answer.note !== undefined) tellNote(answer.note);
          if (answer.server !== server) await keepRotated(settings, answer.server);
          return answer;
        };
        const [keyChange, transfer] = [await home.pending("rekey"), await home.pending("transfer")];
        const asked = await home.askedAudit(server, id.hex());
        if (keyChange?.request.id.equals(id)) {
          const call = {
            name: "updatePublicKey",
            parameters: { newPublicKey: keyChange.newKeys.publicKeys() },
          } as const;
          const outcome = async () => readResult(call, await open(), identity.xid).account;
          await printKeyChange(settings, await finishKeyChange(settings, keyChange, outcome));
        } else if (transfer?.request.id.equals(id)) {
          const call = { name: "fallbackTransfer", parameters: { fallback: transfer.contact } } as const;
          const outcome = async () => readResult(call, await open(), identity.xid);
          await printResult(settings, transfer, await finishTransfer(settings, transfer, outcome));
        } else if (asked !== undefined) {
          const { nonce } = asked.audit;
          const call = { name: "auditShares", parameters: { receipts: [asked.receipt], nonce } } as const;
          await openAudit(settings, asked, async () => readResult(call, await open(), identity.xid));
          await home.forgetAsked(server, id.hex());
        } else {
          await printAnswer(settings, await open(), { account: identity.xid, folder: output, yes });
        }
      },
    );
}

async function printAnswer(
  { json }: Settings,
  { result, sealed }: OpenedAnswer,
  { account, folder, yes }: ConfirmOptions & { readonly account: XID; readonly folder: string | undefined },
): Promise<void> {
  if (result.hasType("Receipt")) {
    printReceipt({ json }, Receipt.fromEnvelope(result));
  } else if (holdsShares(result)) {
    // This command does not know which shares the request named. It still has each one checked against its receipt.
    const call = { name: "retrieveShares", parameters: { receipts: [] } } as const;
    await outputShares(readResult(call, { result, sealed }, account), { json, folder, yes });
  } else if (json) {
    printJSON({ result: notation(result), ur: result.urString() });
  } else {
    printLine(notation(result));
  }
}

function holdsShares(result: Envelope): boolean {
  return result.isNode() && result.subject().isIdenticalTo(Envelope.new(OK_VALUE));
}
