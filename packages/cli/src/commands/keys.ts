/** `share keys new` and `share keys show` */

import { bytemojiIdentifier, bytewordsIdentifier, PrivateKeys, type SigningScheme } from "@bc/envelope";
import { documentToUR, type Identity, identityOf } from "@bc/share-protocol";
import { type Command, Option } from "commander";
import { type KeyFile, readKeyFile, writeNewKeys } from "../key-file.ts";
import { printJSON, printRows } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addKeys(program: Command): void {
  const keys = program.command("keys").description("make your keys, or show their public side");
  addNew(keys);
  addShow(keys);
}

function addNew(keys: Command): void {
  keys
    .command("new")
    .description("make new keys, in a file that only you can read; no file is overwritten")
    .addOption(schemeOption())
    .option("--file <file>", "where to write the keys (default: the file of --keys)")
    .addHelpText(
      "after",
      examples("keys new", "keys new --scheme ed25519 --file ~/other.ur") +
        "\nWho has the file has your shares. Keep a copy in a safe place, and set a fallback for the day you lose it:\n`share fallback --help`. `share rekey` and `share fallback transfer` add a line to the file: the XID of the\naccount that the keys have at that server, where other keys opened it.\n",
    )
    .action(async (options: { readonly scheme: SigningScheme; readonly file?: string }, command: Command) => {
      const { keysFile, json } = settingsOf(command);
      const made = PrivateKeys.generate(options.scheme);
      const file = options.file ?? keysFile;
      await writeNewKeys(file, made);
      show(identityOf(made), { json, file, accounts: new Map() });
    });
}

/** For every command that makes keys. */
export function schemeOption(): Option {
  return new Option("--scheme <name>", "how new keys sign")
    .choices(["schnorr", "ecdsa", "ed25519"] satisfies SigningScheme[])
    .default("schnorr" satisfies SigningScheme);
}

function addShow(keys: Command): void {
  keys
    .command("show")
    .description("show the public side of your keys")
    .addHelpText("after", examples("keys show", "keys show --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const { keys, accounts } = await readKeyFile(settings);
      show(identityOf(keys, settings.account), { json: settings.json, file: settings.keysFile, accounts });
    });
}

type KeysOutput = Pick<KeyFile, "accounts"> & { readonly json: boolean; readonly file: string };

/** Nothing here is secret. */
function show({ xid, publicKeys, document }: Identity, { json, file, accounts }: KeysOutput): void {
  const words = bytewordsIdentifier(xid.data);
  const emoji = bytemojiIdentifier(xid.data);
  const [xidDocument, keys] = [documentToUR(document), publicKeys.urString()];
  const { scheme } = publicKeys.signing;
  if (json) {
    printJSON({
      file,
      scheme,
      xid: xid.hex(),
      words,
      emoji,
      document: xidDocument,
      publicKeys: keys,
      accounts: Object.fromEntries([...accounts].map(([server, account]) => [server, account.hex()])),
    });
    return;
  }
  printRows([
    ["file", file],
    ["scheme", scheme],
    ["XID", xid.hex()],
    ["words", `${words}  ${emoji}`],
    ["document", xidDocument],
    ["public keys", keys],
    ...[...accounts].map(([server, account]) => ["account", `${account.hex()} at ${server}`] as const),
  ]);
}
