/** `share keys new` and `share keys show` */

import { bytemojiIdentifier, bytewordsIdentifier, PrivateKeys } from "@bc/envelope";
import { documentToUR, type Identity, identityOf } from "@bc/share-protocol";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { type KeyFile, writeNewKeys } from "../home/key-file.ts";
import { encapsulationOption, type KeyOptions, schemeOption } from "../key-options.ts";
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
    .description("make a key file, for whoever wants one in the place of a profile; no file is overwritten")
    .addOption(schemeOption().default("schnorr"))
    .addOption(encapsulationOption().default("x25519"))
    .option("--file <file>", "where to write the keys (default: the file of --keys or SHARE_KEYS)")
    .addHelpText(
      "after",
      examples(
        "keys new --file keys.ur",
        "list --keys keys.ur",
        "keys new --scheme ed25519 --file ~/other.ur",
        "keys new --scheme mldsa65 --encapsulation mlkem768 --file keys.ur   # for after quantum computers",
      ) +
        "\nWithout a key file, your profile makes keys by itself, others for each server. With one, give it to each command by\n--keys or SHARE_KEYS. Only you can read it: who has the file has your shares. Keep a copy in a safe place, and set a fallback for the day you lose it:\n`share fallback --help`. `share rekey` and `share fallback transfer` add a line to the file: the XID of the\naccount that the keys have at that server, where other keys opened it.\n",
    )
    .action(async (options: KeyOptions & { readonly file?: string }, command: Command) => {
      const { keysFile, json } = settingsOf(command);
      const file = options.file ?? keysFile;
      if (file === undefined) {
        throw new Failure(
          "usage",
          "name the file: share keys new --file keys.ur; without one, your profile makes keys by itself",
        );
      }
      const made = PrivateKeys.generate(options.scheme, options.encapsulation);
      await writeNewKeys(file, made);
      show(identityOf(made), { json, file, accounts: new Map() });
    });
}

function addShow(keys: Command): void {
  keys
    .command("show")
    .description("show the public side of your keys: of the key file, or of the profile's for the server")
    .addHelpText("after", examples("keys show", "keys show --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const { home, json, account } = settings;
      const atHand = await home.describe();
      if (atHand === undefined) {
        const where = `${await home.place()} has no keys for ${settings.url} yet`;
        throw new Failure("usage", `${where}; the first command there makes some`);
      }
      const { keys, accounts } = atHand;
      show(identityOf(keys, account), { json, file: await home.place(), accounts });
    });
}

type KeysOutput = Pick<KeyFile, "accounts"> & { readonly json: boolean; readonly file: string };

/** Nothing here is secret. */
function show({ xid, publicKeys, document }: Identity, { json, file, accounts }: KeysOutput): void {
  const words = bytewordsIdentifier(xid.data);
  const emoji = bytemojiIdentifier(xid.data);
  const [xidDocument, keys] = [documentToUR(document), publicKeys.urString()];
  const { scheme } = publicKeys.signing;
  const encapsulation = publicKeys.encapsulation.scheme;
  if (json) {
    printJSON({
      file,
      scheme,
      encapsulation,
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
    ["kept in", file],
    ["scheme", `${scheme}, ${encapsulation}`],
    ["XID", xid.hex()],
    ["words", `${words}  ${emoji}`],
    ["document", xidDocument],
    ["public keys", keys],
    ...[...accounts].map(([server, account]) => ["account", `${account.hex()} at ${server}`] as const),
  ]);
}
