/**
 * The file with the wallet's private keys and all that goes with them, so that a copy of this one file is enough.
 *
 *     ur:crypto-prvkeys/…
 *     account <XID> at <XID of a server>
 *
 * The first line is the keys. A further line stands for each server where other keys opened the account. There the
 * account has the XID of those keys, and receipts are computed with it. Everywhere else it has the XID of these keys.
 */
import { stat } from "node:fs/promises";
import { KeyError, PrivateKeyBase, PrivateKeys, type XID } from "@bc/envelope";
import type { KeySchemes, KnownServer } from "@bc/share-client";
import { printable } from "@bc/share-client";
import { decodeText } from "@bc/share-protocol";
import { xidFrom } from "../arguments.ts";
import { urIn } from "../carried-text.ts";
import { Failure } from "../failure.ts";
import { readFileIfAny, replaceFile, writeNewFile } from "../files.ts";
import { hint } from "../hint.ts";
import type { Settings } from "../settings.ts";
import { tell, tellWarning } from "../tell.ts";

/** Where the key file is. */
export type KeyFilePath = {
  readonly keysFile: string;
  /** What the user said to choose it, for hints. */
  readonly given: Settings["given"];
};

export type KeyFile = {
  readonly keys: PrivateKeys;
  /** The first line, which may be key material that `keys` are derived from. */
  readonly ur: string;
  /** Accounts by the XIDs of their servers, in hex. */
  readonly accounts: ReadonlyMap<string, XID>;
};

export function keyFileOf(keys: PrivateKeys, accounts: KeyFile["accounts"] = new Map()): KeyFile {
  return { keys, ur: keys.urString(), accounts };
}

/** Makes keys where there are none yet, and tells the user. */
export async function ensureKeys(
  settings: KeyFilePath,
  { signing, encapsulation }: KeySchemes,
): Promise<void> {
  const { keysFile } = settings;
  if ((await readKeyFileIfAny(settings)) !== undefined) return;
  await writeNewKeys(keysFile, PrivateKeys.generate(signing, encapsulation));
  tell(`made new keys at ${keysFile}`);
}

/** Writes new keys where there are none yet. @throws {Failure} `usage` when there is such a file. */
export async function writeNewKeys(path: string, keys: PrivateKeys): Promise<void> {
  await writeNewFile(path, contentOf(keyFileOf(keys)));
}

export async function replaceKeyFile(
  { keysFile }: Pick<KeyFilePath, "keysFile">,
  file: KeyFile,
): Promise<void> {
  await replaceFile(keysFile, contentOf(file));
}

/** Remembers that the keys have this account at the server; without `account`, that they have only their own. */
export async function rememberAccount(
  settings: KeyFilePath,
  server: KnownServer,
  account?: XID,
): Promise<void> {
  const file = await readKeyFileIfAny(settings);
  if (file === undefined || file.accounts.get(server.xid.hex())?.hex() === account?.hex()) return;
  const others = [...file.accounts].filter(([known]) => known !== server.xid.hex());
  const own = account === undefined ? [] : [[server.xid.hex(), account] as const];
  await replaceKeyFile(settings, { ...file, accounts: new Map([...others, ...own]) });
}

/** @throws {Failure} `usage` when there is no such file, or it holds no keys. */
export async function readKeyFile(settings: KeyFilePath): Promise<KeyFile> {
  const file = await readKeyFileIfAny(settings);
  if (file !== undefined) return file;
  throw new Failure(
    "usage",
    `there are no keys at ${settings.keysFile}; make some with: ${hint(settings, "keys new", { url: undefined })}`,
  );
}

/** Whether others can read a file. */
export async function isShared(path: string): Promise<boolean> {
  const others = 0o077;
  const file = await stat(path).catch(() => undefined);
  return process.platform !== "win32" && file?.isFile() === true && (file.mode & others) !== 0;
}

/** No more than a warning: in a container it may be meant so. */
export function warnOfShared(path: string): void {
  tellWarning(`${path} can be read by others; chmod 600 it`);
}

/** @throws {Failure} `usage` when the file holds no keys. */
export async function readKeyFileIfAny({
  keysFile,
}: Pick<KeyFilePath, "keysFile">): Promise<KeyFile | undefined> {
  const bytes = await readFileIfAny(keysFile);
  if (bytes === undefined) return undefined;
  const lines = decodeText(bytes)
    .trim()
    .split(/\s*\n\s*/);
  const [ofKeys, others] = [
    lines.filter((line) => !OF_ACCOUNT.test(line)),
    lines.filter((line) => OF_ACCOUNT.test(line)),
  ];
  const accounts = new Map(others.map((line) => accountIn(line, keysFile)));
  const ur = urIn(ofKeys.join("\n"), KEY_TYPES, {
    where: printable(keysFile),
    what: "private keys",
  }).toString();
  return { ur, keys: keysIn(ur, keysFile), accounts };
}

/**
 * What begins with the word, or has a long row of hex digits, which no UR has: an account must not be lost for a letter. All
 * other lines are read as carried text.
 */
const OF_ACCOUNT = /^\W*account\b|(?=[a-f]*\d)[0-9a-f]{16,}/i;

/** Of PrivateKeys, and of the key material that they are derived from. */
const KEY_TYPES = ["crypto-prvkeys", "crypto-prvkey-base"];

/** Keys of other Gordian tools are taken as well, also the key material that Schnorr keys are derived from. */
function keysIn(ur: string, path: string): PrivateKeys {
  try {
    return /^ur:crypto-prvkey-base\//i.test(ur)
      ? PrivateKeyBase.fromURString(ur).privateKeys()
      : PrivateKeys.fromURString(ur);
  } catch (cause) {
    const reason = cause instanceof KeyError ? cause.message : "unreadable";
    throw new Failure("usage", `${path} holds no private keys: ${reason}`, { cause });
  }
}

function accountIn(line: string, path: string): readonly [server: string, account: XID] {
  const [, account, server] = /^account ([0-9a-f]{64}) at ([0-9a-f]{64})$/.exec(line) ?? [];
  if (account !== undefined && server !== undefined) return [server, xidFrom(account)];
  throw new Failure("usage", `${path} has a line that should be an account and is none: account XID at XID`);
}

function contentOf({ ur, accounts }: KeyFile): string {
  const lines = [...accounts].map(([server, account]) => `account ${account.hex()} at ${server}`);
  return `${[ur, ...lines].join("\n")}\n`;
}
