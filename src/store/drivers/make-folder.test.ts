import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "share-folder-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("makes a folder and those above it, for their owner alone, and leaves one that is there", () => {
  const path = join(folder, "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  for (const made of [path, join(folder, "a")]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test("a file in its place is an error", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")]) expect(() => makeFolder(path)).toThrow(/EEXIST|ENOTDIR/);
});

test.skipIf(process.platform !== "linux")("a folder that its file system refuses is an error", () => {
  for (const path of ["/proc/share", "/proc/share/below"]) expect(() => makeFolder(path)).toThrow("ENOENT");
});
