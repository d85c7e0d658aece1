import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFile } from "./durable-files.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "share-files-"));
  file = join(folder, "keys");
  writeFileSync(file, "old", { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file is replaced as a whole, for its owner alone", () => {
  replaceFile(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["keys"]);
});

test.runIf(process.getuid?.() === 0)("root leaves a file to its owner", () => {
  chownSync(file, 1234, 1234);
  replaceFile(file, "new");
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 1234 });
});

test("what cannot be replaced stays, with no draft beside it", () => {
  rmSync(file);
  expect(() => replaceFile(file, "new")).toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual([]);
});
