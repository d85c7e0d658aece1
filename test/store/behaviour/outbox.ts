import { describe, expect, test } from "vitest";
import type { NamedContact } from "../../../src/store/contact-challenge.ts";
import { deleteShares } from "../../../src/store/delete-shares.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { type Claim, claimMessages, failMessage, finishMessage } from "../../../src/store/outbox.ts";
import { prune } from "../../../src/store/prune.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import {
  CHALLENGE_LIMITS,
  EVERYTHING,
  hex,
  later,
  messagesTo,
  NOW,
  newChallenge,
  newContact,
  newKey,
  openAccount,
  random,
  request,
  validateContact,
  xidOf,
} from "../fixtures.ts";

export function describeOutbox(database: () => Sql, tables: () => Sql): void {
  const writeMessage = async () => {
    const { key } = await openAccount(database());
    const contact = newContact();
    await updateFallback(database(), request(key), { contact, challenge: newChallenge() }, CHALLENGE_LIMITS);
    const claim = async (now: Date, leaseSeconds = 60) => {
      const { messages } = await claimMessages(database(), now, { ...EVERYTHING, leaseSeconds });
      return messages.filter(({ contactHmac }) => hex(contactHmac) === hex(contact.hmac));
    };
    return { contact, claim };
  };

  describe("the outbox", () => {
    test("gives a message to one sender at a time, and again when its lease is over", async () => {
      const { claim } = await writeMessage();
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(NOW)));
      expect(claims.flat()).toMatchObject([{ topic: "validation", attempts: 1 }]);
      expect(await claim(later(59))).toEqual([]);
      expect(await claim(later(60))).toMatchObject([{ attempts: 2 }]);
    });

    test("forgets a message that was sent", async () => {
      const { contact, claim } = await writeMessage();
      const [message] = await claim(NOW);
      await finishMessage(database(), message?.id ?? "");
      expect(await claim(later(600))).toEqual([]);
      expect(await tables()("select from store.outbox where contact_hmac = $1", [contact.hmac])).toEqual([]);
    });

    test("offers a message that failed again in time, but not when it is of no use any more", async () => {
      const { claim } = await writeMessage();
      const [message] = await claim(NOW);
      await failMessage(database(), message?.id ?? "", later(300), NOW);
      expect(await claim(later(299))).toEqual([]);
      expect(await claim(later(300), 0)).toHaveLength(1);
      expect(await claim(later(1799), 0)).toHaveLength(1);
      expect(await claim(later(1800), 0)).toEqual([]);
    });

    test("hands out a decoy like any other message, without an account, and forgets it", async () => {
      const decoy = newContact();
      await fallbackTransfer(database(), request(newKey()), decoy, newChallenge(), CHALLENGE_LIMITS);
      const [message, ...others] = await messagesTo(database(), decoy);
      expect(message).toMatchObject({ topic: "transfer", class: "decoy", account: null, attempts: 1 });
      expect(others).toEqual([]);
      await finishMessage(database(), message?.id ?? "");
      expect(await tables()("select from store.outbox where contact_hmac = $1", [decoy.hmac])).toEqual([]);
    });

    test("hands out no more of each class than it is asked for, to the kinds that are asked for", async () => {
      // Nothing of what other tests have left behind is due by then.
      const now = later(40 * 86_400);
      const kinds = ["a", "b", "c"].map((name) => `${name}-${hex(random(4))}`) as [string, string, string];
      for (const kind of kinds) {
        for (let count = 0; count < 3; count++) {
          const { key } = await openAccount(database());
          const contact = await validateContact(database(), key, newContact(kind));
          await updatePublicKey(database(), request(key, { now }), newKey());
          const asking = { contact: newContact(kind), challenge: newChallenge(now) };
          const other = await openAccount(database());
          await updateFallback(database(), request(other.key, { now }), asking, CHALLENGE_LIMITS);
          for (const asked of [contact, newContact(kind)]) {
            const challenge = newChallenge(now);
            await fallbackTransfer(
              database(),
              request(newKey(), { now }),
              asked,
              challenge,
              CHALLENGE_LIMITS,
            );
          }
        }
      }
      const claim = async (more: Partial<Claim>) => {
        const { messages } = await claimMessages(database(), now, { ...EVERYTHING, kinds, ...more });
        return messages.map((message) => message.class).sort();
      };
      const none = { codes: 0, notices: 0, decoys: 0 };
      expect(await claim({ ...none, kinds: kinds.slice(1), codes: 7 })).toEqual([
        ...Array(6).fill("transfer"),
        "validation",
      ]);
      expect(await claim({ ...none, notices: 4, decoys: 2 })).toEqual([
        ...Array(2).fill("decoy"),
        ...Array(4).fill("notice"),
      ]);
      expect(await claim({ ...none, kinds: ["another"], codes: 100 })).toEqual([]);
    });

    test("hands out classes only while the hour has had fewer messages than each may see", async () => {
      const now = later(50 * 86_400);
      const kind = `kind-${hex(random(4))}`;
      for (let count = 0; count < 4; count++) {
        const { key } = await openAccount(database());
        const contact = await validateContact(database(), key, newContact(kind));
        await updatePublicKey(database(), request(key, { now }), newKey());
        const other = await openAccount(database());
        const asking = { contact: newContact(kind), challenge: newChallenge(now) };
        await updateFallback(database(), request(other.key, { now }), asking, CHALLENGE_LIMITS);
        for (const asked of [contact, newContact(kind)]) {
          const challenge = newChallenge(now);
          await fallbackTransfer(database(), request(newKey(), { now }), asked, challenge, CHALLENGE_LIMITS);
        }
      }
      const maxPerHour = { transfers: 9, validations: 6, notices: 3 };
      const claim = async (more: Partial<Claim> = {}, at = now) => {
        const asked = { ...EVERYTHING, kinds: [kind], maxPerHour, ...more };
        const { messages, hourTotal } = await claimMessages(database(), at, asked);
        return { classes: messages.map((message) => message.class).sort(), hourTotal, messages };
      };
      // Decoys are nobody's messages, and count for nothing.
      expect(await claim({ codes: 0 })).toMatchObject({
        classes: [...Array(4).fill("decoy"), ...Array(3).fill("notice")],
        hourTotal: 3,
      });
      const codes = await claim();
      expect(codes).toMatchObject({
        classes: [...Array(4).fill("transfer")],
        hourTotal: 7,
      });
      expect((await claim()).classes).toEqual([]);
      // A message that failed has not gone out, and leaves its place to others.
      for (const { id } of codes.messages.slice(0, 2))
        await failMessage(database(), id, later(600, now), now);
      expect(await claim()).toMatchObject({ classes: ["validation"], hourTotal: 6 });
      const nextHour = later(61 * 60, now);
      expect((await claim({ decoys: 0, codes: 0 }, nextHour)).hourTotal).toBe(3);
    });
  });

  describe("news of an account", () => {
    const owner = async (now: Date, named: Partial<NamedContact> = {}) => {
      const { key } = await openAccount(database());
      const contact = await validateContact(database(), key, { ...newContact(), ...named });
      let current = key;
      const changeKey = async (at = now) => {
        const next = newKey();
        const naming = request(current, { senderXid: xidOf(key), now: at });
        expect(await updatePublicKey(database(), naming, next)).toMatchObject({ outcome: "ok" });
        current = next;
      };
      const told = async (at: Date) => {
        const due = await messagesTo(database(), contact, at);
        for (const { id } of due) await finishMessage(database(), id);
        return due.map(({ topic, times }) => [topic, times]);
      };
      const removeContact = () =>
        updateFallback(database(), request(current, { senderXid: xidOf(key), now }), null, CHALLENGE_LIMITS);
      return { changeKey, told, removeContact };
    };

    test("that waits to be told is gathered, and its number told", async () => {
      const now = later(60 * 86_400);
      const { changeKey, told, removeContact } = await owner(now);
      for (let count = 0; count < 5; count++) await changeKey();
      await removeContact();
      expect((await told(now)).sort()).toEqual([
        ["contact-removed", 1],
        ["key-changed", 5],
      ]);
      expect(await told(now)).toEqual([]);
    });

    test("is told six times an hour, and what is more in one message, an hour after the first", async () => {
      const now = later(70 * 86_400);
      const { changeKey, told } = await owner(now);
      for (let count = 0; count < 6; count++) {
        await changeKey(later(count, now));
        expect(await told(later(count, now))).toEqual([["key-changed", 1]]);
      }
      for (let count = 6; count < 20; count++) {
        await changeKey(later(count, now));
        expect(await told(later(count, now))).toEqual([]);
      }
      expect(await told(later(3599, now))).toEqual([]);
      expect(await told(later(3600, now))).toEqual([["key-changed", 14]]);
      await changeKey(later(3600, now));
      expect(await told(later(3600, now))).toEqual([]);
      expect(await told(later(3601, now))).toEqual([["key-changed", 1]]);
    });

    test("is told six times an hour to a mailbox, whichever accounts it comes from", async () => {
      const now = later(90 * 86_400);
      const { mailbox } = newContact();
      const accounts = await Promise.all(Array.from({ length: 4 }, () => owner(now, { mailbox })));
      let told = 0;
      for (let round = 0; round < 3; round++) {
        for (const account of accounts) {
          await account.changeKey();
          told += (await account.told(now)).length;
        }
      }
      expect(told).toBe(6);
      for (const account of accounts) told += (await account.told(later(3600, now))).length;
      expect(told).toBe(10);
    });

    test("is not gathered with what is on its way already", async () => {
      const now = later(80 * 86_400);
      const { changeKey, told } = await owner(now);
      await changeKey();
      await claimMessages(database(), now, EVERYTHING);
      await changeKey();
      expect(await told(now)).toEqual([["key-changed", 1]]);
      expect(await told(later(60, now))).toEqual([["key-changed", 1]]);
    });
  });

  describe("pruning", () => {
    test("forgets requests, messages and challenges that are over, however few at a time", async () => {
      const { contact } = await writeMessage();
      const decoy = newContact();
      await fallbackTransfer(database(), request(newKey()), decoy, newChallenge(), CHALLENGE_LIMITS);
      for (let count = 0; count < 3; count++) await deleteShares(database(), request(newKey()), null);
      const rows = async (table: string) =>
        (
          await tables()(`select from store.${table} where contact_hmac in ($1, $2)`, [
            contact.hmac,
            decoy.hmac,
          ])
        ).length;

      await prune(database(), NOW);
      expect([await rows("outbox"), await rows("challenge")]).toEqual([2, 2]);
      await prune(database(), later(3600));
      // Limits per contact count challenges of the last day.
      expect([await rows("outbox"), await rows("challenge")]).toEqual([0, 2]);
      const over = later(3 * 86_400);
      const { requests, challenges } = await prune(database(), over, { limit: 2 });
      expect(requests).toBeGreaterThanOrEqual(5);
      expect(challenges).toBeGreaterThanOrEqual(2);
      expect([await rows("outbox"), await rows("challenge")]).toEqual([0, 0]);
      expect(await prune(database(), over)).toEqual({
        requests: 0,
        challenges: 0,
        messages: 0,
        transfers: 0,
        events: 0,
      });
    });
  });
}
