/**
 * Continuations under the depository names: anybody can seal one to the server, keep one, or send it twice.
 *
 * After each attempt the owner reads everything as before, and is reached by the same contact.
 */

import { Envelope } from "@bc/envelope";
import { documentFor, identityOf, openContinuation, Receipt, sealContinuation } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import { encodeState } from "../../src/service/depository/recovery-state.ts";
import { keyId, requestDigest, requestKey, tokenHash } from "../../src/store/types.ts";
import { NOW, server } from "../kit/people.ts";
import { createTestService, openTestDatabase } from "../kit/service.ts";
import { challengesTo, confirm, confirmDue, depositoryWallet, newIdentity } from "./depository.ts";
import { calls, depositoryOwners, expectUntouched, SHARE, sharesOf } from "./owner.ts";

const DAY = 86_400_000;

const database = await openTestDatabase();
const service = await createTestService(database.sql);
const { newContact, newOwner, started, walletOf } = depositoryOwners(service);
afterAll(() => database.close());

/** The continuation sealed to the server, whoever wrote it. */
function seal(state: Envelope, validUntil = new Date(NOW.getTime() + DAY)): Promise<Envelope> {
  return sealContinuation(state, validUntil, server.publicKeys.encapsulation);
}

describe("a continuation", () => {
  test("forged in the reference's form gives no account away", async () => {
    const owner = await newOwner();
    const thief = walletOf();
    const taken = documentFor(owner.wallet.identity.xid, thief.identity.publicKeys);
    const state = Envelope.new(owner.wallet.identity.xid.toCbor())
      .addAssertion("newXIDDocument", taken)
      .addAssertion("expiry", 1e10);
    const answer = await thief.ask(calls.finish, { returned: await seal(state) });
    expect(answer).toMatchObject({ outcome: "bad-parameter" });
    expect(answer.text).toContain("invalid state");
    expect(
      await sharesOf(walletOf(identityOf(thief.identity.privateKeys, owner.wallet.identity.xid))),
    ).toEqual(["unknown-account"]);
    await expectUntouched(owner);
  });

  test("forged in this server's form lacks the server's word for it", async () => {
    const owner = await newOwner();
    const { successor, returned } = await started(owner);
    const thief = walletOf();
    if (returned === undefined) throw new TypeError("no continuation");
    const { state } = await openContinuation(returned, server.privateKeys.encapsulation);
    const bytes = state.asByteString() ?? new Uint8Array();
    expect(bytes).toHaveLength(160);
    const forged = Uint8Array.from(bytes);
    forged.set(thief.identity.publicKeys.xid().data, 32);
    const attempts = [forged, bytes.slice(32), bytes.slice(0, 128), new Uint8Array(160)];
    for (const attempt of attempts) {
      const answer = await thief.ask(calls.finish, { returned: await seal(Envelope.new(attempt)) });
      expect(answer).toMatchObject({ outcome: "bad-parameter" });
    }
    expect(await thief.ask(calls.finish, { returned })).toMatchObject({ outcome: "invalid-sender-key" });
    expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "not-confirmed" });
    await expectUntouched(owner);
  });

  test("that names a request which was no recovery leads nowhere", async () => {
    const owner = await newOwner();
    const thief = walletOf();
    const none = new Uint8Array(32);
    const state = encodeState(
      { cipher: await service.context.keys.cipher() },
      {
        keyId: keyId(thief.identity.publicKeys.xid().data),
        requestKey: requestKey(none),
        requestDigest: requestDigest(none),
        tokenHash: tokenHash(none),
      },
    );
    const answer = await thief.ask(calls.finish, { returned: await seal(state) });
    expect(answer).toMatchObject({ outcome: "challenge-void" });
    await expectUntouched(owner);
  });

  test("that is nonsense is refused, and so is none", async () => {
    const owner = await newOwner();
    const { successor, returned } = await started(owner);
    const nonsense: readonly (Envelope | undefined)[] = [
      undefined,
      await seal(Envelope.null()),
      await seal(Envelope.new("nonsense")),
      await Envelope.new(5).encryptToRecipients([server.publicKeys.encapsulation]),
      await Envelope.new(5).wrap().encryptToRecipients([server.publicKeys.encapsulation]),
      await sealContinuation(Envelope.null(), NOW, successor.identity.publicKeys.encapsulation),
      returned?.subject(),
    ];
    for (const item of nonsense) {
      const answer = await successor.ask(calls.finish, { returned: item });
      expect(answer).toMatchObject({ outcome: "bad-parameter" });
    }
    const open = Envelope.null().wrap();
    expect(await successor.ask(calls.finish, { returned: open })).toMatchObject({ outcome: "not-a-request" });
    await expectUntouched(owner);
  });

  test("started for a contact that nobody has yet is not handed out, now or when asked again", async () => {
    const [thief, contact] = [walletOf(), newContact()];
    const request = await thief.request(calls.start(contact));
    for (let i = 0; i < 2; i++) {
      const answer = await thief.send(request);
      expect(answer).toMatchObject({ outcome: "unknown-recovery", continuation: undefined });
    }
    const owner = walletOf();
    await owner.ask(calls.store());
    await owner.ask(calls.setRecovery(contact));
    await confirmDue(service, contact);
    expect(await thief.send(request)).toMatchObject({ outcome: "unknown-recovery" });
    await expectUntouched({ wallet: owner, contact, receipt: Receipt.of(owner.identity.xid, SHARE) });
  });

  test("of a request that is repeated is as good as the first, and asks the contact once", async () => {
    const owner = await newOwner();
    const successor = walletOf(newIdentity(owner.wallet.identity.xid));
    const request = await successor.request(calls.start(owner.contact));
    const [first, second] = [await successor.send(request), await successor.send(request)];
    await confirmDue(service, owner.contact);
    for (const { continuation: returned } of [first, second, await successor.send(request)]) {
      expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "ok" });
    }
    expect(await sharesOf(owner.wallet)).toEqual(["invalid-sender-key"]);
    await expectUntouched({ ...owner, wallet: successor });
  });

  test("used again does not undo a later change of the key", async () => {
    const owner = await newOwner();
    const { successor, returned } = await started(owner);
    await confirmDue(service, owner.contact);
    expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "ok" });
    const third = newIdentity(owner.wallet.identity.xid);
    expect(await successor.ask(calls.update(third))).toMatchObject({ outcome: "ok" });
    await successor.ask(calls.finish, { returned });
    expect(await sharesOf(successor)).toEqual(["invalid-sender-key"]);
    await expectUntouched({ ...owner, wallet: walletOf(third) });
  });

  test("is void once the owner has changed anything", async () => {
    const owner = await newOwner();
    const { successor, returned } = await started(owner);
    const [message] = await challengesTo(service, owner.contact);
    if (message === undefined) throw new TypeError("nobody was asked");
    expect(await owner.wallet.ask(calls.setRecovery(owner.contact))).toMatchObject({ outcome: "ok" });
    await confirm(service, message);
    expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "challenge-void" });
    expect(await sharesOf(successor)).toEqual(["unknown-account"]);
    await expectUntouched(owner);
  });

  test("is too old when the contact had its time, and says so after a day", async () => {
    const owner = await newOwner();
    const { successor, returned } = await started(owner);
    const [message] = await challengesTo(service, owner.contact);
    const later = await createTestService(database.sql);
    const asksLater = depositoryWallet(later, successor.identity);
    later.clock.now = new Date(NOW.getTime() + 31 * 60_000);
    if (message !== undefined) await confirm(later, message);
    expect(await asksLater.ask(calls.finish, { returned })).toMatchObject({ outcome: "challenge-void" });
    later.clock.now = new Date(NOW.getTime() + DAY + 1_000);
    const answer = await asksLater.ask(calls.finish, { returned });
    expect(answer).toMatchObject({ outcome: "challenge-void" });
    expect(answer.text).toContain("«finishRecovery» continuation expired");
    await expectUntouched(owner);
  });

  test("is believed no further than its challenge where nobody has to confirm", async () => {
    const owner = await newOwner();
    const trusting = await createTestService(database.sql);
    Object.assign(trusting.context, { policy: { ...trusting.context.policy, trustFallback: true } });
    const thief = depositoryWallet(trusting);
    const { returned } = await started(owner);
    expect(await thief.ask(calls.finish, { returned })).toMatchObject({ outcome: "invalid-sender-key" });
    expect(await thief.ask(calls.finish, { returned: await seal(Envelope.new(SHARE)) })).toMatchObject({
      outcome: "bad-parameter",
    });
    await expectUntouched(owner);
  });
});
