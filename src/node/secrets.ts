/**
 * The server's secrets in its data folder: made at the first start. Two processes that start at once agree on the secrets
 * of one of them. Only the operator's command replaces one, the storage key.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { equalBytes, type PrivateKeys, randomBytes } from "@bc/envelope";
import { newServerKeys } from "@bc/share-protocol";
import { bytesToHex } from "#bc/dcbor";
import { ConfigError, readStorageKey } from "../server/config.ts";
import { readServerKeys, type ServerKeys } from "../server/server-keys.ts";
import { createFileOnce, replaceFile } from "../store/drivers/durable-files.ts";
import { makeFolder } from "../store/drivers/make-folder.ts";

export const KEYS_FILE = "server-keys.ur";
const STORAGE_KEY_FILE = "storage-key";
/** The key that shall take its place. It is on the disk before anything depends on it. */
const NEXT_STORAGE_KEY_FILE = "storage-key.new";

/** The bits of a mode that give access to users other than the owner. Windows has none. */
const OTHERS = process.platform === "win32" ? 0 : 0o077;

/** Secrets from the environment. They take precedence over those in the folder. */
export type GivenSecrets = { readonly [Name in keyof Secrets]: Secrets[Name] | undefined };

export type Secrets = {
  readonly serverKeys: ServerKeys;
  /** 32 bytes. */
  readonly storageKey: Uint8Array;
};

/** Makes the folder if need be, and closes it to all but its owner. */
export function closeFolder(folder: string): void {
  makeFolder(folder);
  if ((statSync(folder).mode & OTHERS) !== 0) chmodSync(folder, 0o700);
}

/**
 * The given secrets, those in the folder, or new ones.
 *
 * @param whyNotNew why missing secrets must not be made anew, in words that follow "is missing, ". Undefined at the
 *   first start. Later, a new storage key would make all that is stored unreadable, and new keys would make the server
 *   a stranger to its wallets.
 * @throws {ConfigError} when a file is missing and must not be made, is open to other users, or holds something else.
 */
export function loadSecrets(
  folder: string,
  given: GivenSecrets,
  whyNotNew: string | undefined,
  makeKeys: () => PrivateKeys = newServerKeys,
): Secrets {
  const load = <T>(name: string, parse: (text: string) => T | undefined, make: () => string): T => {
    const file = join(folder, name);
    const text = readText(file) ?? (whyNotNew === undefined ? createOnce(file, make()) : undefined);
    if (text === undefined) throw new ConfigError(`${file} is missing, ${whyNotNew}`);
    return parsed(file, parse(text));
  };
  return {
    serverKeys: given.serverKeys ?? load(KEYS_FILE, readServerKeys, () => makeKeys().urString()),
    storageKey: given.storageKey ?? load(STORAGE_KEY_FILE, readStorageKey, newStorageKey),
  };
}

function newStorageKey(): string {
  return bytesToHex(randomBytes(32));
}

/** Makes the storage key that is to come, or gives the one that was made for a change which was cut off. @throws {ConfigError} */
export function nextStorageKey(folder: string, present: Uint8Array): Uint8Array {
  const file = join(folder, NEXT_STORAGE_KEY_FILE);
  const text = readText(file) ?? createOnce(file, newStorageKey());
  const key = parsed(file, readStorageKey(text));
  if (!equalBytes(key, present)) return key;
  // That change was finished, but for this file.
  rmSync(file);
  return nextStorageKey(folder, present);
}

/** @throws {ConfigError} when there is no such file, it is open to other users, or holds no storage key. */
export function readStorageKeyFile(file: string): Uint8Array {
  const text = readText(file);
  if (text === undefined) throw new ConfigError(`${file} is missing`);
  return parsed(file, readStorageKey(text));
}

/** Puts another storage key in the place of the folder's. */
export function replaceStorageKey(folder: string, storageKey: Uint8Array): void {
  replaceFile(join(folder, STORAGE_KEY_FILE), `${bytesToHex(storageKey)}\n`);
  rmSync(join(folder, NEXT_STORAGE_KEY_FILE), { force: true });
}

/** Whether the folder has any of the secrets, so that the others must not be made anew. */
export function hasSecret(folder: string): boolean {
  return [KEYS_FILE, STORAGE_KEY_FILE].some((name) => existsSync(join(folder, name)));
}

function parsed<T>(file: string, value: T | undefined): T {
  if (value === undefined) throw new ConfigError(`${file} does not hold what it should; it is not replaced`);
  return value;
}

/** The text of a secret's file, if there is one. @throws {ConfigError} when it is open to other users. */
export function readText(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    if ((fstatSync(descriptor).mode & OTHERS) !== 0) {
      throw new ConfigError(`${file} is open to others than its owner; mend it with: chmod 600 ${file}`);
    }
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the file unless another process was first. @returns what the file holds then. */
function createOnce(file: string, text: string): string {
  createFileOnce(file, `${text}\n`);
  return readFileSync(file, "utf8");
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
