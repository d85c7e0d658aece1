import { describe, expect, test } from "vitest";
import { confirmByToken } from "../../../src/store/challenge-by-token.ts";
import type { NamedContact } from "../../../src/store/contact-challenge.ts";
import { deleteAccount } from "../../../src/store/delete-account.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { retrieveFallback } from "../../../src/store/retrieve-fallback.ts";
import { retrieveShares } from "../../../src/store/retrieve-shares.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { storeShare } from "../../../src/store/store-share.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import {
  CHALLENGE_LIMITS,
  NOW,
  newChallenge,
  newContact,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  request,
  store,
  validateContact,
  xidOf,
} from "../fixtures.ts";

const ALL = { shareIds: null, lenient: false };

export function describeKeys(database: () => Sql, tables: () => Sql): void {
  describe("changing the key", () => {
    test("the account keeps its XID and its shares, and the old key is retired", async () => {
      const { key, xid, share } = await openAccount(database());
      const next = newKey();
      expect(await updatePublicKey(database(), request(key), next)).toEqual({
        outcome: "ok",
        account: xid,
        transferPending: false,
      });
      expect(await retrieveShares(database(), request(next), ALL)).toMatchObject({
        outcome: "ok",
        account: xid,
        shares: [{ shareId: share.shareId }],
      });
      expect(await retrieveShares(database(), request(key), ALL)).toMatchObject({
        outcome: "invalid-sender-key",
      });
    });

    test("a retired key changes nothing and opens no account", async () => {
      const { key } = await openAccount(database());
      await updatePublicKey(database(), request(key), newKey());
      const refused = { outcome: "invalid-sender-key", transferPending: false };
      expect(await storeShare(database(), request(key), newShare(), QUOTAS)).toEqual(refused);
      expect(await updatePublicKey(database(), request(key), newKey())).toEqual(refused);
      expect(await deleteAccount(database(), request(key))).toEqual(refused);
      expect(await retrieveFallback(database(), request(key))).toEqual(refused);
    });

    test("the retry of a key change gets its outcome although its key is retired", async () => {
      const { key, xid } = await openAccount(database());
      const asked = request(key);
      const next = newKey();
      await updatePublicKey(database(), asked, next);
      expect(await updatePublicKey(database(), asked, next)).toMatchObject({ outcome: "ok", account: xid });
    });

    test("a key that any account uses or has retired is refused, and nothing changes", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      const next = newKey();
      await updatePublicKey(database(), request(bob.key), next);
      for (const taken of [bob.key, next]) {
        expect(await updatePublicKey(database(), request(alice.key), taken)).toMatchObject({
          outcome: "key-in-use",
        });
      }
      expect(await retrieveShares(database(), request(alice.key), ALL)).toMatchObject({ outcome: "ok" });
      // Not even one's own retired key comes back.
      expect(await updatePublicKey(database(), request(next), bob.key)).toMatchObject({
        outcome: "key-in-use",
      });
    });

    test("changing to the current key is fine and changes nothing", async () => {
      const { key, xid } = await openAccount(database());
      expect(await updatePublicKey(database(), request(key), key)).toMatchObject({
        outcome: "ok",
        account: xid,
      });
      expect(await retrieveShares(database(), request(key), ALL)).toMatchObject({ outcome: "ok" });
    });

    describe("to one that its owner knows nothing of", () => {
      /** The thief's account has the owner's key, which has never signed anything here. */
      const squatted = async () => {
        const thief = await openAccount(database());
        const contact = await validateContact(database(), thief.key);
        const owner = newKey();
        await updatePublicKey(database(), request(thief.key), owner);
        return { thief, contact, owner };
      };
      const moveOn = async (contact: NamedContact) => {
        const next = newKey();
        const challenge = newChallenge();
        await fallbackTransfer(database(), request(next), contact, challenge, CHALLENGE_LIMITS);
        await confirmByToken(database(), challenge.tokenHash, NOW, 0);
        return next;
      };

      test("leaves no trace of that key when the account moves on", async () => {
        const { thief, contact, owner } = await squatted();
        expect(await storeShare(database(), request(owner), newShare(), QUOTAS)).toMatchObject({
          outcome: "not-account-key",
          account: thief.xid,
        });
        const next = await moveOn(contact);
        const share = await store(database(), owner);
        expect(await retrieveShares(database(), request(owner), ALL)).toMatchObject({
          account: xidOf(owner),
          shares: [{ shareId: share.shareId }],
        });
        expect(await retrieveShares(database(), request(next), ALL)).toMatchObject({ account: thief.xid });
      });

      test("gives that owner the account, to be deleted, and then one of their own", async () => {
        const { thief, owner } = await squatted();
        await deleteAccount(database(), request(owner));
        const share = await store(database(), owner);
        expect(await retrieveShares(database(), request(owner), ALL)).toMatchObject({
          account: xidOf(owner),
          shares: [{ shareId: share.shareId }],
        });
        expect(await retrieveShares(database(), request(thief.key), ALL)).toMatchObject({
          outcome: "unknown-account",
        });
      });

      test("keeps that owner's contact out of the thief's account, until the owner names it", async () => {
        const { thief, owner } = await squatted();
        const change = { contact: newContact(), challenge: newChallenge() };
        const asked = request(owner);
        for (let count = 0; count < 2; count++) {
          expect(await updateFallback(database(), asked, change, CHALLENGE_LIMITS)).toMatchObject({
            outcome: "not-account-key",
            account: thief.xid,
          });
        }
        const named = request(owner, { senderXid: thief.xid });
        expect(await updateFallback(database(), named, change, CHALLENGE_LIMITS)).toMatchObject({
          outcome: "ok",
        });
      });

      test("retires it as any other once it has signed for the account, or has changed its key itself", async () => {
        const [read, stored] = [await squatted(), await squatted()];
        const named = ({ owner, thief }: typeof read) => request(owner, { senderXid: thief.xid });
        await retrieveShares(database(), named(read), ALL);
        await storeShare(database(), named(stored), newShare(), QUOTAS);
        for (const { contact } of [read, stored]) await moveOn(contact);
        const changed = await squatted();
        await updatePublicKey(database(), request(changed.owner), newKey());
        for (const { owner } of [read, stored, changed]) {
          expect(await storeShare(database(), request(owner), newShare(), QUOTAS)).toMatchObject({
            outcome: "invalid-sender-key",
          });
        }
      });
    });

    test("that has proven itself makes it the account's from the start", async () => {
      const { key, xid } = await openAccount(database());
      const contact = await validateContact(database(), key);
      const next = newKey();
      await updatePublicKey(database(), request(key), next, { isProven: true });
      const change = { contact: newContact(), challenge: newChallenge() };
      expect(await updateFallback(database(), request(next), change, CHALLENGE_LIMITS)).toMatchObject({
        outcome: "ok",
      });
      const last = newKey();
      const challenge = newChallenge();
      await fallbackTransfer(database(), request(last), contact, challenge, CHALLENGE_LIMITS);
      await confirmByToken(database(), challenge.tokenHash, NOW, 0);
      expect(await retrieveShares(database(), request(last), ALL)).toMatchObject({ account: xid });
      expect(await storeShare(database(), request(next), newShare(), QUOTAS)).toMatchObject({
        outcome: "invalid-sender-key",
      });
    });

    test("of many key changes at once one succeeds", async () => {
      const { key } = await openAccount(database());
      const results = await Promise.all(
        Array.from({ length: 8 }, () => updatePublicKey(database(), request(key), newKey())),
      );
      expect(results.map(({ outcome }) => outcome).sort()).toEqual([
        ...Array(7).fill("invalid-sender-key"),
        "ok",
      ]);
    });

    test("a key goes to one of the accounts that race for it", async () => {
      const accounts = await Promise.all(Array.from({ length: 8 }, () => openAccount(database())));
      const wanted = newKey();
      const results = await Promise.all([
        storeShare(database(), request(wanted), newShare(), QUOTAS),
        ...accounts.map(({ key }) => updatePublicKey(database(), request(key), wanted)),
      ]);
      // A first share that lost says which account the key belongs to now.
      const winners = results.filter(({ outcome }) => outcome === "ok");
      expect(winners).toHaveLength(1);
      for (const { outcome } of results) expect(["ok", "key-in-use", "not-account-key"]).toContain(outcome);
      expect(await retrieveShares(database(), request(wanted), ALL)).toMatchObject({ outcome: "ok" });
    });
  });

  describe("deleting the account", () => {
    test("everything goes, and again is fine", async () => {
      const { key } = await openAccount(database());
      for (const _ of [1, 2])
        expect(await deleteAccount(database(), request(key))).toMatchObject({ outcome: "ok" });
      expect(await retrieveShares(database(), request(key), ALL)).toMatchObject({
        outcome: "unknown-account",
      });
    });

    test("no row names the account afterwards", async () => {
      const { key, xid } = await openAccount(database());
      await updatePublicKey(database(), request(key), key);
      await deleteAccount(database(), request(key));
      for (const table of ["account", "account_key", "share", "contact", "challenge"]) {
        const rows = await tables()(`select from store.${table} where xid = $1`, [xid]);
        expect(rows, table).toHaveLength(0);
      }
    });

    test("the keys are free again, and the first one opens an empty account of the same XID", async () => {
      const { key, xid } = await openAccount(database());
      const next = newKey();
      await updatePublicKey(database(), request(key), next);
      await deleteAccount(database(), request(next));
      const { shareId } = await store(database(), key);
      expect(await retrieveShares(database(), request(key), ALL)).toMatchObject({
        account: xid,
        shares: [{ shareId }],
      });
      await store(database(), next);
    });

    test("a deletion that races with new shares leaves nothing half done", async () => {
      const { key, xid } = await openAccount(database());
      const results = await Promise.all([
        deleteAccount(database(), request(key)),
        ...Array.from({ length: 8 }, () => storeShare(database(), request(key), newShare(), QUOTAS)),
      ]);
      for (const { outcome } of results) expect(["ok", "too-many-shares"]).toContain(outcome);
      const [counted] = await tables()<{ agree: boolean }>(
        `select coalesce(a.share_count, 0) = count(s.*) as agree
         from store.account a full join store.share s using (xid) where xid = $1 group by a.share_count`,
        [xid],
      );
      expect(counted?.agree ?? true).toBe(true);
    });
  });
}
