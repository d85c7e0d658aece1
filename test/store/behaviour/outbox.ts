import { describe, expect, test } from "vitest";
import { deleteShares } from "../../../src/store/delete-shares.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { claimMessages, failMessage, finishMessage } from "../../../src/store/outbox.ts";
import { prune } from "../../../src/store/prune.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import {
  CHALLENGE_LIMITS,
  hex,
  later,
  messagesTo,
  NOW,
  newChallenge,
  newContact,
  newKey,
  openAccount,
  request,
} from "../fixtures.ts";

export function describeOutbox(database: () => Sql, tables: () => Sql): void {
  const writeMessage = async () => {
    const { key } = await openAccount(database());
    const contact = newContact();
    await updateFallback(database(), request(key), { contact, challenge: newChallenge() }, CHALLENGE_LIMITS);
    const claim = async (now: Date, leaseSeconds = 60) => {
      const messages = await claimMessages(database(), now, 100_000, leaseSeconds);
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
      await failMessage(database(), message?.id ?? "", later(300));
      expect(await claim(later(299))).toEqual([]);
      expect(await claim(later(300), 0)).toHaveLength(1);
      expect(await claim(later(1799), 0)).toHaveLength(1);
      expect(await claim(later(1800), 0)).toEqual([]);
    });

    test("hands out a decoy like any other message, without an account, and forgets it", async () => {
      const decoy = newContact();
      await fallbackTransfer(database(), request(newKey()), decoy, newChallenge(), CHALLENGE_LIMITS);
      const [message, ...others] = await messagesTo(database(), decoy);
      expect(message).toMatchObject({ topic: "transfer", account: null, attempts: 1 });
      expect(others).toEqual([]);
      await finishMessage(database(), message?.id ?? "");
      expect(await tables()("select from store.outbox where contact_hmac = $1", [decoy.hmac])).toEqual([]);
    });

    test("hands out no more than it is asked for", async () => {
      for (let count = 0; count < 3; count++) await writeMessage();
      expect(await claimMessages(database(), later(1), 2, 60)).toHaveLength(2);
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
      const { requests, challenges } = await prune(database(), over, 2);
      expect(requests).toBeGreaterThanOrEqual(5);
      expect(challenges).toBeGreaterThanOrEqual(2);
      expect([await rows("outbox"), await rows("challenge")]).toEqual([0, 0]);
      expect(await prune(database(), over)).toEqual({
        requests: 0,
        challenges: 0,
        messages: 0,
        transfers: 0,
      });
    });
  });
}
