import { describe, expect, test } from "vitest";
import { deleteAccount } from "../../../src/store/delete-account.ts";
import { deleteShares } from "../../../src/store/delete-shares.ts";
import { prune } from "../../../src/store/prune.ts";
import { retrieveShares } from "../../../src/store/retrieve-shares.ts";
import { schemaState } from "../../../src/store/schema.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { storeShare } from "../../../src/store/store-share.ts";
import { accountXid, requestDigest } from "../../../src/store/types.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import {
  hex,
  later,
  NOW,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  random,
  request,
  store,
  xidOf,
} from "../fixtures.ts";

const ALL = { shareIds: null, lenient: false };

export function describeRequests(database: () => Sql, tables: () => Sql): void {
  describe("who asks", () => {
    test("an account may be named by its XID or by its key's", async () => {
      const { key, xid } = await openAccount(database());
      const next = newKey();
      await updatePublicKey(database(), request(key), next);
      for (const senderXid of [xid, xidOf(next)]) {
        expect(await retrieveShares(database(), request(next, { senderXid }), ALL)).toMatchObject({
          outcome: "ok",
          account: xid,
        });
      }
    });

    test("a key does not speak for another XID", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      const forged = () => request(bob.key, { senderXid: alice.xid });
      expect(await retrieveShares(database(), forged(), ALL)).toEqual({
        outcome: "not-account-key",
        transferPending: false,
      });
      expect(await deleteShares(database(), forged(), null)).toMatchObject({ outcome: "not-account-key" });
      expect(await deleteAccount(database(), forged())).toMatchObject({ outcome: "not-account-key" });
      expect(await storeShare(database(), forged(), newShare(), QUOTAS)).toMatchObject({
        outcome: "not-account-key",
      });
    });

    test("an unknown key cannot open an account in another name", async () => {
      const victim = accountXid(random());
      const thief = request(newKey(), { senderXid: victim });
      expect(await storeShare(database(), thief, newShare(), QUOTAS)).toMatchObject({
        outcome: "not-account-key",
      });
      const taken = await openAccount(database());
      const second = request(newKey(), { senderXid: taken.xid });
      expect(await storeShare(database(), second, newShare(), QUOTAS)).toMatchObject({
        outcome: "not-account-key",
      });
    });

    test("an unknown key learns the same whether the XID has an account or not", async () => {
      const { xid } = await openAccount(database());
      for (const senderXid of [xid, accountXid(random())]) {
        expect(await retrieveShares(database(), request(newKey(), { senderXid }), ALL)).toEqual({
          outcome: "unknown-account",
          transferPending: false,
        });
        expect(await deleteAccount(database(), request(newKey(), { senderXid }))).toEqual({
          outcome: "ok",
          transferPending: false,
        });
      }
    });

    test("a share is stored only in the name of the account, not of the key that it has now", async () => {
      const { key, xid } = await openAccount(database());
      const next = newKey();
      await updatePublicKey(database(), request(key), next);
      const asked = request(next);
      expect(await storeShare(database(), asked, newShare(), QUOTAS)).toEqual({
        outcome: "not-account-key",
        account: xid,
        transferPending: false,
      });
      const named = request(next, { senderXid: xid });
      expect(await storeShare(database(), named, newShare(), QUOTAS)).toMatchObject({
        outcome: "ok",
        account: xid,
      });
    });

    test("many first shares at once open one account", async () => {
      const key = newKey();
      const shares = Array.from({ length: QUOTAS.maxShares }, () => newShare());
      const results = await Promise.all(
        shares.map((share) => storeShare(database(), request(key), share, QUOTAS)),
      );
      expect(results.map(({ outcome }) => outcome)).toEqual(shares.map(() => "ok"));
      const result = await retrieveShares(database(), request(key), ALL);
      if (result.outcome !== "ok") throw new Error(result.outcome);
      expect(result.shares.map(({ shareId }) => hex(shareId)).sort()).toEqual(
        shares.map(({ shareId }) => hex(shareId)).sort(),
      );
    });
  });

  describe("asking again", () => {
    test("the same request runs once, however many ask at once", async () => {
      const { key } = await openAccount(database());
      const asked = request(key);
      // Were it run twice, the second run would store a second share.
      const results = await Promise.all(
        Array.from({ length: 32 }, () => storeShare(database(), asked, newShare(), QUOTAS)),
      );
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
      const { length } = await sharesOf(database(), key);
      expect(length).toBe(2);
    });

    test("a first request that many send at once opens one account with one share", async () => {
      const key = newKey();
      const asked = request(key);
      const share = newShare();
      const results = await Promise.all(
        Array.from({ length: 32 }, () => storeShare(database(), asked, share, QUOTAS)),
      );
      expect(results.filter(({ outcome }) => outcome === "ok")).toHaveLength(32);
      expect(await sharesOf(database(), key)).toEqual([hex(share.shareId)]);
    });

    test("another request under the same ID is refused", async () => {
      const { key } = await openAccount(database());
      const asked = request(key);
      await deleteShares(database(), asked, []);
      const other = { ...asked, requestDigest: requestDigest(random()) };
      expect(await deleteShares(database(), other, null)).toMatchObject({ outcome: "id-reused" });
      expect(await sharesOf(database(), key)).toHaveLength(1);
    });

    test("a refusal is remembered like any outcome", async () => {
      const { key } = await openAccount(database());
      const asked = request(key);
      const share = newShare(1001);
      await storeShare(database(), asked, share, QUOTAS);
      const generous = { ...QUOTAS, maxShareBytes: 2000 };
      expect(await storeShare(database(), asked, share, generous)).toMatchObject({
        outcome: "share-too-large",
      });
    });

    test("a request refused to an unknown key stays refused once the key has an account", async () => {
      const key = newKey();
      const asked = request(key);
      expect(await deleteShares(database(), asked, null)).toMatchObject({ outcome: "unknown-account" });
      await store(database(), key);
      expect(await deleteShares(database(), asked, null)).toMatchObject({ outcome: "unknown-account" });
      expect(await sharesOf(database(), key)).toHaveLength(1);
    });

    test("a replayed first share does not bring a deleted account back", async () => {
      const key = newKey();
      const asked = request(key);
      const share = newShare();
      await storeShare(database(), asked, share, QUOTAS);
      await deleteAccount(database(), request(key));
      expect(await storeShare(database(), asked, share, QUOTAS)).toMatchObject({
        outcome: "ok",
        account: xidOf(key),
      });
      expect(await retrieveShares(database(), request(key), ALL)).toMatchObject({
        outcome: "unknown-account",
      });
    });

    test("a replayed deletion does not delete the account that was opened anew", async () => {
      const { key } = await openAccount(database());
      const asked = request(key);
      await deleteAccount(database(), asked);
      await store(database(), key);
      expect(await deleteAccount(database(), asked)).toMatchObject({ outcome: "ok" });
      expect(await sharesOf(database(), key)).toHaveLength(1);
    });

    test("what is forgotten of a request stays over; an ID without a date is never forgotten", async () => {
      const { key } = await openAccount(database());
      // No other request here is as old.
      const dated = request(key, { datedAt: later(-86_400), expiresAt: later(60) });
      const undated = request(key, { datedAt: null, expiresAt: null });
      for (const asked of [dated, undated]) await storeShare(database(), asked, newShare(1001), QUOTAS);
      const generous = { ...QUOTAS, maxShareBytes: 2000 };
      await prune(database(), later(60));
      expect(await storeShare(database(), dated, newShare(1001), generous)).toMatchObject({
        outcome: "share-too-large",
      });
      await prune(database(), later(61));
      expect(await storeShare(database(), dated, newShare(1001), generous)).toMatchObject({
        outcome: "expired",
      });
      expect(await storeShare(database(), undated, newShare(1001), generous)).toMatchObject({
        outcome: "share-too-large",
      });
    });

    test("what is remembered of requests is their outcome and nothing else", async () => {
      await openAccount(database());
      const rows = await tables()<Record<string, unknown>>("select * from store.seen_request limit 1", []);
      const { isDistributed } = await schemaState(database());
      expect(Object.keys(rows[0] ?? {}).sort()).toEqual([
        ...["dated_at", "digest", "expires_at"],
        "outcome",
        // Among several nodes, by what it lies.
        ...(isDistributed ? ["place"] : []),
        "request_key",
      ]);
    });
  });

  async function sharesOf(sql: Sql, key: ReturnType<typeof newKey>): Promise<string[]> {
    const result = await retrieveShares(sql, request(key, { now: NOW }), ALL);
    if (result.outcome !== "ok") throw new Error(result.outcome);
    return result.shares.map(({ shareId }) => hex(shareId));
  }
}
