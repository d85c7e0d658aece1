/** docs/invariants.sql finds nothing in a database that was used, and what is put in against its rules. */
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { openTestDatabase } from "../kit/service.ts";
import { newKey, openAccount, request, store, validateContact, xidOf } from "./fixtures.ts";

const INVARIANTS = readFileSync(new URL("../../docs/invariants.sql", import.meta.url), "utf8");
const database = await openTestDatabase();
afterAll(() => database.close());

async function broken(): Promise<readonly string[]> {
  const rows = await database.sql<{ invariant: string }>(INVARIANTS.replace(/;\s*$/, ""), []);
  return rows.map(({ invariant }) => invariant);
}

test("a database that was used breaks none, and each break is told", async () => {
  const { key, xid } = await openAccount(database.sql);
  await store(database.sql, key);
  await validateContact(database.sql, key);
  const next = newKey();
  await updatePublicKey(database.sql, request(key), next);
  const other = await openAccount(database.sql);
  expect(await broken()).toEqual([]);

  const breaks: readonly (readonly [string, string, RegExp])[] = [
    ["share_count = share_count + 1", "share_count = share_count - 1", /counts the shares/],
    ["share_bytes = share_bytes - 1", "share_bytes = share_bytes + 1", /counts the shares/],
    ["last_ordinal = 0", "last_ordinal = 2", /counts the shares/],
  ];
  for (const [damage, repair, told] of breaks) {
    await database.sql(`update store.account set ${damage} where xid = $1`, [xid]);
    expect(await broken()).toEqual([expect.stringMatching(told)]);
    await database.sql(`update store.account set ${repair} where xid = $1`, [xid]);
  }
  await database.sql("update store.share set ordinal = 1 where xid = $1", [xid]);
  expect(await broken()).toEqual([expect.stringMatching(/one place in its order/)]);
  await database.sql("update store.share set data = '' where xid = $1", [xidOf(other.key)]);
  expect(await broken()).toContainEqual(expect.stringMatching(/longer than the share/));
  await database.sql("delete from store.account_key where key_id = $1", [key]);
  expect(await broken()).toContainEqual(expect.stringMatching(/key that opened it/));
});
