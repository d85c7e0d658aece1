/** `share request store FILE` and `share request get [RECEIPT…]`: requests to be carried over by other means. */
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Envelope } from "#bc/envelope";
import { MultipartEncoder } from "#bc/ur";
import { buildRequest, type Receipt } from "../../client/index.ts";
import type { Call, NativeName } from "../../wire/operations/index.ts";
import { partsFrom } from "../arguments.ts";
import { knownServer } from "../connect.ts";
import { Failure } from "../failure.ts";
import { readInput } from "../files.ts";
import { readIdentity } from "../key-file.ts";
import { printJSON } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";
import { receiptsArgument } from "./get.ts";

type RequestOptions = { readonly cbor?: true; readonly urParts?: number; readonly output?: string };

/** A plain request shows the share in it. */
const OWNER_ONLY = 0o600;

export function addRequest(program: Command): void {
  const request = program
    .command("request")
    .description("print a request instead of sending it; `share open` reads the answer")
    .addHelpText(
      "after",
      examples(
        "request store share-1.ur --server server.ur > request.ur",
        "request get --server server.ur --ur-parts 8",
        "request get --cbor -o request.cbor",
      ) +
        "\nThe ID of the request is printed on stderr. Without --server the request is for the server remembered for the address, or else for the one that answers there.",
    );
  addForm(request.command("store"))
    .description("a request to store a share")
    .argument("<file>", "any bytes; - for stdin")
    .addHelpText("after", examples("request store share-1.ur --server server.ur"))
    .action(async (file: string, options: RequestOptions, command: Command) => {
      await build({ name: "storeShare", parameters: { data: await readInput(file) } }, options, command);
    });
  addForm(request.command("get"))
    .description("a request for shares")
    .addArgument(receiptsArgument())
    .addHelpText("after", examples("request get --server server.ur", "request get 3f2a…c1 --ur-parts 8"))
    .action(async (receipts: readonly Receipt[], options: RequestOptions, command: Command) => {
      await build({ name: "retrieveShares", parameters: { receipts } }, options, command);
    });
}

function addForm(command: Command): Command {
  return command
    .addOption(new Option("--cbor", "CBOR instead of ur:envelope/…").conflicts("urParts"))
    .addOption(
      new Option("--ur-parts <n>", "a multi-part UR of at most this many lines").argParser(partsFrom),
    )
    .option("-o, --output <file>", "write to a file instead of stdout");
}

async function build<Name extends NativeName>(
  call: Call<Name>,
  options: RequestOptions,
  command: Command,
): Promise<void> {
  const settings = settingsOf(command);
  if (settings.json && (options.cbor || options.output !== undefined)) {
    throw new Failure("usage", "JSON holds text and goes to stdout: --json takes neither --cbor nor -o");
  }
  const [identity, server] = [await readIdentity(settings), await knownServer(settings)];
  const { id, envelope } = await buildRequest(call, identity, server, {
    date: new Date(),
    sealed: settings.sealed,
  });
  const lines = options.urParts === undefined ? [envelope.urString()] : multipart(envelope, options.urParts);
  if (settings.json) {
    printJSON({
      id: id.hex(),
      ...(options.urParts === undefined ? { envelope: lines[0] } : { parts: lines }),
    });
    return;
  }
  const form = options.cbor ? envelope.cborData() : `${lines.join("\n")}\n`;
  if (options.output === undefined) process.stdout.write(form);
  else await writeFile(options.output, form, { mode: OWNER_ONLY });
  process.stderr.write(`id ${id.hex()}\n`);
}

/** The plain parts, which together are all of it; the rest of the fountain is for lossy channels. */
function multipart(envelope: Envelope, parts: number): readonly string[] {
  const ur = envelope.ur();
  const encoder = new MultipartEncoder(ur, Math.ceil(ur.cbor.toData().length / parts));
  return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
}
