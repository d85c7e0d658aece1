import { describe, expect, test } from "vitest";
import { confirmByToken, lookUpToken } from "../../../src/store/challenge-by-token.ts";
import type { NamedContact, NewChallenge } from "../../../src/store/contact-challenge.ts";
import { deleteAccount } from "../../../src/store/delete-account.ts";
import { deleteShares } from "../../../src/store/delete-shares.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { prune } from "../../../src/store/prune.ts";
import { retrieveFallback } from "../../../src/store/retrieve-fallback.ts";
import { retrieveShares } from "../../../src/store/retrieve-shares.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { storeShare } from "../../../src/store/store-share.ts";
import { type KeyId, type RequestIdentity, requestDigest } from "../../../src/store/types.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import { verifyFallback } from "../../../src/store/verify-fallback.ts";
import {
  CHALLENGE_LIMITS,
  later,
  messagesTo,
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
} from "../fixtures.ts";

const ALL = { shareIds: null, lenient: false };
const HOUR = 3600;

export function describeTransfers(database: () => Sql, tables: () => Sql): void {
  const accountWithContact = async () => {
    const account = await openAccount(database());
    return { ...account, contact: await validateContact(database(), account.key) };
  };
  const ask = (
    asked: RequestIdentity,
    contact: NamedContact,
    challenge: NewChallenge = newChallenge(asked.now),
  ) => fallbackTransfer(database(), asked, contact, challenge, CHALLENGE_LIMITS);
  const confirm = (challenge: NewChallenge, delay = 0, now = NOW) =>
    confirmByToken(database(), challenge.tokenHash, now, delay);
  const enter = (key: KeyId, { codeHash }: NewChallenge) =>
    verifyFallback(database(), request(key), codeHash, VERIFY_LIMITS);
  const read = (key: KeyId, now = NOW) => retrieveShares(database(), request(key, { now }), ALL);

  describe("a transfer", () => {
    test("moves the account to the new key once its code is entered with that key", async () => {
      const { key, xid, share, contact } = await accountWithContact();
      const next = newKey();
      const asked = request(next);
      const challenge = newChallenge();
      expect(await ask(asked, contact, challenge)).toEqual({ outcome: "processing", contactKnown: true });
      expect(await messagesTo(database(), contact)).toMatchObject([
        { topic: "transfer", secret: challenge.secret },
      ]);
      expect(await ask(asked, contact)).toEqual({ outcome: "processing", contactKnown: null });
      expect(await messagesTo(database(), contact)).toHaveLength(1);
      expect(await read(key)).toMatchObject({ outcome: "ok", transferPending: true });

      expect(await enter(newKey(), challenge)).toMatchObject({ outcome: "challenge-void" });
      expect(await enter(key, challenge)).toMatchObject({ outcome: "challenge-void" });
      expect(await enter(next, challenge)).toMatchObject({ outcome: "ok" });

      expect(await ask(asked, contact)).toEqual({ outcome: "ok", account: xid });
      expect(await read(next)).toMatchObject({
        outcome: "ok",
        account: xid,
        shares: [{ shareId: share.shareId }],
      });
      expect(await read(key)).toMatchObject({ outcome: "invalid-sender-key" });
      expect((await messagesTo(database(), contact)).map(({ topic }) => topic)).toEqual(["key-changed"]);
      expect(await retrieveFallback(database(), request(next))).toMatchObject({
        fallback: { validated: true },
      });
    });

    test("can be confirmed by its link", async () => {
      const { xid, contact } = await accountWithContact();
      const next = newKey();
      const challenge = newChallenge();
      await ask(request(next), contact, challenge);
      const linked = { purpose: "transfer", account: xid };
      expect(await lookUpToken(database(), challenge.tokenHash, NOW)).toMatchObject(linked);
      expect(await confirm(challenge)).toMatchObject({ outcome: "ok", ...linked });
      expect(await read(next)).toMatchObject({ outcome: "ok", account: xid });
    });

    test("for a contact that nobody has validated looks like any other", async () => {
      const { key } = await openAccount(database());
      const claimed = newContact();
      const claim = { contact: claimed, challenge: newChallenge() };
      await updateFallback(database(), request(key), claim, CHALLENGE_LIMITS);
      const known = (await accountWithContact()).contact;
      const tellTale = async (contact: NamedContact) => {
        const next = newKey();
        const asked = request(next);
        const seen: string[] = [(await ask(asked, contact)).outcome, (await ask(asked, contact)).outcome];
        for (let count = 0; count < 6; count++) seen.push((await enter(next, newChallenge())).outcome);
        seen.push((await ask(asked, contact)).outcome);
        const again = request(next);
        seen.push((await ask(again, contact)).outcome);
        seen.push((await ask({ ...again, now: later(HOUR) }, contact)).outcome);
        for (let count = 0; count < 6; count++) seen.push((await ask(request(next), contact)).outcome);
        return seen;
      };
      const seen = await tellTale(known);
      expect(new Set(seen)).toEqual(
        new Set(["processing", "wrong-code", "too-many-attempts", "challenge-void", "rate-limited"]),
      );
      expect(await tellTale(newContact())).toEqual(seen);
      const untouched = newContact();
      expect(await ask(request(newKey()), untouched)).toMatchObject({ contactKnown: false });
      expect(await messagesTo(database(), untouched)).toMatchObject([{ topic: "transfer", account: null }]);
      expect(await ask(request(newKey()), claimed)).toMatchObject({
        outcome: "processing",
        contactKnown: false,
      });
    });

    test("that nobody confirms in time is not made", async () => {
      const { key, contact } = await accountWithContact();
      const asked = request(newKey());
      const challenge = newChallenge();
      await ask(asked, contact, challenge);
      const expired = later(1800);
      expect(await confirm(challenge, 0, expired)).toEqual({ outcome: "challenge-void" });
      expect(await ask({ ...asked, now: expired }, contact)).toEqual({ outcome: "challenge-void" });
      expect(await read(key, expired)).toMatchObject({ outcome: "ok", transferPending: false });
    });

    test("is cancelled by whatever the current key does about key, contact or account", async () => {
      const deeds: ((key: KeyId, contact: NamedContact) => Promise<{ outcome: string }>)[] = [
        (key) => updatePublicKey(database(), request(key), newKey()),
        (key) => updatePublicKey(database(), request(key), key),
        (key) => updateFallback(database(), request(key), null, CHALLENGE_LIMITS),
        (key, contact) =>
          updateFallback(database(), request(key), { contact, challenge: newChallenge() }, CHALLENGE_LIMITS),
        (key) => deleteAccount(database(), request(key)),
      ];
      for (const deed of deeds) {
        for (const delay of [0, HOUR]) {
          const { key, contact } = await accountWithContact();
          const next = newKey();
          const asked = request(next);
          const challenge = newChallenge();
          await ask(asked, contact, challenge);
          if (delay > 0) await confirm(challenge, delay);
          expect(await deed(key, contact)).toMatchObject({ outcome: "ok" });
          expect(await confirm(challenge, 0, later(1))).toEqual({ outcome: "challenge-void" });
          expect(await ask({ ...asked, now: later(2 * HOUR) }, contact)).toEqual({
            outcome: "challenge-void",
          });
          expect(await read(next, later(2 * HOUR))).toMatchObject({ outcome: "unknown-account" });
        }
      }
    });

    test("is not cancelled by storing, reading or deleting shares, and they say that it is pending", async () => {
      const { key, share, contact } = await accountWithContact();
      const challenge = newChallenge();
      await ask(request(newKey()), contact, challenge);
      const warned = { outcome: "ok", transferPending: true };
      for (const stored of [newShare(), share]) {
        expect(await storeShare(database(), request(key), stored, QUOTAS)).toMatchObject(warned);
      }
      expect(await read(key)).toMatchObject(warned);
      expect(await retrieveFallback(database(), request(key))).toMatchObject(warned);
      expect(await deleteShares(database(), request(key), [])).toEqual(warned);
      expect(await confirm(challenge)).toMatchObject({ outcome: "ok" });
    });

    test("to a key that has an account by then is refused, and nothing changes", async () => {
      const { key, contact } = await accountWithContact();
      const next = newKey();
      const asked = request(next);
      const challenge = newChallenge();
      await ask(asked, contact, challenge);
      await store(database(), next);
      expect(await enter(next, challenge)).toMatchObject({ outcome: "key-in-use" });
      expect(await ask(asked, contact)).toEqual({ outcome: "key-in-use" });
      expect(await read(key)).toMatchObject({ outcome: "ok", transferPending: false });
    });

    test("to a key that an account has, or has retired, is refused before any message, for good", async () => {
      const { key, contact } = await accountWithContact();
      const current = newKey();
      await updatePublicKey(database(), request(key), current);
      for (const known of [key, current]) {
        const asked = request(known);
        for (let count = 0; count < 2; count++) {
          expect(await ask(asked, contact)).toEqual({ outcome: "key-in-use" });
        }
        for (let count = 0; count <= CHALLENGE_LIMITS.maxPerKey; count++) {
          expect(await ask(request(known), newContact())).toEqual({ outcome: "key-in-use" });
        }
      }
      expect(await messagesTo(database(), contact)).toMatchObject([{ topic: "key-changed" }]);
      expect(await read(current)).toMatchObject({ outcome: "ok", transferPending: false });
    });

    test("is replaced by the same key's next one, and does not disturb another key's", async () => {
      const { contact } = await accountWithContact();
      const [alice, mallory] = [newKey(), newKey()];
      const [first, second, third] = [newChallenge(), newChallenge(), newChallenge()];
      await ask(request(alice), contact, first);
      await ask(request(mallory), contact, second);
      await ask(request(alice), contact, third);
      expect(await confirm(first)).toEqual({ outcome: "challenge-void" });
      expect(await enter(alice, third)).toMatchObject({ outcome: "ok" });
      expect(await confirm(second)).toEqual({ outcome: "challenge-void" });
    });

    test("asked for with an ID of another request is refused", async () => {
      const { contact } = await accountWithContact();
      const asked = request(newKey());
      await ask(asked, contact);
      const other = { ...asked, requestDigest: requestDigest(random()) };
      expect(await ask(other, contact)).toEqual({ outcome: "id-reused" });
    });

    test("that is asked for by many at once with one ID sends one message", async () => {
      const { contact } = await accountWithContact();
      const asked = request(newKey());
      const answers = await Promise.all(Array.from({ length: 16 }, () => ask(asked, contact)));
      expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["processing"]));
      expect(await messagesTo(database(), contact)).toHaveLength(1);
    });

    test("that is confirmed by many at once happens once", async () => {
      const { xid, contact } = await accountWithContact();
      const next = newKey();
      const challenge = newChallenge();
      await ask(request(next), contact, challenge);
      const outcomes = await Promise.all([
        ...Array.from({ length: 8 }, () => confirm(challenge)),
        ...Array.from({ length: 8 }, () => enter(next, challenge)),
      ]);
      for (const { outcome } of outcomes) expect(["ok", "challenge-void"]).toContain(outcome);
      expect(await messagesTo(database(), contact)).toMatchObject([{ topic: "key-changed" }]);
      expect(await read(next)).toMatchObject({ outcome: "ok", account: xid });
    });

    test("asked about after its account was deleted has no account to name", async () => {
      const { contact } = await accountWithContact();
      const next = newKey();
      const asked = request(next);
      const challenge = newChallenge();
      await ask(asked, contact, challenge);
      await confirm(challenge);
      await deleteAccount(database(), request(next));
      expect(await ask(asked, contact)).toEqual({ outcome: "unknown-account" });
    });
  });

  describe("a transfer with a waiting time", () => {
    const waiting = async () => {
      const account = await accountWithContact();
      const next = newKey();
      const asked = request(next);
      const challenge = newChallenge();
      await ask(asked, account.contact, challenge);
      expect(await confirm(challenge, HOUR)).toMatchObject({ outcome: "ok", effectiveAt: later(HOUR) });
      return { ...account, next, asked, challenge };
    };

    test("leaves the account with its key, warned, until the time has come", async () => {
      const { key, contact, next, asked, challenge } = await waiting();
      const before = later(HOUR - 1);
      expect(await read(key, before)).toMatchObject({ outcome: "ok", transferPending: true });
      expect(await read(next, before)).toMatchObject({ outcome: "unknown-account" });
      expect(await ask({ ...asked, now: before }, contact)).toMatchObject({ outcome: "processing" });
      expect(await lookUpToken(database(), challenge.tokenHash, before)).toMatchObject({
        state: "confirmed",
      });
      expect((await messagesTo(database(), contact)).map(({ topic }) => topic)).toEqual([
        "transfer-confirmed",
      ]);
    });

    test("takes effect for whoever looks first", async () => {
      const due = later(HOUR);
      const looks: ((context: Awaited<ReturnType<typeof waiting>>) => Promise<unknown>)[] = [
        async ({ key }) => expect(await read(key, due)).toMatchObject({ outcome: "invalid-sender-key" }),
        async ({ key }) => {
          const stored = storeShare(database(), request(key, { now: due }), newShare(), QUOTAS);
          expect(await stored).toMatchObject({ outcome: "invalid-sender-key" });
        },
        async ({ next, xid }) => {
          const stored = storeShare(database(), request(next, { now: due }), newShare(), QUOTAS);
          expect(await stored).toMatchObject({ outcome: "not-account-key", account: xid });
        },
        async ({ next }) =>
          expect(await read(next, due)).toMatchObject({ outcome: "ok", transferPending: false }),
        async ({ asked, contact, xid }) =>
          expect(await ask({ ...asked, now: due }, contact)).toEqual({ outcome: "ok", account: xid }),
        async ({ key }) =>
          expect(await updatePublicKey(database(), request(key, { now: due }), newKey())).toMatchObject({
            outcome: "invalid-sender-key",
          }),
        () => prune(database(), due),
      ];
      for (const look of looks) {
        const context = await waiting();
        await look(context);
        const [current] = await tables()<{ key_id: Uint8Array }>(
          "select key_id from store.account where xid = $1",
          [context.xid],
        );
        expect(current?.key_id).toEqual(context.next);
      }
    });

    test("keeps another from taking effect that was confirmed after it, though both are due", async () => {
      const first = await waiting();
      const [other, challenge] = [request(newKey()), newChallenge()];
      await ask(other, first.contact, challenge);
      expect(await confirm(challenge, HOUR + 1)).toMatchObject({ outcome: "ok" });
      const due = later(HOUR + 1);
      expect(await read(first.key, due)).toMatchObject({ outcome: "invalid-sender-key" });
      expect(await read(first.next, due)).toMatchObject({ outcome: "ok", account: first.xid });
      expect(await ask({ ...other, now: due }, first.contact)).toEqual({ outcome: "challenge-void" });
    });

    test("to a key that opened an account meanwhile, and was retired, comes to nothing when that key asks", async () => {
      const { key, contact, next, asked } = await waiting();
      await store(database(), next);
      expect(await updatePublicKey(database(), request(next), newKey())).toMatchObject({ outcome: "ok" });
      const due = later(HOUR);
      expect(await ask({ ...asked, now: due }, contact)).toEqual({ outcome: "key-in-use" });
      expect(await read(key, due)).toMatchObject({ outcome: "ok", transferPending: false });
    });

    test("to a key that opens an account meanwhile comes to nothing", async () => {
      const { key, contact, next, asked } = await waiting();
      await store(database(), next);
      const due = later(HOUR);
      expect(await read(key, due)).toMatchObject({ outcome: "ok", transferPending: false });
      expect(await ask({ ...asked, now: due }, contact)).toEqual({ outcome: "key-in-use" });
    });
  });
}
