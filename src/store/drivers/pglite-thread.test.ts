import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareDataFolder } from "../../../test/kit/data-folder-template.ts";
import { NOW, newKey, newShare, QUOTAS, request } from "../../../test/store/fixtures.ts";
import { migrate } from "../migrate.ts";
import { retrieveShares, type StoredShare } from "../retrieve-shares.ts";
import { StoreError } from "../sql.ts";
import { storeShare } from "../store-share.ts";
import type { EmbeddedDatabase } from "./pglite.ts";
import { openPgliteThread } from "./pglite-thread.ts";
import { readSchema } from "./schema-files.ts";

describe("PGlite in a thread", () => {
  let parent: string;
  let folder: string;
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), "share-store-"));
    folder = join(parent, "data");
    await prepareDataFolder(folder);
    database = await openPgliteThread(folder);
    await migrate(database.sql, await readSchema(), NOW);
  });
  afterAll(async () => {
    await database.close();
    await rm(parent, { recursive: true, force: true });
  });

  test("values come back as they do without one, also bytes that are a part of more", async () => {
    const bytes = new Uint8Array(70_000).fill(7).subarray(3, 40_003);
    const text =
      "select $1::bytea as bytes, $2::timestamptz as time, $3::integer as number, $4::text as nothing";
    const [row] = await database.sql<Record<string, unknown>>(text, [bytes, NOW, 5, null]);
    expect(row).toEqual({ bytes: Uint8Array.from(bytes), time: NOW, number: 5, nothing: null });
    expect(bytes).toHaveLength(40_000);
  });

  test("calls at once each get their own answer", async () => {
    const key = newKey();
    const shares = Array.from({ length: 5 }, () => newShare(20));
    const outcomes = await Promise.all(
      shares.map((share) => storeShare(database.sql, request(key), share, QUOTAS)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(5).fill("ok"));
    const read = ({ shareId }: Pick<StoredShare, "shareId">) =>
      retrieveShares(database.sql, request(key), { shareIds: [shareId], lenient: false });
    const stored = shares.map(({ shareId, data }) => ({ shareId, data }));
    expect(await Promise.all(shares.map(read))).toMatchObject(stored.map((share) => ({ shares: [share] })));
  });

  test("what the engine refuses is the store's error, with the engine's words for the log, and the next call goes on", async () => {
    const refused = database.sql("select * from store.nowhere", []);
    await expect(refused).rejects.toBeInstanceOf(StoreError);
    await expect(refused).rejects.toMatchObject({
      code: "unavailable",
      cause: { message: 'relation "store.nowhere" does not exist' },
    });
    expect(await database.sql("select 1 as one", [])).toEqual([{ one: 1 }]);
  });

  test("a folder that is in use, or cannot be, is refused, and the thread ends", async () => {
    await expect(openPgliteThread(folder)).rejects.toMatchObject({ code: "in-use" });
    await expect(openPgliteThread("/dev/null/data")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("what is asked while it closes is done first, and what comes after it fails", async () => {
    const other = join(parent, "other");
    await prepareDataFolder(other);
    const closed = await openPgliteThread(other);
    const last = closed.sql("select 1 as one", []);
    await Promise.all([closed.maintain(), closed.close(), closed.close()]);
    expect(await last).toEqual([{ one: 1 }]);
    await expect(closed.sql("select 1", [])).rejects.toMatchObject({ code: "unavailable" });
    await (await openPgliteThread(other)).close();
  });
});
