import { describe, expect, test } from "vitest";
import { confirmByToken, lookUpToken } from "../../../src/store/challenge-by-token.ts";
import type { NamedContact, NewChallenge } from "../../../src/store/contact-challenge.ts";
import { deleteAccount } from "../../../src/store/delete-account.ts";
import { fallbackTransfer } from "../../../src/store/fallback-transfer.ts";
import { retrieveFallback } from "../../../src/store/retrieve-fallback.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { type KeyId, type NetworkHmac, networkHmac, type RequestIdentity } from "../../../src/store/types.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../../src/store/update-public-key.ts";
import { verifyFallback } from "../../../src/store/verify-fallback.ts";
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
  random,
  request,
  VERIFY_LIMITS,
  validateContact,
} from "../fixtures.ts";

export function describeFallbacks(database: () => Sql, tables: () => Sql): void {
  const set = (
    asked: RequestIdentity,
    contact: NamedContact,
    challenge: NewChallenge = newChallenge(asked.now),
  ) => updateFallback(database(), asked, { contact, challenge }, CHALLENGE_LIMITS);
  const remove = (key: KeyId) => updateFallback(database(), request(key), null, CHALLENGE_LIMITS);
  const confirm = (challenge: NewChallenge, now = NOW) =>
    confirmByToken(database(), challenge.tokenHash, now, 0);
  const enter = (key: KeyId, { codeHash }: NewChallenge, now = NOW) =>
    verifyFallback(database(), request(key, { now }), codeHash, VERIFY_LIMITS);
  const fallbackOf = async (key: KeyId) => {
    const result = await retrieveFallback(database(), request(key));
    if (result.outcome !== "ok") throw new Error(result.outcome);
    return result.fallback && { hmac: hex(result.fallback.hmac), validated: result.fallback.validated };
  };
  const told = async (contact: NamedContact) =>
    (await messagesTo(database(), contact)).map(({ topic }) => topic);

  describe("the contact", () => {
    test("is a claim until its code or its link confirms it", async () => {
      const { key, xid } = await openAccount(database());
      expect(await fallbackOf(key)).toBeNull();
      const contact = newContact();
      const challenge = newChallenge();
      expect(await set(request(key), contact, challenge)).toEqual({ outcome: "ok", transferPending: false });
      expect(await fallbackOf(key)).toEqual({ hmac: hex(contact.hmac), validated: false });
      expect(await messagesTo(database(), contact)).toMatchObject([
        {
          topic: "validation",
          account: xid,
          contactCiphertext: contact.ciphertext,
          secret: challenge.secret,
        },
      ]);
      expect(await enter(key, challenge)).toEqual({ outcome: "ok", transferPending: false });
      expect(await fallbackOf(key)).toEqual({ hmac: hex(contact.hmac), validated: true });
      // The message with the code is gone as soon as somebody has used the code.
      expect(await told(contact)).toEqual([]);
    });

    test("that is validated stays so when it is set again, and nothing is sent", async () => {
      const { key } = await openAccount(database());
      const contact = await validateContact(database(), key);
      await set(request(key), newContact());
      expect(await set(request(key), contact)).toMatchObject({ outcome: "ok" });
      expect(await fallbackOf(key)).toEqual({ hmac: hex(contact.hmac), validated: true });
      expect(await told(contact)).toEqual([]);
    });

    test("counts until its replacement is validated, and is then told so", async () => {
      const { key } = await openAccount(database());
      const old = await validateContact(database(), key);
      const contact = newContact();
      const challenge = newChallenge();
      await set(request(key), contact, challenge);
      const rows = () =>
        tables()("select from store.contact where contact_hmac = $1 and validated", [old.hmac]);
      expect(await rows()).toHaveLength(1);
      await confirm(challenge);
      expect(await rows()).toHaveLength(0);
      expect(await fallbackOf(key)).toEqual({ hmac: hex(contact.hmac), validated: true });
      expect(await told(old)).toEqual(["contact-replaced"]);
    });

    test("can be removed, and is told so", async () => {
      const { key } = await openAccount(database());
      const contact = await validateContact(database(), key);
      expect(await remove(key)).toMatchObject({ outcome: "ok" });
      expect(await fallbackOf(key)).toBeNull();
      expect(await told(contact)).toEqual(["contact-removed"]);
    });

    test("of a removed claim cannot be confirmed any more", async () => {
      const { key } = await openAccount(database());
      const contact = newContact();
      const challenge = newChallenge();
      await set(request(key), contact, challenge);
      await remove(key);
      expect(await confirm(challenge)).toEqual({ outcome: "challenge-void" });
      expect(await told(contact)).toEqual([]);
    });

    test("that others merely claim blocks nobody, and belongs to the first that validates it", async () => {
      const accounts = await Promise.all(Array.from({ length: 4 }, () => openAccount(database())));
      const contact = newContact();
      const challenges = await Promise.all(
        accounts.map(async ({ key }) => {
          const challenge = newChallenge();
          expect(await set(request(key), contact, challenge)).toMatchObject({ outcome: "ok" });
          return challenge;
        }),
      );
      const outcomes = (await Promise.all(challenges.map((challenge) => confirm(challenge)))).map(
        (r) => r.outcome,
      );
      expect(outcomes.sort()).toEqual(["fallback-in-use", "fallback-in-use", "fallback-in-use", "ok"]);
      const contacts = await Promise.all(accounts.map(({ key }) => fallbackOf(key)));
      expect(contacts.filter((fallback) => fallback?.validated)).toHaveLength(1);
    });

    test("that another has validated first leaves the account the one it had", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      const taken = await validateContact(database(), alice.key);
      const kept = await validateContact(database(), bob.key);
      const challenge = newChallenge();
      await set(request(bob.key), taken, challenge);
      expect(await enter(bob.key, challenge)).toMatchObject({ outcome: "fallback-in-use" });
      expect(await told(kept)).toEqual([]);
      await set(request(bob.key), kept);
      expect(await fallbackOf(bob.key)).toEqual({ hmac: hex(kept.hmac), validated: true });
    });

    test("hears when the key changes and when the account is deleted", async () => {
      const { key } = await openAccount(database());
      const contact = await validateContact(database(), key);
      const next = newKey();
      await updatePublicKey(database(), request(key), next);
      expect(await told(contact)).toEqual(["key-changed"]);
      // A notice that waits outlives its account: else a thief could change the key unnoticed.
      await deleteAccount(database(), request(next));
      expect(await told(contact)).toEqual(["key-changed", "account-deleted"]);
    });

    test("is free for others once the account is deleted", async () => {
      const alice = await openAccount(database());
      const contact = await validateContact(database(), alice.key);
      await deleteAccount(database(), request(alice.key));
      const bob = await openAccount(database());
      await validateContact(database(), bob.key, contact);
    });
  });

  describe("a validation", () => {
    test("expires", async () => {
      const { key } = await openAccount(database());
      const challenge = newChallenge();
      await set(request(key), newContact(), challenge);
      const expired = later(1800);
      expect(await lookUpToken(database(), challenge.tokenHash, expired)).toMatchObject({ state: "void" });
      expect(await confirm(challenge, expired)).toEqual({ outcome: "challenge-void" });
      expect(await enter(key, challenge, expired)).toMatchObject({ outcome: "challenge-void" });
      expect(await confirm(challenge, later(1799))).toMatchObject({ outcome: "ok" });
    });

    test("is void after five wrong codes, even for the right one", async () => {
      const { key } = await openAccount(database());
      const challenge = newChallenge();
      await set(request(key), newContact(), challenge);
      const outcomes = [];
      for (let count = 0; count < 5; count++) outcomes.push((await enter(key, newChallenge())).outcome);
      expect(outcomes).toEqual([...Array(4).fill("wrong-code"), "too-many-attempts"]);
      expect(await enter(key, challenge)).toMatchObject({ outcome: "challenge-void" });
      expect(await confirm(challenge)).toMatchObject({ outcome: "challenge-void" });
    });

    test("gets no more tries from many wrong codes at once, nor from one request sent again", async () => {
      const { key } = await openAccount(database());
      const challenge = newChallenge();
      await set(request(key), newContact(), challenge);
      const asked = request(key);
      const wrong = newChallenge().codeHash;
      for (let count = 0; count < 8; count++) {
        expect(await verifyFallback(database(), asked, wrong, VERIFY_LIMITS)).toMatchObject({
          outcome: "wrong-code",
        });
      }
      const outcomes = (await Promise.all(Array.from({ length: 8 }, () => enter(key, newChallenge())))).map(
        (result) => result.outcome,
      );
      expect(outcomes.sort()).toEqual([
        ...Array(4).fill("challenge-void"),
        "too-many-attempts",
        ...Array(3).fill("wrong-code"),
      ]);
    });

    test("does not take another key's code, and a newer one replaces it", async () => {
      const alice = await openAccount(database());
      const bob = await openAccount(database());
      const [old, challenge] = [newChallenge(), newChallenge()];
      const contact = newContact();
      await set(request(alice.key), contact, old);
      await set(request(alice.key), contact, challenge);
      expect(await enter(bob.key, challenge)).toMatchObject({ outcome: "challenge-void" });
      expect(await enter(alice.key, old)).toMatchObject({ outcome: "wrong-code" });
      expect(await confirm(old)).toMatchObject({ outcome: "challenge-void" });
      expect(await enter(alice.key, challenge)).toMatchObject({ outcome: "ok" });
    });

    test("is void once the key changes, for whoever had the old key may have asked", async () => {
      const { key } = await openAccount(database());
      const challenge = newChallenge();
      await set(request(key), newContact(), challenge);
      await updatePublicKey(database(), request(key), newKey());
      expect(await confirm(challenge)).toEqual({ outcome: "challenge-void" });
    });

    test("is shown by its link without being used up, and confirmed by it once or twice", async () => {
      const { key, xid } = await openAccount(database());
      const challenge = newChallenge();
      const contact = newContact();
      await set(request(key), contact, challenge);
      for (const _ of [1, 2]) {
        expect(await lookUpToken(database(), challenge.tokenHash, NOW)).toEqual({
          purpose: "validation",
          account: xid,
          keyId: key,
          contactHmac: contact.hmac,
          contactCiphertext: contact.ciphertext,
          contactKind: "email",
          state: "open",
          expiresAt: challenge.expiresAt,
          effectiveAt: null,
        });
      }
      for (const _ of [1, 2]) {
        expect(await confirm(challenge)).toMatchObject({
          outcome: "ok",
          account: xid,
          purpose: "validation",
        });
      }
      expect(await lookUpToken(database(), challenge.tokenHash, NOW)).toMatchObject({ state: "done" });
      expect(await lookUpToken(database(), newChallenge().tokenHash, NOW)).toBeNull();
      expect(await confirm(newChallenge())).toEqual({ outcome: "challenge-void" });
    });

    test("goes to neither of two accounts that take each other's at once, and both keep their own", async () => {
      const swaps = Array.from({ length: 16 }, async () => {
        const [alice, bob] = await Promise.all([openAccount(database()), openAccount(database())]);
        const contacts = [
          await validateContact(database(), alice.key),
          await validateContact(database(), bob.key),
        ] as const;
        const [first, second] = [newChallenge(), newChallenge()];
        await set(request(alice.key), contacts[1], first);
        await set(request(bob.key), contacts[0], second);
        return { contacts, confirm: () => [confirm(first), confirm(second)] };
      });
      for (const { contacts, confirm } of await Promise.all(swaps)) {
        const outcomes = await Promise.all(confirm());
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(["fallback-in-use", "fallback-in-use"]);
        for (const contact of contacts) {
          const { key, challenge } = { key: newKey(), challenge: newChallenge() };
          expect(
            await fallbackTransfer(database(), request(key), contact, challenge, CHALLENGE_LIMITS),
          ).toMatchObject({ contactKnown: true });
        }
      }
    });

    test("is not asked more often than the limits allow, per contact and per key", async () => {
      const contact = newContact();
      const { maxPerContact, maxPerKey } = CHALLENGE_LIMITS;
      for (let count = 0; count < maxPerContact; count++) {
        // Deleting the account does not reset the count.
        const { key } = await openAccount(database());
        expect(await set(request(key), contact)).toMatchObject({ outcome: "ok" });
        await deleteAccount(database(), request(key));
      }
      const { key } = await openAccount(database());
      const refused = request(key);
      const nextHour = later(CHALLENGE_LIMITS.windowSeconds);
      expect(await set(refused, contact)).toEqual({
        outcome: "rate-limited",
        retryAfter: nextHour,
        transferPending: false,
      });
      expect(await fallbackOf(key)).toBeNull();
      for (let count = 0; count < maxPerKey; count++) {
        expect(await set(request(key), newContact())).toMatchObject({ outcome: "ok" });
      }
      expect(await set(request(key), newContact())).toMatchObject({ outcome: "rate-limited" });
      // The refusal was for a time: the very same request is then carried out, once.
      for (const _ of [1, 2]) {
        expect(await set({ ...refused, now: nextHour }, contact)).toMatchObject({ outcome: "ok" });
      }
      expect(await fallbackOf(key)).toEqual({ hmac: hex(contact.hmac), validated: false });
      expect(await messagesTo(database(), contact, nextHour)).toHaveLength(1);
    });

    test("is not asked more often through the sub-addresses of one mailbox, by any keys", async () => {
      const { mailbox } = newContact();
      for (let count = 0; count < CHALLENGE_LIMITS.maxPerContact; count++) {
        const { key } = await openAccount(database());
        const contact = { ...newContact(), mailbox };
        expect(await set(request(key), contact)).toMatchObject({ outcome: "ok" });
        expect(await messagesTo(database(), contact)).toHaveLength(1);
      }
      const { key } = await openAccount(database());
      expect(await set(request(key), { ...newContact(), mailbox })).toMatchObject({
        outcome: "rate-limited",
      });
    });

    test("is asked less often from one network than from all, so that a stranger leaves the owner some", async () => {
      const { maxPerContact, maxPerContactAndNetwork } = CHALLENGE_LIMITS;
      const contact = newContact();
      const ask = async (network: NetworkHmac, now = NOW) => {
        const challenge = { ...newChallenge(now), network };
        return fallbackTransfer(database(), request(newKey(), { now }), contact, challenge, CHALLENGE_LIMITS);
      };
      const [stranger, owner, anybody] = [
        networkHmac(random()),
        networkHmac(random()),
        networkHmac(random()),
      ];
      for (let count = 0; count < maxPerContactAndNetwork; count++) {
        expect(await ask(stranger, later(count))).toMatchObject({ outcome: "processing" });
      }
      // The oldest of those that are too many ends the limit.
      expect(await ask(stranger, later(60))).toEqual({ outcome: "rate-limited", retryAfter: later(3600) });
      for (let count = maxPerContactAndNetwork; count < maxPerContact; count++) {
        expect(await ask(owner, later(60))).toMatchObject({ outcome: "processing" });
      }
      expect(await ask(anybody, later(60))).toEqual({ outcome: "rate-limited", retryAfter: later(3600) });
      expect(await ask(anybody, later(3600))).toMatchObject({ outcome: "processing" });
      expect(await ask(anybody, later(3600))).toEqual({ outcome: "rate-limited", retryAfter: later(3601) });
    });

    test("is not asked while as many messages have gone out as may, and can tell until when", async () => {
      const minute = later(30 * 86_400);
      const { key } = await openAccount(database());
      const [sent, refused] = [newContact(), newContact()];
      await set(request(key, { now: minute }), sent);
      await messagesTo(database(), sent, minute);
      const none = { ...CHALLENGE_LIMITS, maxMessages: 1 };
      const asked = request(newKey(), { now: minute });
      const ask = (now = minute) =>
        fallbackTransfer(database(), { ...asked, now }, refused, newChallenge(now), none);
      const over = later(61 * 60, minute);
      expect(await ask()).toEqual({ outcome: "rate-limited", retryAfter: over });
      expect(await ask(over)).toMatchObject({ outcome: "processing" });
    });

    test("is not asked more often from one place, by whatever keys", async () => {
      const { maxPerNetwork } = CHALLENGE_LIMITS;
      const network = networkHmac(random());
      const asks = async (from: NetworkHmac | null, now = NOW) => {
        const { key } = await openAccount(database());
        const challenge = { ...newChallenge(now), network: from };
        return (await set(request(key, { now }), newContact(), challenge)).outcome;
      };
      const transfers = async () => {
        const challenge = { ...newChallenge(), network };
        const asked = request(newKey());
        return (await fallbackTransfer(database(), asked, newContact(), challenge, CHALLENGE_LIMITS)).outcome;
      };
      expect(await transfers()).toBe("processing");
      for (let count = 1; count < maxPerNetwork; count++) expect(await asks(network)).toBe("ok");
      expect(await asks(network)).toBe("rate-limited");
      expect(await transfers()).toBe("rate-limited");
      expect(await asks(networkHmac(random()))).toBe("ok");
      expect(await asks(null)).toBe("ok");
      expect(await asks(network, later(CHALLENGE_LIMITS.windowSeconds))).toBe("ok");
    });
  });
}
