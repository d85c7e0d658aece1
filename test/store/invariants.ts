/** docs/invariants.sql finds nothing in a database that was used, and what is put in against its rules. */
import { expect, test } from "vitest";
import type { Sql } from "../../src/store/sql.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { brokenInvariants } from "../kit/invariants.ts";
import { hex, newKey, openAccount, request, store, validateContact } from "./fixtures.ts";

/** Statements that damage an account, `$1` being its XID, and what is told then. */
export type Damage = readonly [told: RegExp, ...statements: string[]];

const DAMAGES: readonly Damage[] = [
  [/counts the shares/, "update store.account set share_count = share_count + 1 where xid = $1"],
  [/counts the shares/, "update store.account set share_bytes = share_bytes - 1 where xid = $1"],
  [/counts the shares/, "update store.account set last_ordinal = 0 where xid = $1"],
  [/one place in its order/, "update store.share set ordinal = 1 where xid = $1"],
  [/longer than the share/, "update store.share set data = '' where xid = $1"],
  [/key that opened it/, "delete from store.account_key where key_id = $1"],
];

/** @param more what can be damaged here besides. */
export function describeInvariants(sql: () => Sql, ownerSql: () => Sql, more: readonly Damage[] = []): void {
  /** An account with two shares, a contact, and another key than its first. */
  async function usedAccount() {
    const { key, xid } = await openAccount(sql());
    await store(sql(), key);
    await validateContact(sql(), key);
    const next = newKey();
    await updatePublicKey(sql(), request(key), next);
    return xid;
  }

  test("a database that was used breaks none, and each break is told", async () => {
    await openAccount(sql());
    const damaged = [];
    for (const damage of [...DAMAGES, ...more]) damaged.push({ xid: await usedAccount(), damage });
    expect(await brokenInvariants(ownerSql())).toEqual([]);
    for (const { xid, damage } of damaged) {
      const [, ...statements] = damage;
      for (const statement of statements) await ownerSql()(statement, [xid]);
    }
    const broken = await brokenInvariants(ownerSql());
    for (const { xid, damage } of damaged) {
      const [told, ...statements] = damage;
      const ofAccount = broken.flatMap(({ account, invariant }) => (account === hex(xid) ? [invariant] : []));
      expect(ofAccount, statements.join("; ")).toContainEqual(expect.stringMatching(told));
    }
  });
}
