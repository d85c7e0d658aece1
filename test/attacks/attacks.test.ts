/**
 * Attacks on identity: those that the reference server suffers from, and some of their kin, tried on this one.
 *
 * After each of them the owner reads everything as before, with the same receipt, and has the same contact.
 */

import {
  ARID,
  type Envelope,
  type Expression,
  PrivateKeys,
  PublicKeys,
  RECIPIENT_CONTINUATION,
  SENDER,
} from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { documentFor, type Identity, identityOf, Receipt, sealContinuation } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../packages/client/src/operations.ts";
import { requestNode, sealFor, sign } from "../kit/compose.ts";
import { deliverNow, tokenIn } from "../kit/inbox.ts";
import { outcome, pressing } from "../kit/outcome.ts";
import { NOW, otherServer, server } from "../kit/people.ts";
import { type Posted, post } from "../kit/post.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage } from "../kit/storage.ts";

const share = new TextEncoder().encode("the owner's share");
const otherShare = new TextEncoder().encode("a share of the thief");

const database = await currentStorage().openDatabase();
let service: TestService;
beforeAll(async () => {
  service = await createTestService(database.sql);
});
afterAll(() => database.close());

type Person = { readonly identity: Identity; readonly client: Client };

function personWith(identity: Identity): Person {
  return { identity, client: service.client({ keys: identity.privateKeys, xid: identity.xid }) };
}

function stranger(): Person {
  return personWith(identityOf(PrivateKeys.generate("ed25519")));
}

let contacts = 0;
async function validate({ client }: Person): Promise<string> {
  contacts += 1;
  const contact = `person-${contacts}@example.com`;
  await client.call("updateFallback", { fallback: contact });
  const { code = "" } = await deliverNow(service, contact);
  await client.call("verifyFallback", { code });
  return contact;
}

/** Somebody with an account, a share and a contact that counts. */
async function newOwner(
  data = share,
): Promise<Person & { readonly contact: string; readonly receipt: Receipt }> {
  const person = stranger();
  const receipt = await person.client.storeShare(data);
  return { ...person, contact: await validate(person), receipt };
}

type Owner = Awaited<ReturnType<typeof newOwner>>;

async function expectUntouched({ client, contact, receipt }: Owner): Promise<void> {
  expect(await client.retrieveShares()).toEqual([{ receipt, data: share }]);
  expect(await client.retrieveShares([receipt])).toHaveLength(1);
  expect(await client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
}

/** Any request that one person signs in the name of another. */
function forge(signer: Identity, sender: Identity, body: Expression, { recipient = server } = {}): Envelope {
  const named = body.withParameter("recipient", recipient.xid.toCbor());
  return requestNode({
    id: ARID.generate(),
    body: named,
    sender: identityOf(signer.privateKeys, sender.xid),
    date: NOW,
  });
}

/** The request with another document of its sender. */
function withSender(node: Envelope, document: Envelope): Envelope {
  const others = node.assertions().filter((it) => !it.asPredicate()?.isKnownValue(SENDER));
  return node.subject().addAssertionEnvelopes(others).addAssertion(SENDER, document);
}

async function send(signed: Envelope, ...wallets: readonly Identity[]): Promise<Posted> {
  return post(service, (await sealFor(server, signed)).cborData(), { type: "application/cbor", wallets });
}

/** One call of each function that could do harm to an account, as its owner would make it. */
function harmfulCalls(owner: Owner, thief: Person): readonly Expression[] {
  return [
    operations.storeShare.encode({ data: otherShare }),
    operations.retrieveShares.encode({ receipts: [] }),
    operations.auditShares.encode({ receipts: [owner.receipt], nonce: new Uint8Array(16) }),
    operations.deleteShares.encode({ receipts: [] }),
    operations.deleteShares.encode({ receipts: [owner.receipt] }),
    operations.updateFallback.encode({ fallback: "thief@example.com" }),
    operations.updateFallback.encode({ fallback: null }),
    operations.retrieveFallback.encode({}),
    operations.updatePublicKey.encode({ newPublicKey: thief.identity.publicKeys }),
    operations.deleteAccount.encode({}),
  ];
}

describe("squatting a XID", () => {
  test("that nobody has yet does not lock its owner out", async () => {
    const [owner, thief] = [stranger(), stranger()];
    const storing = operations.storeShare.encode({ data: otherShare });
    const request = await sign(forge(thief.identity, owner.identity, storing), thief.identity);
    expect(await send(request, thief.identity)).toMatchObject({ code: "not-account-key" });
    expect(await outcome(thief.client.retrieveShares())).toBe("unknown-account");
    const receipt = await owner.client.storeShare(share);
    await expectUntouched({ ...owner, receipt, contact: await validate(owner) });
  });

  test("of an account is refused for every function, with an account of one's own or without", async () => {
    const owner = await newOwner();
    for (const [thief, code] of [
      [stranger(), "unknown-account"],
      [await newOwner(otherShare), "not-account-key"],
    ] as const) {
      for (const body of harmfulCalls(owner, stranger())) {
        const request = await sign(forge(thief.identity, owner.identity, body), thief.identity);
        const answer = await send(request, thief.identity);
        const isUnknown = code === "unknown-account";
        const storing = isUnknown && body.function === "storeShare";
        const nothingToDelete = isUnknown && body.function === "deleteAccount";
        const expected = storing ? "not-account-key" : nothingToDelete ? undefined : code;
        expect([body.function, answer.code]).toEqual([body.function, expected]);
      }
    }
    await expectUntouched(owner);
  });

  test("with the owner's key beside one's own in the document is refused too", async () => {
    const [owner, thief] = [await newOwner(), await newOwner(otherShare)];
    const document = documentFor(owner.identity.xid, owner.identity.publicKeys);
    const [ownKey] = documentFor(owner.identity.xid, thief.identity.publicKeys).assertions();
    if (ownKey === undefined) throw new TypeError("no key");
    for (const body of harmfulCalls(owner, thief)) {
      const node = forge(owner.identity, owner.identity, body);
      const mixed = withSender(node, document.addAssertionEnvelopes([ownKey]));
      const request = await sign(mixed, thief.identity);
      expect(await send(request, thief.identity)).toMatchObject({ code: "not-account-key" });
    }
    await expectUntouched(owner);
  });
});

test("a signing key that stands twice in a document, each time with another key to seal to, signs nothing", async () => {
  const [owner, thief] = [await newOwner(), stranger()];
  const { publicKeys } = owner.identity;
  const twice = new PublicKeys(publicKeys.signing, thief.identity.publicKeys.encapsulation);
  const document = documentFor(owner.identity.xid, publicKeys).addAssertionEnvelopes(
    documentFor(owner.identity.xid, twice).assertions(),
  );
  for (const body of harmfulCalls(owner, thief)) {
    const node = withSender(forge(owner.identity, owner.identity, body), document);
    const request = await sign(node, owner.identity);
    expect(await send(request, owner.identity)).toMatchObject({ code: "bad-signature", early: true });
  }
  await expectUntouched(owner);
});

test("a retired key can do nothing to the account that it had", async () => {
  const first = await newOwner();
  const second = identityOf(PrivateKeys.generate("ed25519"), first.identity.xid);
  await first.client.call("updatePublicKey", { newPublicKey: second.publicKeys });
  for (const body of harmfulCalls(first, stranger())) {
    const request = await sign(forge(first.identity, first.identity, body), first.identity);
    expect(await send(request, first.identity)).toMatchObject({ code: "invalid-sender-key" });
  }
  // Nor can it make itself the current key again.
  expect(
    await outcome(first.client.call("updatePublicKey", { newPublicKey: first.identity.publicKeys })),
  ).toBe("invalid-sender-key");
  await expectUntouched({ ...first, ...personWith(second) });
});

test("a continuation, which anybody can write, is not believed, forged or used again", async () => {
  const [owner, thief] = [await newOwner(), await newOwner(otherShare)];
  const state = owner.identity.document.addAssertion("newXIDDocument", thief.identity.document);
  const validUntil = new Date(NOW.getTime() + 86_400_000);
  const forged = await sealContinuation(state, validUntil, server.publicKeys.encapsulation);
  const attempts = [
    operations.verifyFallback.encode({ code: "0000-0000" }),
    operations.retrieveShares.encode({ receipts: [owner.receipt] }),
    operations.deleteShares.encode({ receipts: [owner.receipt] }),
  ];
  const expected = ["challenge-void", "unknown-receipt", undefined];
  for (let round = 0; round < 2; round++) {
    for (const [i, body] of attempts.entries()) {
      const node = forge(thief.identity, thief.identity, body).addAssertion(RECIPIENT_CONTINUATION, forged);
      const answer = await send(await sign(node, thief.identity), thief.identity);
      expect([body.function, answer.code]).toEqual([body.function, expected[i]]);
    }
  }
  await expectUntouched(owner);
});

test("a receipt of somebody else's share deletes nothing and reads nothing", async () => {
  const [owner, thief] = [await newOwner(), await newOwner(otherShare)];
  expect(await outcome(thief.client.call("deleteShares", { receipts: [owner.receipt] }))).toBe("ok");
  expect(await outcome(thief.client.retrieveShares([owner.receipt]))).toBe("unknown-receipt");
  expect(await thief.client.retrieveShares()).toHaveLength(1);
  await expectUntouched(owner);
});

describe("swapping one's key", () => {
  test("to one that somebody else has, or had, is refused", async () => {
    const owner = await newOwner();
    const thief = await newOwner(otherShare);
    const second = identityOf(PrivateKeys.generate("ed25519"), owner.identity.xid);
    await owner.client.call("updatePublicKey", { newPublicKey: second.publicKeys });
    for (const { publicKeys } of [owner.identity, second]) {
      expect(await outcome(thief.client.call("updatePublicKey", { newPublicKey: publicKeys }))).toBe(
        "key-in-use",
      );
    }
    expect(await thief.client.retrieveShares()).toHaveLength(1);
    await expectUntouched({ ...owner, ...personWith(second) });
  });

  describe("to one that somebody else is about to use", () => {
    /** The thief has heard of the victim's key, and the victim of nothing. */
    async function squatted() {
      const thief = await newOwner(otherShare);
      const victim = stranger();
      await thief.client.call("updatePublicKey", { newPublicKey: victim.identity.publicKeys });
      await deliverNow(service, thief.contact);
      return { thief, victim };
    }

    async function expectOwnAccount(victim: Person): Promise<void> {
      const receipt = await victim.client.storeShare(share);
      await expectUntouched({ ...victim, receipt, contact: await validate(victim) });
    }

    test("gets the thief nothing, and keeps the owner out no longer than the thief sits there", async () => {
      const { thief, victim } = await squatted();
      expect(await outcome(victim.client.storeShare(share))).toBe("not-account-key");
      const back = stranger();
      await back.client.call("fallbackTransfer", { fallback: thief.contact });
      const { code = "" } = await deliverNow(service, thief.contact);
      await back.client.call("verifyFallback", { code });
      await expectOwnAccount(victim);
      const stolen = service.client({ keys: back.identity.privateKeys, xid: thief.identity.xid });
      expect((await stolen.retrieveShares()).map(({ data }) => data)).toEqual([otherShare]);
    });

    test("leaves the thief's account to the owner of the key, who can delete it and have their own", async () => {
      const { thief, victim } = await squatted();
      await victim.client.call("deleteAccount", {});
      await expectOwnAccount(victim);
      expect(await outcome(thief.client.retrieveShares())).toBe("unknown-account");
    });
  });
});

describe("passing a signed request on", () => {
  test("from a server that it was meant for to this one is refused, sealed or plain", async () => {
    const owner = await newOwner();
    for (const body of harmfulCalls(owner, stranger())) {
      const node = forge(owner.identity, owner.identity, body, { recipient: otherServer });
      const request = await sign(node, owner.identity);
      expect(await send(request, owner.identity)).toMatchObject({ code: "wrong-recipient" });
      expect(await post(service, request.urString())).toMatchObject({ code: "wrong-recipient" });
    }
    await expectUntouched(owner);
  });

  test("without a recipient is refused when it is plain, and when the operator wants one named", async () => {
    const owner = await newOwner();
    const policy = { ...service.context.policy, requireRecipient: true };
    const strict = await createTestService(database.sql, { policy });
    for (const body of harmfulCalls(owner, stranger())) {
      const { identity: sender } = owner;
      const request = await sign(requestNode({ id: ARID.generate(), body, sender, date: NOW }), sender);
      expect(await post(service, request.urString())).toMatchObject({ code: "missing-recipient" });
      const sealed = (await sealFor(server, request)).urString();
      expect(await post(strict, sealed, { wallets: [sender] })).toMatchObject({ code: "missing-recipient" });
    }
    await expectUntouched(owner);
  });

  test("by whoever saw it in the clear does not show what it reads", async () => {
    const owner = await newOwner();
    for (const body of [
      operations.retrieveShares.encode({ receipts: [] }),
      operations.retrieveFallback.encode({}),
    ]) {
      const request = await sign(forge(owner.identity, owner.identity, body), owner.identity);
      const seen = await service.app.request("/", { method: "POST", body: request.urString() });
      const text = await seen.text();
      await expect(post(service, request.urString(), { wallets: [stranger().identity] })).rejects.toThrow();
      expect(text).toMatch(/^ur:envelope\//);
    }
    await expectUntouched(owner);
  });
});

test("eliding the receipts of a signed deletion does not make it a deletion of everything", async () => {
  const owner = await newOwner();
  const nothings = Receipt.fromData(new Uint8Array(32).fill(7));
  const body = operations.deleteShares.encode({ receipts: [nothings] });
  const signed = await sign(forge(owner.identity, owner.identity, body), owner.identity);
  const parameter = operations.deleteShares
    .encode({ receipts: [nothings] })
    .toEnvelope()
    .assertions();
  const elided = signed.elideRemovingSet(parameter);
  expect(elided.digest().equals(signed.digest())).toBe(true);
  expect(elided.isIdenticalTo(signed)).toBe(false);
  for (const hidden of [elided, signed.elideRemovingSet([nothings.toEnvelope()])]) {
    expect(await send(hidden, owner.identity)).toMatchObject({ code: "obscured" });
    expect(await post(service, hidden.urString())).toMatchObject({ code: "obscured" });
  }
  await expectUntouched(owner);
});

describe("enumeration: a stranger is told the same", () => {
  /** What a stranger sees: status, code, text and length, without the XIDs that the stranger named. */
  async function seen(thief: Identity, named: Identity, body: Expression) {
    const request = await sign(forge(thief, named, body), thief);
    const { status, code, text } = await send(request, thief);
    return { status, code, text: text?.replaceAll(named.xid.toString(), "XID") };
  }

  test("about accounts that are there and accounts that are not", async () => {
    const [owner, nobody] = [await newOwner(), stranger()];
    for (const body of harmfulCalls(owner, stranger())) {
      const thief = stranger().identity;
      expect(await seen(thief, owner.identity, body)).toEqual(await seen(thief, nobody.identity, body));
    }
    await expectUntouched(owner);
  });

  test("about contacts that are known and contacts that are not", async () => {
    const owner = await newOwner();
    const answers = [];
    for (const fallback of [owner.contact, "nobody-here@example.com"]) {
      const { identity, client } = stranger();
      const theirs = [];
      for (const body of [
        operations.fallbackTransfer.encode({ fallback }),
        operations.verifyFallback.encode({ code: "0000-0000" }),
        operations.retrieveShares.encode({ receipts: [] }),
        operations.retrieveFallback.encode({}),
      ]) {
        theirs.push(await seen(identity, identity, body));
      }
      theirs.push(await outcome(client.call("deleteAccount", {})));
      answers.push(theirs);
    }
    expect(answers[0]).toEqual(answers[1]);
    await expectUntouched(owner);
  });

  test("about receipts of others and receipts of nobody", async () => {
    const [owner, thief] = [await newOwner(), await newOwner(otherShare)];
    const texts = [];
    for (const receipt of [owner.receipt, Receipt.fromData(new Uint8Array(32).fill(8))]) {
      const body = operations.retrieveShares.encode({ receipts: [receipt] });
      const answer = await seen(thief.identity, thief.identity, body);
      texts.push({ ...answer, text: answer.text?.replace(receipt.hex(), "RECEIPT") });
    }
    expect(texts[0]).toEqual(texts[1]);
    await expectUntouched(owner);
  });
});

describe("replaying what was seen before", () => {
  test("the account was deleted does not bring it back, nor touch what its key stores later", async () => {
    const owner = await newOwner();
    const recorded = [];
    for (const body of [
      operations.storeShare.encode({ data: otherShare }),
      operations.deleteShares.encode({ receipts: [] }),
      operations.updateFallback.encode({ fallback: "thief@example.com" }),
      operations.updatePublicKey.encode({ newPublicKey: owner.identity.publicKeys }),
      operations.deleteAccount.encode({}),
    ]) {
      recorded.push(await sign(forge(owner.identity, owner.identity, body), owner.identity));
    }
    for (const request of recorded)
      expect(await send(request, owner.identity)).toMatchObject({ code: undefined });
    await deliverNow(service, owner.contact);
    for (const request of recorded) await send(request, owner.identity);
    expect(await outcome(owner.client.retrieveShares())).toBe("unknown-account");
    await expect(deliverNow(service, owner.contact)).rejects.toThrow("no message");

    const receipt = await owner.client.storeShare(share);
    const contact = await validate(owner);
    for (const request of recorded) await send(request, owner.identity);
    await expectUntouched({ ...owner, contact, receipt });
  });

  test("the key was changed again does not undo that: neither the transfer nor its link", async () => {
    const owner = await newOwner();
    const second = personWith(identityOf(PrivateKeys.generate("ed25519")));
    const transfer = await second.client.prepare("fallbackTransfer", { fallback: owner.contact });
    await transfer.send();
    const message = await deliverNow(service, owner.contact);
    const confirm = () => service.app.request("/verify", pressing(tokenIn(message)));
    expect((await confirm()).status).toBe(200);
    const third = personWith(identityOf(PrivateKeys.generate("ed25519"), owner.identity.xid));
    await second.client.call("updatePublicKey", { newPublicKey: third.identity.publicKeys }).catch(() => {});
    await confirm();
    await transfer.send();
    expect(await outcome(second.client.retrieveShares())).toBe("invalid-sender-key");
    await expectUntouched({ ...owner, ...third });
  });
});
