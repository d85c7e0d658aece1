import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { ConfigError } from "../server/config.ts";
import { closeFolder, loadSecrets, nextStorageKey, replaceStorageKey } from "./secrets.ts";

const NONE_GIVEN = { serverKeys: undefined, storageKey: undefined };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "share-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("secrets are made once, for their owner alone", () => {
  const made = loadSecrets(folder, NONE_GIVEN, undefined);
  expect(readdirSync(folder)).toEqual(["server-keys.ur", "storage-key"]);
  for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe(0o600);
  const read = loadSecrets(folder, NONE_GIVEN, "it is there");
  expect(bytesToHex(read.storageKey)).toBe(bytesToHex(made.storageKey));
});

test.each([
  ["server-keys.ur", 0o640],
  ["storage-key", 0o602],
])("%s is refused when others have a right to it", (name, mode) => {
  loadSecrets(folder, NONE_GIVEN, undefined);
  const file = join(folder, name);
  chmodSync(file, mode);
  expect(() => loadSecrets(folder, NONE_GIVEN, undefined)).toThrow(
    new ConfigError(`${file} is open to others than its owner; mend it with: chmod 600 ${file}`),
  );
});

test("the storage key to come stays the same until it is in its place, wherever a change was cut off", () => {
  const { storageKey: present } = loadSecrets(folder, NONE_GIVEN, undefined);
  const next = nextStorageKey(folder, present);
  expect(nextStorageKey(folder, present)).toEqual(next);
  expect(loadSecrets(folder, NONE_GIVEN, "it is there").storageKey).toEqual(present);
  replaceStorageKey(folder, next);
  expect(loadSecrets(folder, NONE_GIVEN, "it is there").storageKey).toEqual(next);
  expect(readdirSync(folder)).toEqual(["server-keys.ur", "storage-key"]);
  expect(modeOf(join(folder, "storage-key"))).toBe(0o600);

  // Cut off after the key was in its place, before the file that had kept it was removed.
  writeFileSync(join(folder, "storage-key.new"), bytesToHex(next), { mode: 0o600 });
  expect(nextStorageKey(folder, next)).not.toEqual(next);
});

test("a folder is closed to others, whether it was made or found", () => {
  closeFolder(join(folder, "deep", "down"));
  expect(modeOf(join(folder, "deep", "down"))).toBe(0o700);
  mkdirSync(join(folder, "open"));
  chmodSync(join(folder, "open"), 0o755);
  closeFolder(join(folder, "open"));
  expect(modeOf(join(folder, "open"))).toBe(0o700);
});
