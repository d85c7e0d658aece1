import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataFolder } from "./data-folder-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "share-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a folder is locked once at a time, and free after its release", async () => {
  const first = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({
    code: "in-use",
    message: `data folder ${folder} is in use by another server`,
  });
  first.release();
  first.release();
  (await lockDataFolder(folder)).release();
});

test("of many that ask at once, one gets it", async () => {
  const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder)));
  const locks = asked.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  expect(locks).toHaveLength(1);
  for (const lock of locks) lock.release();
});

test("a missing folder is made", async () => {
  (await lockDataFolder(join(folder, "deep", "down"))).release();
});
