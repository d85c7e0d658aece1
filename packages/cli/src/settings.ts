/** The options that every command takes, and what they come to. */
import type { XID } from "@bc/envelope";
import { type Command, InvalidArgumentError, Option } from "commander";
import { addressFrom, once, secondsFrom, xidFrom } from "./arguments.ts";
import { Failure } from "./failure.ts";
import { namedXid } from "./given-server.ts";
import type { Home } from "./home/home.ts";
import { keyFileHome } from "./home/key-file-home.ts";
import type { PassphraseSource } from "./home/passphrase.ts";
import { profileHome } from "./home/profile-home.ts";
import { profileNameFrom } from "./home/profiles.ts";

/** Seconds. */
const DEFAULT_TIMEOUT = 30;

export type Settings = {
  /** The server's address, in its normal form. */
  readonly url: string;
  /** Where keys and all that goes with them are kept. */
  readonly home: Home;
  /** The profile that the user names with `--profile`. */
  readonly profileName: string | undefined;
  /** The key file that the user names with `--keys`. */
  readonly keysFile: string | undefined;
  /** `ur:xid/…`, a XID in hex, or the name of a file with either. */
  readonly server: string | undefined;
  readonly acceptNewServer: boolean;
  /** The account's XID, where the keys are not those that opened it. */
  readonly account: XID | undefined;
  readonly sealed: boolean;
  readonly json: boolean;
  /** Milliseconds for each attempt to get an answer. */
  readonly timeout: number;
  /** By their names, the options by which the user chose the server and the keys: the next command needs them too. */
  readonly given: Readonly<Record<string, string>>;
};

const CHOOSING = ["url", "keys", "profile"] as const;

type GlobalOptions = {
  readonly url: string;
  readonly keys?: string;
  readonly profile?: string;
  readonly passphraseFile?: string;
  readonly server?: string;
  readonly acceptNewServer?: true;
  readonly account?: XID;
  readonly plain?: true;
  readonly json?: true;
  readonly timeout: number;
};

export function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option("--url <address>", "the server's address")
        .env("SHARE_URL")
        .default("http://127.0.0.1:5332")
        .argParser(once(addressFrom)),
    )
    .addOption(
      new Option("--profile <name>", "the profile with your keys (default: the one in use)")
        .env("SHARE_PROFILE")
        .argParser(once(profileNameFrom)),
    )
    .addOption(
      new Option("--passphrase-file <file>", "the profile's passphrase, where nobody types it").env(
        "SHARE_PASSPHRASE_FILE",
      ),
    )
    .addOption(
      new Option("--keys <file>", "one key file for all servers, in the place of a profile")
        .env("SHARE_KEYS")
        .argParser(once(String)),
    )
    .option(
      "--server <xid or file>",
      "the server, where you know it beforehand: its XID document or XID, or a file with one: text, or a picture of a QR code",
      serverFrom,
    )
    .option("--accept-new-server", "take another server than the one remembered for this address")
    .option("--account <xid>", "your account's XID, if other keys opened it", xidFrom)
    .addOption(new Option("--sealed", "send requests that only the server can read (default)"))
    .addOption(new Option("--plain", "send requests that are signed, but readable").conflicts("sealed"))
    .addOption(
      new Option(
        "--timeout <seconds>",
        "how long to wait for an answer, before the request is sent once more",
      )
        .argParser(secondsFrom)
        .default(DEFAULT_TIMEOUT),
    )
    .option(
      "--json",
      "print JSON: the result on stdout, what fails or is to be noted as one object on stderr",
    )
    .option("-q, --quiet", "say nothing but results, warnings and errors")
    .option("-v, --verbose", "tell of each exchange with a server");
}

export function settingsOf(command: Command): Settings {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { url, keys, profile, account, server } = options;
  const given = givenIn(command, options);
  if (given["keys"] !== undefined && given["profile"] !== undefined) {
    throw new Failure("usage", "--keys names one key file, --profile keys by server; choose one");
  }
  const namedServer = async () => (server === undefined ? undefined : await namedXid(server));
  return {
    url,
    profileName: profile,
    keysFile: keys,
    home:
      keys === undefined
        ? profileHome({ url, account, namedServer, name: profile, passphrase: passphraseOf(command) })
        : keyFileHome({ keysFile: keys, url, account, given }),
    server,
    acceptNewServer: options.acceptNewServer === true,
    account,
    sealed: options.plain !== true,
    json: options.json === true,
    timeout: options.timeout * 1_000,
    given,
  };
}

function givenIn(command: Command, options: GlobalOptions): Settings["given"] {
  const entries = CHOOSING.flatMap((name) => {
    const value = options[name];
    const isTyped = command.getOptionValueSourceWithGlobals(name) === "cli";
    return isTyped && value !== undefined ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Where the passphrase of the command's profile may come from. */
export function passphraseOf(command: Command): PassphraseSource {
  return { file: command.optsWithGlobals<GlobalOptions>().passphraseFile, variable: "SHARE_PASSPHRASE" };
}

/** Takes anything but an address, which the user probably meant for `--url`. */
function serverFrom(text: string): string {
  if (/^https?:/i.test(text)) throw new InvalidArgumentError("an address goes to --url");
  return text;
}
