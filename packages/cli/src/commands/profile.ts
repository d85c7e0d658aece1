/** `share profile list|new|use|remove|keys|passphrase` */
import { printable } from "@bc/share-client";
import { Argument, type Command, Option } from "commander";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { chooseNewKeys, makeProfile, nameOf, openProfile } from "../home/open-profile.ts";
import { givenPassphrase, newPassphraseFor } from "../home/passphrase.ts";
import { readNewest } from "../home/profile-folder.ts";
import { isEncrypted } from "../home/profile-text.ts";
import {
  expectProfile,
  folderOf,
  profileInUse,
  profileNameFrom,
  profileNames,
  removeProfile,
  useProfile,
} from "../home/profiles.ts";
import { encapsulationOption, type KeyOptions, schemeOption, schemesIn } from "../key-options.ts";
import { printJSON, printLine } from "../output.ts";
import { passphraseOf, settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addProfile(program: Command): void {
  const profile = program
    .command("profile")
    .description("keep keys, servers, labels and backups apart from one another, or under a passphrase")
    .addHelpText(
      "after",
      `${examples(
        "profile new work",
        "profile use work",
        "list --profile default",
        "profile passphrase                # asks for one, and encrypts the profile in use",
      )}
A profile has keys of its own for each server, and is made by itself: at first there is one, named default. Copy its
folder (\`profile list\` shows it) to keep it in a safe place. A passphrase is asked for at the terminal; scripts give it by
--passphrase-file, which may be a pipe such as /dev/fd/3, or in the environment: SHARE_PASSPHRASE.
`,
    );
  addList(profile);
  addNew(profile);
  addUse(profile);
  addRemove(profile);
  addKeys(profile);
  addPassphrase(profile);
}

function addList(profile: Command): void {
  profile
    .command("list")
    .description("list the profiles: which one is in use, whether it is encrypted, and its folder")
    .addHelpText("after", examples("profile list", "profile list --json"))
    .action(async (_options: unknown, command: Command) => {
      const inUse = await profileInUse();
      const rows = await Promise.all(
        (await profileNames()).map(async (name) => {
          const folder = folderOf(name);
          const written = await readNewest(folder);
          const encrypted = written !== undefined && isEncrypted(written.text);
          return { name, inUse: name === inUse, encrypted, folder };
        }),
      );
      if (settingsOf(command).json) return printJSON(rows);
      const width = Math.max(...rows.map(({ name }) => name.length));
      for (const { name, inUse, encrypted, folder } of rows) {
        const state = encrypted ? "encrypted" : "plain    ";
        printLine(`${inUse ? "*" : " "} ${name.padEnd(width)}  ${state}  ${printable(folder)}`);
      }
    });
}

type NewOptions = KeyOptions & { readonly encrypt?: true; readonly use?: true };

function addNew(profile: Command): void {
  profile
    .command("new")
    .description("make an empty profile")
    .addArgument(nameArgument("<name>"))
    .option("--encrypt", "ask for a passphrase for it")
    .option("--use", "use it from now on")
    .addOption(schemeOption(" (default: schnorr)"))
    .addOption(encapsulationOption(" (default: x25519)"))
    .addHelpText(
      "after",
      examples(
        "profile new work --use",
        "profile new work --encrypt",
        "profile new later --use --scheme mldsa65 --encapsulation mlkem768",
      ),
    )
    .action(async (name: string, options: NewOptions, command: Command) => {
      const source = passphraseOf(command);
      const passphrase = options.encrypt
        ? await newPassphraseFor(nameOf(name), source)
        : await givenPassphrase(source);
      await makeProfile(name, passphrase, schemesIn(options));
      if (options.use) await useProfile(name);
      const encrypted = passphrase !== undefined;
      if (settingsOf(command).json) printJSON({ name, inUse: options.use === true, encrypted });
      else printLine(`made ${nameOf(name)}${encrypted ? ", encrypted" : ""}`);
    });
}

function addUse(profile: Command): void {
  profile
    .command("use")
    .description("use a profile from now on, where --profile and SHARE_PROFILE name no other")
    .addArgument(nameArgument("<name>"))
    .addHelpText("after", examples("profile use work"))
    .action(async (name: string, _options: unknown, command: Command) => {
      await expectProfile(name);
      await useProfile(name);
      if (settingsOf(command).json) printJSON({ name, inUse: true });
      else printLine(`using ${nameOf(name)}`);
    });
}

function addRemove(profile: Command): void {
  profile
    .command("remove")
    .description("remove a profile with all its keys")
    .addArgument(nameArgument("<name>"))
    .addOption(yesOption())
    .addHelpText(
      "after",
      `${examples("profile remove work")}
What is at the servers stays there; to delete it, say \`share leave\` and \`share forget\` before.
`,
    )
    .action(async (name: string, options: ConfirmOptions, command: Command) => {
      await expectProfile(name);
      await confirm(
        `This removes ${nameOf(name)} for good, with its keys. Its accounts can then be had back by their contacts only.`,
        options,
      );
      await removeProfile(name);
      if (settingsOf(command).json) printJSON({ removed: name });
      else printLine(`removed ${nameOf(name)}`);
    });
}

function addKeys(profile: Command): void {
  profile
    .command("keys")
    .description("choose which keys the profile makes for servers that it meets from now on, or show it")
    .addArgument(nameArgument("[name]"))
    .addOption(schemeOption())
    .addOption(encapsulationOption())
    .addHelpText(
      "after",
      `${examples("profile keys --scheme mldsa65 --encapsulation mlkem768", "profile keys")}
ML-DSA and ML-KEM are for whoever fears quantum computers; any of them goes with any other. Keys that are there stay as
they are: \`share rekey\` changes them, at each server.
`,
    )
    .action(async (given: string | undefined, options: KeyOptions, command: Command) => {
      const { json, profileName } = settingsOf(command);
      const name = given ?? profileName ?? (await profileInUse());
      const opened = await openProfile(name, passphraseOf(command));
      await chooseNewKeys(opened, schemesIn(options));
      const { signing = "schnorr", encapsulation = "x25519" } = opened.read().newKeys ?? {};
      if (json) printJSON({ name, scheme: signing, encapsulation });
      else printLine(`${nameOf(name)} makes keys of ${signing} and ${encapsulation}`);
    });
}

type PassphraseOptions = { readonly remove?: true; readonly newPassphraseFile?: string };

function addPassphrase(profile: Command): void {
  profile
    .command("passphrase")
    .description("set the passphrase of a profile, change it, or take it away")
    .addArgument(nameArgument("[name]"))
    .addOption(new Option("--remove", "keep the profile readable again").conflicts("newPassphraseFile"))
    .option("--new-passphrase-file <file>", "the new one, where nobody types it; or SHARE_NEW_PASSPHRASE")
    .addHelpText(
      "after",
      `${examples("profile passphrase", "profile passphrase work --remove")}
The profile is then an envelope, ENCRYPTED [ 'hasSecret': EncryptedKey(Argon2id) ], which other Gordian tools can open too.
Nobody can open it without the passphrase. Copies that were made before open by the passphrase of then, or by none.
`,
    )
    .action(async (given: string | undefined, options: PassphraseOptions, command: Command) => {
      const { json, profileName } = settingsOf(command);
      const name = given ?? profileName ?? (await profileInUse());
      const opened = await openProfile(name, passphraseOf(command));
      const passphrase = options.remove
        ? undefined
        : await newPassphraseFor(nameOf(name), {
            file: options.newPassphraseFile,
            variable: "SHARE_NEW_PASSPHRASE",
          });
      await opened.relock(passphrase);
      const encrypted = passphrase !== undefined;
      if (json) printJSON({ name, encrypted });
      else
        printLine(`${nameOf(name)} is ${encrypted ? "encrypted with the new passphrase" : "not encrypted"}`);
    });
}

function nameArgument(form: string): Argument {
  return new Argument(form, "letters, digits, - and _").argParser(profileNameFrom);
}
