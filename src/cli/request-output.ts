/** How a request leaves the command that is to be carried over by other means. */
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Envelope } from "#bc/envelope";
import { MultipartEncoder } from "#bc/ur";
import type { BuiltRequest } from "../client/index.ts";
import { partsFrom } from "./arguments.ts";
import { Failure } from "./failure.ts";
import { printJSON } from "./output.ts";
import type { Settings } from "./settings.ts";

export type RequestForm = { readonly cbor?: true; readonly urParts?: number; readonly output?: string };

/** A plain request shows the share in it. */
const OWNER_ONLY = 0o600;

export function addForm(command: Command): Command {
  return command
    .addOption(new Option("--cbor", "CBOR instead of ur:envelope/…").conflicts("urParts"))
    .addOption(
      new Option("--ur-parts <n>", "a multi-part UR of at most this many lines").argParser(partsFrom),
    )
    .option("-o, --output <file>", "write to a file instead of stdout");
}

/** @throws {Failure} `usage` for a form that JSON can't have; to be called before anything is made. */
export function expectForm({ json }: Settings, form: RequestForm): void {
  if (json && (form.cbor || form.output !== undefined)) {
    throw new Failure("usage", "JSON holds text and goes to stdout: --json takes neither --cbor nor -o");
  }
}

export async function outputRequest(
  { json }: Settings,
  { id, envelope }: BuiltRequest,
  form: RequestForm,
): Promise<void> {
  const lines = form.urParts === undefined ? [envelope.urString()] : multipart(envelope, form.urParts);
  if (json) {
    printJSON({ id: id.hex(), ...(form.urParts === undefined ? { envelope: lines[0] } : { parts: lines }) });
    return;
  }
  const content = form.cbor ? envelope.cborData() : `${lines.join("\n")}\n`;
  if (form.output === undefined) process.stdout.write(content);
  else await writeFile(form.output, content, { mode: OWNER_ONLY });
  process.stderr.write(`id ${id.hex()}\n`);
}

/** The plain parts, which together are all of it; the rest of the fountain is for lossy channels. */
function multipart(envelope: Envelope, parts: number): readonly string[] {
  const ur = envelope.ur();
  const encoder = new MultipartEncoder(ur, Math.ceil(ur.cbor.toData().length / parts));
  return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
}
