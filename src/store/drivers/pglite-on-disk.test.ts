import { spawn } from "node:child_process";
import { once } from "node:events";
import { fdatasyncSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hex, NOW, newKey, newShare, openAccount, QUOTAS, request } from "../../../test/store/fixtures.ts";
import { migrate } from "../migrate.ts";
import { retrieveShares } from "../retrieve-shares.ts";
import { StoreError } from "../sql.ts";
import { storeShare } from "../store-share.ts";
import { openPglite } from "./pglite.ts";
import { readSchema } from "./schema-files.ts";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return { ...fs, fdatasyncSync: vi.fn(fs.fdatasyncSync) };
});

const storeUntilKilled = fileURLToPath(new URL("../../../test/store/store-until-killed.ts", import.meta.url));

const MEGABYTE = 1024 * 1024;
/** How much log `openPglite` keeps. */
const LOG_BOUND = 32 * MEGABYTE;

let parent: string;
let folder: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "share-store-"));
  folder = join(parent, "data");
  const { sql, close } = await openPglite(folder);
  await migrate(sql, await readSchema(), NOW);
  await close();
});
afterAll(() => rm(parent, { recursive: true, force: true }));

describe("PGlite in a data folder", () => {
  test("what was stored is there when the folder is opened again", async () => {
    const first = await openPglite(folder);
    const { key, share } = await openAccount(first.sql);
    await first.maintain();
    await first.close();
    await first.close();
    await expect(openAccount(first.sql)).rejects.toMatchObject({ code: "unavailable" });

    const second = await openPglite(folder);
    const result = await retrieveShares(second.sql, request(key), {
      shareIds: [share.shareId],
      lenient: false,
    });
    expect(result).toMatchObject({ outcome: "ok", shares: [{ shareId: share.shareId }] });
    await second.close();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("a call resolves once its commit is on the disk, and the log does not grow for ever", async () => {
    const { sql, maintain, close } = await openPglite(folder);
    expect(await sql("show fsync", [])).toEqual([{ fsync: "on" }]);
    await sql("create table filler (text text)", []);
    const synced = vi.mocked(fdatasyncSync);
    for (let count = 0; count < 3; count++) {
      synced.mockClear();
      await sql("insert into filler values ('one')", []);
      expect(synced).toHaveBeenCalled();
    }

    const written = async () =>
      (await sql<{ bytes: string }>("select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes", []))[0]?.bytes;
    const before = Number(await written());
    for (let count = 0; count < 256; count++) {
      await sql("insert into filler select repeat('x', 1000) from generate_series(1, 300)", []);
    }
    expect(Number(await written()) - before).toBeGreaterThan(2 * LOG_BOUND);
    // The file that is being written comes on top.
    expect(await bytesOfLog()).toBeLessThanOrEqual(LOG_BOUND + 4 * MEGABYTE);
    await maintain();
    expect(await bytesOfLog()).toBeLessThanOrEqual(LOG_BOUND);
    await close();
  });

  test("a new folder holds the one database that is used, and no templates", async () => {
    const { sql, close } = await openPglite(folder);
    expect(await sql("select datname from pg_database", [])).toEqual([{ datname: "postgres" }]);
    await close();
  });

  test("a log that cannot be synced ends it: nothing is acknowledged any more, nothing hangs, nothing is lost", async () => {
    const broken = await openPglite(folder);
    const { key, share } = await openAccount(broken.sql);
    vi.mocked(fdatasyncSync).mockImplementation(() => {
      throw new Error("EIO");
    });
    const calls = [1, 2, 3].map(() => storeShare(broken.sql, request(key), newShare(), QUOTAS));
    const outcomes = await Promise.allSettled(calls);
    vi.mocked(fdatasyncSync).mockReset();
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    const panic = await broken.panicked;
    expect(panic).toMatchObject({ code: "unavailable", cause: { severity: "PANIC" } });
    await expect(broken.sql("select 1", [])).rejects.toBe(panic);
    await broken.close();

    const { sql, close } = await openPglite(folder);
    const result = await retrieveShares(sql, request(key), { shareIds: [share.shareId], lenient: false });
    await close();
    expect(result).toMatchObject({ outcome: "ok", shares: [{ shareId: share.shareId }] });
  });

  test("a server that is killed keeps all it has acknowledged, and had its folder to itself", async () => {
    const key = newKey();
    const acknowledged: string[] = [];
    for (const enough of [7, 150]) {
      const server = spawn(process.execPath, [storeUntilKilled, folder, hex(key)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(server, "exit");
      let seen = 0;
      for await (const id of createInterface({ input: server.stdout })) {
        acknowledged.push(id);
        seen += 1;
        if (seen === 1) await expect(openPglite(folder)).rejects.toMatchObject({ code: "in-use" });
        if (seen === enough) server.kill("SIGKILL");
      }
      await exited;
      expect(seen).toBeGreaterThanOrEqual(enough);
    }

    const database = await openPglite(folder);
    const result = await retrieveShares(database.sql, request(key), { shareIds: null, lenient: false });
    await database.close();
    if (result.outcome !== "ok") throw new Error(result.outcome);
    const kept = new Set(result.shares.map(({ shareId }) => hex(shareId)));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  test("a folder of another user's is refused before anything in it is touched", async () => {
    const contents = async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true })).map(({ name }) => name);
    const before = [await contents(), await stat(join(folder, "lock"))];
    const owner = (await stat(join(folder, "database"))).uid;
    const user = vi.spyOn(process, "geteuid").mockReturnValue(owner + 1);
    await expect(openPglite(folder)).rejects.toMatchObject({
      code: "unavailable",
      message: `${folder}/database belongs to user ${owner}, not to ${owner + 1}: run this as its owner`,
    });
    user.mockRestore();
    expect([await contents(), await stat(join(folder, "lock"))]).toEqual(before);
  });

  test("a folder that cannot be made is a plain error", async () => {
    const opening = openPglite("/dev/null/data");
    await expect(opening).rejects.toBeInstanceOf(StoreError);
    await expect(opening).rejects.toMatchObject({ code: "unavailable" });
  });
});

async function bytesOfLog(): Promise<number> {
  const log = join(folder, "database", "pg_wal");
  const files = (await readdir(log, { withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ name }) => (await stat(join(log, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
