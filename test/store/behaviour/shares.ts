import { describe, expect, test } from "vitest";
import { deleteShares } from "../../../src/store/delete-shares.ts";
import { type RetrieveSharesOutcome, retrieveShares } from "../../../src/store/retrieve-shares.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { storeShare } from "../../../src/store/store-share.ts";
import type { KeyId, ShareId } from "../../../src/store/types.ts";
import { hex, newKey, newShare, openAccount, QUOTAS, request, store, xidOf } from "../fixtures.ts";

const ALL = { shareIds: null, lenient: false };

function only(...shareIds: ShareId[]) {
  return { shareIds, lenient: false };
}

function idsOf(result: RetrieveSharesOutcome): string[] {
  if (result.outcome !== "ok") throw new Error(result.outcome);
  return result.shares.map(({ shareId }) => hex(shareId));
}

export function describeShares(database: () => Sql): void {
  const retrieveAll = (key: KeyId) => retrieveShares(database(), request(key), ALL);

  describe("shares", () => {
    test("the first share opens an account named after its key", async () => {
      const key = newKey();
      const share = newShare();
      const stored = await storeShare(database(), request(key), share, QUOTAS);
      expect(stored).toMatchObject({ outcome: "ok", transferPending: false });
      const result = await retrieveAll(key);
      if (result.outcome !== "ok") throw new Error(result.outcome);
      expect(hex(result.account)).toBe(hex(xidOf(key)));
      expect(result.shares).toHaveLength(1);
      expect(result.shares[0]?.data).toBeInstanceOf(Uint8Array);
      expect(hex(result.shares[0]?.data ?? new Uint8Array())).toBe(hex(share.data));
    });

    test("an empty share is a share", async () => {
      const key = newKey();
      const share = { ...newShare(0), data: new Uint8Array() };
      expect(await storeShare(database(), request(key), share, QUOTAS)).toMatchObject({
        outcome: "ok",
      });
      const result = await retrieveAll(key);
      expect(result).toMatchObject({ outcome: "ok", shares: [{ data: { length: 0 } }] });
    });

    test("shares come back in the order of storing", async () => {
      const { key, share } = await openAccount(database());
      const others = [await store(database(), key), await store(database(), key)];
      expect(idsOf(await retrieveAll(key))).toEqual([share, ...others].map(({ shareId }) => hex(shareId)));
    });

    test("storing a share again changes nothing and costs no quota", async () => {
      const { key, share } = await openAccount(database());
      for (let count = 0; count < 2 * QUOTAS.maxShares; count++) {
        expect(await storeShare(database(), request(key), share, QUOTAS)).toMatchObject({
          outcome: "ok",
        });
      }
      const none = { maxShareBytes: 0, maxShares: 0, maxAccountBytes: 0 };
      expect(await storeShare(database(), request(key), share, none)).toMatchObject({ outcome: "ok" });
      expect(idsOf(await retrieveAll(key))).toHaveLength(1);
      await store(database(), key);
    });

    test("storing a share again writes it anew, also where there is no room for another", async () => {
      const { key, share } = await openAccount(database());
      const none = { maxShareBytes: 0, maxShares: 0, maxAccountBytes: 0 };
      for (const quotas of [QUOTAS, none]) {
        const anew = { ...share, data: newShare().data };
        expect(await storeShare(database(), request(key), anew, quotas)).toMatchObject({ outcome: "ok" });
        const result = await retrieveAll(key);
        if (result.outcome !== "ok") throw new Error(result.outcome);
        expect(result.shares.map(({ data }) => hex(data))).toEqual([hex(anew.data)]);
      }
    });

    test("named shares come alone, each once", async () => {
      const { key, share } = await openAccount(database());
      const second = await store(database(), key);
      const { shareId } = second;
      expect(idsOf(await retrieveShares(database(), request(key), only(shareId, shareId)))).toEqual([
        hex(shareId),
      ]);
      expect(
        idsOf(await retrieveShares(database(), request(key), only(shareId, share.shareId))).sort(),
      ).toEqual([hex(shareId), hex(share.shareId)].sort());
    });

    test("naming no share reads none, and an account without shares is no refusal", async () => {
      const { key } = await openAccount(database());
      expect(idsOf(await retrieveShares(database(), request(key), only()))).toEqual([]);
      await deleteShares(database(), request(key), null);
      expect(await retrieveAll(key)).toMatchObject({ outcome: "ok", shares: [] });
    });

    test("one unknown share refuses them all, and the first unknown one is named", async () => {
      const { key, share } = await openAccount(database());
      const [first, second] = [newShare().shareId, newShare().shareId];
      const result = await retrieveShares(database(), request(key), only(share.shareId, first, second));
      if (result.outcome !== "unknown-receipt") throw new Error(result.outcome);
      expect(hex(result.missing)).toBe(hex(first));
    });

    test("a share of another account is unknown, and lenient reading leaves it out", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      const asked = only(alice.share.shareId, bob.share.shareId);
      expect(await retrieveShares(database(), request(bob.key), asked)).toMatchObject({
        outcome: "unknown-receipt",
        missing: alice.share.shareId,
      });
      expect(idsOf(await retrieveShares(database(), request(bob.key), { ...asked, lenient: true }))).toEqual([
        hex(bob.share.shareId),
      ]);
    });

    test("deleting is idempotent and gives the room back", async () => {
      const { key, share } = await openAccount(database());
      const second = await store(database(), key);
      for (const _ of [1, 2]) {
        expect(await deleteShares(database(), request(key), [share.shareId])).toEqual({
          outcome: "ok",
          transferPending: false,
        });
        expect(idsOf(await retrieveAll(key))).toEqual([hex(second.shareId)]);
      }
      for (let count = 1; count < QUOTAS.maxShares; count++) await store(database(), key);
    });

    test("deleting without names deletes all, and an empty list deletes none", async () => {
      const { key } = await openAccount(database());
      await store(database(), key);
      await deleteShares(database(), request(key), []);
      expect(idsOf(await retrieveAll(key))).toHaveLength(2);
      await deleteShares(database(), request(key), null);
      expect(idsOf(await retrieveAll(key))).toHaveLength(0);
    });

    test("nobody deletes another account's shares", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      expect(await deleteShares(database(), request(bob.key), [alice.share.shareId])).toMatchObject({
        outcome: "ok",
      });
      await deleteShares(database(), request(bob.key), null);
      expect(idsOf(await retrieveAll(alice.key))).toEqual([hex(alice.share.shareId)]);
    });
  });

  describe("quotas", () => {
    test("a share that is too large opens no account", async () => {
      const key = newKey();
      const share = newShare(QUOTAS.maxShareBytes + 1);
      expect(await storeShare(database(), request(key), share, QUOTAS)).toMatchObject({
        outcome: "share-too-large",
      });
      expect(await retrieveAll(key)).toMatchObject({ outcome: "unknown-account" });
    });

    test("shares are counted", async () => {
      const { key } = await openAccount(database());
      for (let count = 1; count < QUOTAS.maxShares; count++) await store(database(), key);
      expect(await storeShare(database(), request(key), newShare(), QUOTAS)).toMatchObject({
        outcome: "too-many-shares",
      });
    });

    test("bytes are counted, and the last one fits", async () => {
      const { key } = await openAccount(database());
      const put = (size: number) => storeShare(database(), request(key), newShare(size), QUOTAS);
      expect(await put(1000)).toMatchObject({ outcome: "ok" });
      expect(await put(1000)).toMatchObject({ outcome: "ok" });
      expect(await put(901)).toMatchObject({ outcome: "account-full" });
      expect(await put(900)).toMatchObject({ outcome: "ok" });
    });

    test("quotas hold when many store at once", async () => {
      const { key } = await openAccount(database());
      const results = await Promise.all(
        Array.from({ length: 20 }, () => storeShare(database(), request(key), newShare(), QUOTAS)),
      );
      expect(results.filter(({ outcome }) => outcome === "ok")).toHaveLength(QUOTAS.maxShares - 1);
      expect(idsOf(await retrieveAll(key))).toHaveLength(QUOTAS.maxShares);
    });
  });
}
