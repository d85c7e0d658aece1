/** The options that every command takes, and what they come to. */
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { XID } from "@bc/envelope";
import { type Command, InvalidArgumentError, Option } from "commander";
import { addressFrom, secondsFrom, xidFrom } from "./arguments.ts";

/** Seconds. */
const DEFAULT_TIMEOUT = 30;

export type Settings = {
  /** The server's address, in its normal form. */
  readonly url: string;
  readonly keysFile: string;
  /** What is remembered of servers, beside the keys. */
  readonly serversFile: string;
  /** The backups over several servers, beside the keys. */
  readonly profileFile: string;
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

const CHOOSING = ["url", "keys"] as const;

type GlobalOptions = {
  readonly url: string;
  readonly keys: string;
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
        .argParser(addressFrom),
    )
    .addOption(
      new Option("--keys <file>", "your private keys")
        .env("SHARE_KEYS")
        .default(defaultKeysFile(process.env)),
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
  return {
    url: options.url,
    keysFile: options.keys,
    serversFile: join(dirname(options.keys), "servers.json"),
    profileFile: join(dirname(options.keys), "profile.json"),
    server: options.server,
    acceptNewServer: options.acceptNewServer === true,
    account: options.account,
    sealed: options.plain !== true,
    json: options.json === true,
    timeout: options.timeout * 1_000,
    given: Object.fromEntries(
      CHOOSING.filter((name) => command.getOptionValueSourceWithGlobals(name) === "cli").map((name) => [
        name,
        options[name],
      ]),
    ),
  };
}

/** Takes anything but an address, which the user probably meant for `--url`. */
function serverFrom(text: string): string {
  if (/^https?:/i.test(text)) throw new InvalidArgumentError("an address goes to --url");
  return text;
}

/** After the XDG Base Directory Specification, which says to ignore a relative path. */
export function defaultKeysFile(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CONFIG_HOME = "" } = environment;
  const folder = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homedir(), ".config");
  return join(folder, "share", "keys.ur");
}
