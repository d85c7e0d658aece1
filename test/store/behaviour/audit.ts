import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type AuditEvent, claimAudit, type ListedRecord, listAudit } from "../../../src/store/audit.ts";
import { confirmByToken } from "../../../src/store/challenge-by-token.ts";
import { deleteAccount } from "../../../src/store/delete-account.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { prune } from "../../../src/store/prune.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { storeShare } from "../../../src/store/store-share.ts";
import { networkHmac } from "../../../src/store/types.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import { verifyFallback } from "../../../src/store/verify-fallback.ts";
import {
  CHALLENGE_LIMITS,
  later,
  NOW,
  newChallenge,
  newContact,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  random,
  request,
  store,
  VERIFY_LIMITS,
  validateContact,
  xidOf,
} from "../fixtures.ts";

/** As the log names an account. */
function nameOf(subject: Uint8Array): string {
  return createHash("sha256").update(subject).digest("hex").slice(0, 16);
}

/** Seconds. One begins with `NOW`. */
const HOUR = 3_600;

export function describeAudit(database: () => Sql, tables: () => Sql): void {
  const listed = (subject: Uint8Array) => listAudit(tables(), { account: nameOf(subject), limit: 1_000 });
  const eventsOf = async (subject: Uint8Array) => counted(await listed(subject));
  const ask = (key = newKey(), contact = newContact(), challenge = newChallenge()) =>
    fallbackTransfer(database(), request(key), contact, challenge, CHALLENGE_LIMITS);

  describe("the audit", () => {
    test("tells an account's life under the hash of its XID, whatever its key", async () => {
      const { key, xid } = await openAccount(database());
      const contact = await validateContact(database(), key);
      await store(database(), key);
      const second = newKey();
      await updatePublicKey(database(), request(key), second);
      const [mover, challenge] = [newKey(), newChallenge()];
      await ask(mover, contact, challenge);
      await verifyFallback(database(), request(mover), challenge.codeHash, VERIFY_LIMITS);
      await ask(newKey(), contact);
      await updateFallback(database(), request(mover, { senderXid: xid }), null, CHALLENGE_LIMITS);
      await deleteAccount(database(), request(mover, { senderXid: xid }));
      expect(await eventsOf(xid)).toEqual({
        "account-opened": 1,
        "contact-set": 1,
        "contact-confirmed": 1,
        "key-changed": 1,
        "transfer-asked": 2,
        "transfer-confirmed": 1,
        "transfer-done": 1,
        "transfer-cancelled": 1,
        "contact-removed": 1,
        "account-deleted": 1,
      });
      for (const { at, since } of await listed(xid)) expect([at, since]).toEqual([NOW, NOW]);
    });

    test("has a transfer that waits done when it takes effect, and cancelled when its key is in use", async () => {
      const { key, xid } = await openAccount(database());
      const contact = await validateContact(database(), key);
      const [mover, challenge] = [newKey(), newChallenge()];
      await ask(mover, contact, challenge);
      await confirmByToken(database(), challenge.tokenHash, NOW, 60);
      expect(await eventsOf(xid)).toMatchObject({ "transfer-asked": 1, "transfer-confirmed": 1 });
      expect(await eventsOf(xid)).not.toHaveProperty("transfer-done");
      await prune(database(), later(61));
      expect(await eventsOf(xid)).toMatchObject({ "transfer-confirmed": 1, "transfer-done": 1 });
      expect(await eventsOf(xid)).not.toHaveProperty("transfer-cancelled");

      const [taken, late] = [newKey(), newChallenge()];
      await ask(taken, contact, late);
      await store(database(), taken);
      const { outcome } = await confirmByToken(database(), late.tokenHash, NOW, 0);
      expect(outcome).toBe("key-in-use");
      expect(await eventsOf(xid)).toMatchObject({ "transfer-done": 1, "transfer-cancelled": 1 });
    });

    test("writes nothing for what is asked again, or refused, or changes nothing", async () => {
      const { key, xid } = await openAccount(database());
      const again = request(key);
      const next = newKey();
      await updatePublicKey(database(), again, next);
      await updatePublicKey(database(), again, next);
      await updatePublicKey(database(), request(next, { senderXid: xid }), next);
      await updateFallback(database(), request(next, { senderXid: xid }), null, CHALLENGE_LIMITS);
      await updatePublicKey(database(), request(key), newKey());
      await deleteAccount(database(), request(newKey()));
      expect(await eventsOf(xid)).toEqual({ "account-opened": 1, "key-changed": 1 });
    });

    test("has one row for a transfer that is asked for, whether anybody has the contact or not", async () => {
      const { key, xid } = await openAccount(database());
      const [known, unknown] = [await validateContact(database(), key), newContact()];
      const sizes: unknown[] = [];
      for (const contact of [known, unknown]) {
        const before = await rowsOf(tables());
        await ask(newKey(), contact);
        await ask(newKey(), contact);
        sizes.push((await rowsOf(tables())) - before);
      }
      expect(sizes).toEqual([1, 1]);
      const [one] = (await listed(xid)).filter(({ event }) => event === "transfer-asked");
      const [other, ...more] = await listed(unknown.hmac);
      expect(more).toEqual([]);
      expect(other).toEqual({ ...one, account: nameOf(unknown.hmac), place: expect.anything() });
    });

    test("gathers what happens to an account within an hour, with its number", async () => {
      const { key, xid } = await openAccount(database());
      let current = key;
      for (let change = 0; change < 4; change++) {
        const next = newKey();
        const at = { senderXid: xid, now: later(change) };
        await updatePublicKey(database(), request(current, at), next);
        current = next;
      }
      await updatePublicKey(database(), request(current, { senderXid: xid, now: later(HOUR) }), newKey());
      const changes = (await listed(xid)).filter(({ event }) => event === "key-changed");
      expect(changes).toMatchObject([
        { times: 4, since: NOW, at: later(3) },
        { times: 1, since: later(HOUR), at: later(HOUR) },
      ]);
    });

    test("counts a limit once a second, and all that have no account in one row", async () => {
      const { key, xid } = await openAccount(database());
      for (let share = 0; share < QUOTAS.maxShares + 3; share++) {
        await storeShare(database(), request(key, { now: later(share / 10) }), newShare(), QUOTAS);
      }
      await storeShare(database(), request(key, { now: later(5) }), newShare(), QUOTAS);
      expect(await eventsOf(xid)).toEqual({ "account-opened": 1, "limit-shares": 2 });

      // A time of its own, since the row of those without an account is everybody's.
      const now = new Date(NOW.getTime() + 1_000 * HOUR * (1_000 + Math.floor(Math.random() * 1e6)));
      const newcomers = { networks: [networkHmac(random())], maxPerHour: 1 };
      const before = await rowsOf(tables());
      const outcomes = new Set<string>();
      for (let stranger = 0; stranger < 4; stranger++) {
        const asked = { ...request(newKey(), { now: later(stranger / 10, now) }), newcomers };
        outcomes.add((await storeShare(database(), asked, newShare(), QUOTAS)).outcome);
      }
      expect([...outcomes]).toEqual(["ok", "rate-limited"]);
      const nobodys = await listAudit(tables(), { account: "", since: now, limit: 10 });
      expect(nobodys).toMatchObject([{ event: "limit-newcomers", times: 1 }]);
      // The one that was opened, and theirs.
      expect((await rowsOf(tables())) - before).toBe(2);
    });

    test("tells that codes were guessed, of an account and of a decoy in the same way", async () => {
      const { key, xid } = await openAccount(database());
      const [known, unknown] = [await validateContact(database(), key), newContact()];
      for (const contact of [known, unknown]) {
        const mover = newKey();
        await ask(mover, contact);
        for (let attempt = 0; attempt < VERIFY_LIMITS.maxTries + 1; attempt++)
          await verifyFallback(database(), request(mover), newChallenge().codeHash, VERIFY_LIMITS);
      }
      expect(await eventsOf(xid)).toMatchObject({ "transfer-asked": 1, "limit-codes": 1 });
      expect(await eventsOf(unknown.hmac)).toEqual({ "transfer-asked": 1, "limit-codes": 1 });
    });

    test("is told to the log once, with what has come since", async () => {
      const { key, xid } = await openAccount(database());
      const mine = async () =>
        (await claimAudit(database(), 1_000_000)).filter(({ account }) => account === nameOf(xid));
      expect(await mine()).toEqual([{ event: "account-opened", account: nameOf(xid), at: NOW, times: 1 }]);
      expect(await mine()).toEqual([]);
      const second = newKey();
      await updatePublicKey(database(), request(key), second);
      expect(await mine()).toMatchObject([{ event: "key-changed", times: 1 }]);
      const third = newKey();
      await updatePublicKey(database(), request(second, { senderXid: xid }), third);
      await updatePublicKey(database(), request(third, { senderXid: xid }), newKey());
      expect(await mine()).toMatchObject([{ event: "key-changed", times: 2 }]);
      expect(await eventsOf(xid)).toMatchObject({ "key-changed": 3 });
    });

    test("is listed page by page without gap or repetition, and forgotten when its time is over", async () => {
      const { key, xid } = await openAccount(database());
      await validateContact(database(), key);
      await updatePublicKey(database(), request(key, { now: later(1) }), newKey());
      const all = await listed(xid);
      const paged: ListedRecord[] = [];
      for (;;) {
        const after = paged.at(-1)?.place;
        const [next] = await listAudit(tables(), { account: nameOf(xid), after, limit: 1 });
        if (next === undefined) break;
        paged.push(next);
      }
      expect(paged).toEqual(all);
      expect(all).toHaveLength(4);
      const since = await listAudit(tables(), { account: nameOf(xid), since: later(1), limit: 9 });
      expect(since.map(({ event }) => event)).toEqual(["key-changed"]);

      await prune(database(), later(101), { auditKeep: 101 });
      expect(await listed(xid)).toHaveLength(4);
      await prune(database(), later(101), { auditKeep: 100 });
      expect(await eventsOf(xid)).toEqual({ "key-changed": 1 });
    });

    test("goes with its transaction: what failed has not happened", async () => {
      const key = newKey();
      const share = { ...newShare(), size: -1 };
      await expect(storeShare(database(), request(key), share, QUOTAS)).rejects.toThrow();
      expect(await eventsOf(xidOf(key))).toEqual({});
    });
  });
}

function counted(records: readonly ListedRecord[]): Partial<Record<AuditEvent, number>> {
  return Object.fromEntries(records.map(({ event, times }) => [event, times]));
}

async function rowsOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ rows: number }>("select count(*)::integer as rows from store.audit_event", []);
  return row?.rows ?? 0;
}
