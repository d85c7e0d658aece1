/** `share rekey` */

import type { Command } from "commander";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { beginKeyChange, type KeyChange, sendKeyChange } from "../key-change.ts";
import { addKeyChangeOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { printJSON, printRows } from "../output.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellNote } from "../tell.ts";
import { examples } from "./examples.ts";

export function addRekey(program: Command): void {
  addKeyChangeOptions(program.command("rekey"))
    .description("give your account new keys; the old ones are good for nothing there any more")
    .addOption(yesOption())
    .addHelpText(
      "after",
      `${examples("rekey", "rekey --scheme mldsa65 --encapsulation mlkem768 --yes")}
The account stays, with its shares, receipts and fallback. Other servers have other keys of yours, and are not concerned.
With a key file (--keys) they have the same keys, and know nothing of this: the old ones are kept beside the file
(keys.ur.old-…); give that file with --keys there, until you have changed the keys there too.

The new keys and the request are on the disk before anything is sent. If the command is
interrupted, at whatever moment, say \`share rekey\` again: it carries on where it was, without asking.
`,
    )
    .action(async (options: ConfirmOptions & KeyOptions, command: Command) => {
      const settings = settingsOf(command);
      const { home } = settings;
      let pending = await home.pending("rekey");
      if (pending === undefined) {
        await confirm(
          `This retires the keys in ${await home.place()} at ${settings.url}, for good.`,
          options,
        );
        pending = await beginKeyChange(settings, schemesIn(options));
      }
      await printKeyChange(settings, await sendKeyChange(settings, pending));
    });
}

export async function printKeyChange(
  settings: Settings,
  { account, key, oldFile }: KeyChange,
): Promise<void> {
  const { home, json } = settings;
  const place = await home.place();
  if (json) printJSON({ account: account.hex(), xid: key.hex(), file: place, oldFile: oldFile ?? null });
  else {
    printRows([
      ["account", account.hex()],
      ["new key", key.hex()],
      ["kept in", place],
      ...(oldFile === undefined ? [] : [["old keys", oldFile] as const]),
    ]);
  }
  const others = await home.otherServers();
  if (others.length > 0) {
    tellNote(`the old keys stay as they are at ${others.join(", ")}`);
  }
}
