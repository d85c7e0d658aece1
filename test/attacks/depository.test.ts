/**
 * Attacks under the depository names: those that the reference suffers from, and their kin.
 *
 * After each of them the owner reads everything as before, and is reached by the same contact.
 */

import {
  ARID,
  EncapsulationPublicKey,
  Envelope,
  KEY,
  PublicKeys,
  RECIPIENT_CONTINUATION,
  SigningPublicKey,
} from "@bc/envelope";
import { documentFor, identityOf, Receipt } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import { challengesTo, confirm, confirmDue, newIdentity } from "../depository/depository.ts";
import {
  calls,
  depositoryOwners,
  expectUntouched,
  OTHER_SHARE,
  sharesIn,
  sharesOf,
} from "../depository/owner.ts";
import { server } from "../kit/people.ts";
import { createTestService } from "../kit/service.ts";
import { currentStorage } from "../kit/storage.ts";

const database = await currentStorage().openDatabase();
const service = await createTestService(database.sql);
const { newContact, newOwner, started, walletOf } = depositoryOwners(service);
afterAll(() => database.close());

describe("a new document", () => {
  test("with somebody else's XID is refused, also in the name of one's key", async () => {
    const [owner, thief] = [await newOwner(), await newOwner(OTHER_SHARE)];
    const taken = newIdentity(owner.wallet.identity.xid);
    expect(await thief.wallet.ask(calls.update(taken))).toMatchObject({ outcome: "not-account-key" });
    expect(await sharesOf(walletOf(taken))).toEqual(["unknown-account"]);

    const second = newIdentity(thief.wallet.identity.xid);
    expect(await thief.wallet.ask(calls.update(second))).toMatchObject({ outcome: "ok" });
    const byKey = walletOf(identityOf(second.privateKeys));
    expect(await byKey.ask(calls.update(newIdentity(byKey.identity.xid)))).toMatchObject({
      outcome: "not-account-key",
    });
    const third = newIdentity(thief.wallet.identity.xid);
    const changing = await byKey.request(calls.update(third));
    for (let i = 0; i < 2; i++) expect(await byKey.send(changing)).toMatchObject({ outcome: "ok" });
    expect(await sharesOf(walletOf(third))).toEqual(["a share of somebody else"]);
    await expectUntouched(owner);
  });

  test("without keys, with several, or with another account's key is refused", async () => {
    const [owner, other] = [await newOwner(), await newOwner(OTHER_SHARE)];
    const { xid } = owner.wallet.identity;
    const none = Envelope.new(xid.toCbor());
    const [one, two] = [newIdentity(), newIdentity()].map(({ publicKeys }) => documentFor(xid, publicKeys));
    const several = one?.addAssertionEnvelopes(two?.assertions() ?? []) ?? none;
    for (const document of [none, several]) {
      expect(await owner.wallet.ask(calls.updateTo(document))).toMatchObject({ outcome: "bad-parameter" });
    }
    const { publicKeys } = other.wallet.identity;
    expect(await owner.wallet.ask(calls.update({ xid, publicKeys }))).toMatchObject({
      outcome: "key-in-use",
    });
    expect(await sharesOf(other.wallet)).toEqual(["a share of somebody else"]);
    await expectUntouched(owner);
  });

  test("with a key that is no key does not lock its owner out", async () => {
    const owner = await newOwner();
    const { xid, publicKeys } = owner.wallet.identity;
    const { signing } = newIdentity().publicKeys;
    const bad = [
      new PublicKeys(
        SigningPublicKey.fromData(new Uint8Array(32).fill(5), "schnorr"),
        publicKeys.encapsulation,
      ),
      new PublicKeys(SigningPublicKey.fromData(new Uint8Array(32), "ed25519"), publicKeys.encapsulation),
      new PublicKeys(signing, EncapsulationPublicKey.fromData(new Uint8Array(32))),
    ];
    for (const keys of bad) {
      const answer = await owner.wallet.ask(calls.update({ xid, publicKeys: keys }));
      expect(answer).toMatchObject({ outcome: "bad-key" });
    }
    await expectUntouched(owner);
  });

  test("with its own key beside others keeps that key", async () => {
    const owner = await newOwner();
    const { xid, document } = owner.wallet.identity;
    const [other] = documentFor(xid, newIdentity().publicKeys).objectsForPredicate(KEY);
    if (other === undefined) throw new TypeError("no key");
    const answer = await owner.wallet.ask(calls.updateTo(document.addAssertion(KEY, other)));
    expect(answer).toMatchObject({ outcome: "ok" });
    await expectUntouched(owner);
  });
});

describe("the name of an account", () => {
  test("does not let a stranger's key write, read or change there", async () => {
    const owner = await newOwner();
    const thieves = [
      [newIdentity(owner.wallet.identity.xid), "unknown-account"],
      [
        identityOf((await newOwner(OTHER_SHARE)).wallet.identity.privateKeys, owner.wallet.identity.xid),
        "not-account-key",
      ],
    ] as const;
    for (const [identity, code] of thieves) {
      const thief = walletOf(identity);
      expect(await thief.ask(calls.store(OTHER_SHARE))).toMatchObject({ outcome: "not-account-key" });
      for (const body of [
        calls.getAll,
        calls.getRecovery,
        calls.setRecovery(null),
        calls.update(newIdentity(identity.xid)),
      ]) {
        expect(await thief.ask(body)).toMatchObject({ outcome: code });
      }
    }
    await expectUntouched(owner);
  });

  test("does not let a retired key do anything any more", async () => {
    const owner = await newOwner();
    const second = newIdentity(owner.wallet.identity.xid);
    expect(await owner.wallet.ask(calls.update(second))).toMatchObject({ outcome: "ok" });
    const all = [
      calls.store(OTHER_SHARE),
      calls.getAll,
      calls.getRecovery,
      calls.setRecovery(null),
      calls.update(newIdentity(second.xid)),
    ];
    const { receipt } = owner;
    const deleting = [calls.delete([receipt]), calls.deleteAccount];
    for (const body of [...all, ...deleting]) {
      expect(await owner.wallet.ask(body)).toMatchObject({ outcome: "invalid-sender-key" });
    }
    await expectUntouched({ ...owner, wallet: walletOf(second) });
  });
});

describe("a receipt", () => {
  test("of somebody else reads nothing and deletes nothing", async () => {
    const [owner, thief] = [await newOwner(), await newOwner(OTHER_SHARE)];
    const receipts = [owner.receipt];
    const read = await thief.wallet.ask(calls.get(receipts));
    expect(sharesIn(read)).toEqual([]);
    expect(await thief.wallet.ask(calls.delete(receipts))).toMatchObject({ outcome: "ok" });
    expect(await sharesOf(thief.wallet)).toEqual(["a share of somebody else"]);
    await expectUntouched(owner);
  });

  test("elided, encrypted, compressed or misspelt never makes deleting one deleting all", async () => {
    const owner = await newOwner();
    const { wallet } = owner;
    const nobodys = Receipt.fromData(new Uint8Array(32).fill(7));
    const body = calls.delete([nobodys]);
    const signed = await wallet.request(body);
    const [parameter] = body.toEnvelope().assertions();
    if (parameter === undefined) throw new TypeError("no parameter");
    const receipt = nobodys.toEnvelope();
    const hidden = [
      signed.elideRemovingSet([parameter]),
      signed.elideRemovingSet([receipt]),
      signed.elideRemovingSet([receipt.subject()]),
      signed.elideRemovingSet(receipt.assertions()),
      signed.elideRemovingSet([body.toEnvelope()]),
    ];
    for (const request of hidden) {
      expect(request.digest().equals(signed.digest())).toBe(true);
      expect(await wallet.send(request)).toMatchObject({ outcome: "obscured" });
    }
    const obscured = [
      await receipt.wrap().encryptToRecipients([server.publicKeys.encapsulation]),
      await receipt.encryptToRecipients([server.publicKeys.encapsulation]),
      await receipt.compress(),
    ];
    for (const value of obscured) {
      const call = calls.deleteAll.withParameter("receipt", value);
      expect(await wallet.ask(call)).toMatchObject({ outcome: "obscured" });
    }
    for (const name of ["Receipt", "receipts", "reciept", 1]) {
      const call = calls.deleteAll.withParameter(name, receipt);
      expect(await wallet.ask(call)).toMatchObject({ outcome: "bad-parameter" });
    }
    await expectUntouched(owner);
  });
});

describe("a request that is sent again", () => {
  test("changes nothing twice, whichever function it is", async () => {
    const owner = await newOwner();
    const { wallet, contact } = owner;
    const bodies = [calls.store(OTHER_SHARE), calls.deleteAll, calls.setRecovery(null)];
    const requests = await Promise.all(bodies.map((body) => wallet.request(body)));
    for (const request of requests) expect(await wallet.send(request)).toMatchObject({ outcome: "ok" });
    await wallet.ask(calls.store());
    await wallet.ask(calls.setRecovery(contact));
    await confirmDue(service, contact);
    for (const request of requests) expect(await wallet.send(request)).toMatchObject({ outcome: "ok" });
    await expectUntouched(owner);
  });

  test("gets the outcome of a key change, and reads nothing with the old key", async () => {
    const owner = await newOwner();
    const second = newIdentity(owner.wallet.identity.xid);
    const [changing, reading] = [
      await owner.wallet.request(calls.update(second)),
      await owner.wallet.request(calls.getAll),
    ];
    for (let i = 0; i < 2; i++) expect(await owner.wallet.send(changing)).toMatchObject({ outcome: "ok" });
    const third = newIdentity(owner.wallet.identity.xid);
    await walletOf(second).ask(calls.update(third));
    expect(await owner.wallet.send(changing)).toMatchObject({ outcome: "ok" });
    expect(await owner.wallet.send(reading)).toMatchObject({ outcome: "invalid-sender-key" });
    await expectUntouched({ ...owner, wallet: walletOf(third) });
  });

  test("does not bring a deleted account back, or touch the one that follows it", async () => {
    const owner = await newOwner();
    const { wallet, contact } = owner;
    const { successor, returned } = await started(owner);
    const [message] = await challengesTo(service, contact);
    const bodies = [calls.store(OTHER_SHARE), calls.setRecovery(null), calls.deleteAll];
    const requests = await Promise.all([...bodies, calls.deleteAccount].map((body) => wallet.request(body)));
    for (const request of requests) expect(await wallet.send(request)).toMatchObject({ outcome: "ok" });
    for (const request of requests) await wallet.send(request);
    expect(await sharesOf(wallet)).toEqual(["unknown-account"]);

    await wallet.ask(calls.store());
    await wallet.ask(calls.setRecovery(contact));
    await confirmDue(service, contact);
    for (const request of requests) await wallet.send(request);
    if (message !== undefined) await confirm(service, message);
    expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "challenge-void" });
    await expectUntouched(owner);
  });
});

describe("one ID", () => {
  test("counts for one request among many that change something, and not at all for reading", async () => {
    const owner = await newOwner();
    const id = ARID.generate();
    const { wallet } = owner;
    expect(await wallet.ask(calls.store(), { id })).toMatchObject({ outcome: "ok" });
    const others = [calls.store(OTHER_SHARE), calls.deleteAll, calls.setRecovery(null)];
    const more = [
      calls.update(newIdentity(wallet.identity.xid)),
      calls.deleteAccount,
      calls.start(owner.contact),
    ];
    for (const body of [...others, ...more]) {
      expect(await wallet.ask(body, { id })).toMatchObject({ outcome: "id-reused" });
    }
    for (const body of [calls.getAll, calls.getRecovery]) {
      expect(await wallet.ask(body, { id })).toMatchObject({ outcome: "ok" });
    }
    await expectUntouched(owner);
  });
});

describe("at the same time", () => {
  const TIMES = 12;
  const times = <T>(make: (i: number) => T): T[] => Array.from({ length: TIMES }, (_, i) => make(i));

  test("first stores open one account, with every share", async () => {
    const wallet = walletOf();
    const answers = await Promise.all(times((i) => wallet.ask(calls.store(Uint8Array.of(i, i, i)))));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
    expect(await sharesOf(wallet)).toHaveLength(TIMES);
  });

  test("changes of the key leave one key, and the account whole", async () => {
    const owner = await newOwner();
    const successors = times(() => newIdentity(owner.wallet.identity.xid));
    const answers = await Promise.all(successors.map((it) => owner.wallet.ask(calls.update(it))));
    const winners = successors.filter((_, i) => answers[i]?.outcome === "ok");
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === "invalid-sender-key")).toHaveLength(TIMES - 1);
    await Promise.all(winners.map((it) => expectUntouched({ ...owner, wallet: walletOf(it) })));
  });

  test("claims to one contact give it to the first who confirms", async () => {
    const contact = newContact();
    const wallets = [walletOf(), walletOf(), walletOf()];
    await Promise.all(wallets.map((wallet) => wallet.ask(calls.store())));
    await Promise.all(wallets.map((wallet) => wallet.ask(calls.setRecovery(contact))));
    const statuses = [];
    for (const message of await challengesTo(service, contact))
      statuses.push(await confirm(service, message));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses).toHaveLength(3);
    const { successor, returned } = await started({ wallet: walletOf(), contact });
    await confirmDue(service, contact);
    expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "ok" });
    const answers = await Promise.all(wallets.map((wallet) => sharesOf(wallet)));
    expect(answers.filter(([first]) => first === "invalid-sender-key")).toHaveLength(1);
    expect(answers.filter(([first]) => first === "the owner's share")).toHaveLength(2);
  });

  test("finishing recoveries moves the account once, to who was confirmed", async () => {
    const owner = await newOwner();
    const recoveries = [await started(owner), await started(owner), await started(owner)];
    const messages = await challengesTo(service, owner.contact);
    await Promise.all(messages.map((message) => confirm(service, message)));
    const answers = await Promise.all(
      recoveries.map(({ successor, returned }) => successor.ask(calls.finish, { returned })),
    );
    const winners = recoveries.filter((_, i) => answers[i]?.outcome === "ok");
    expect(winners).toHaveLength(1);
    expect(await sharesOf(owner.wallet)).toEqual(["invalid-sender-key"]);
    await Promise.all(winners.map((it) => expectUntouched({ ...owner, wallet: it.successor })));
  });
});

test("text that looks like SQL is text", async () => {
  const owner = await newOwner();
  const nasty = [
    "'; drop table store.account; --",
    "\\x00' or 1=1",
    "$1",
    'a"b',
    "%00",
    "\u0000@example.com",
  ];
  for (const text of nasty) {
    expect(await owner.wallet.ask(calls.start(text))).toMatchObject({ outcome: "unknown-recovery" });
    const answer = await owner.wallet.ask(calls.setRecovery(text));
    expect(answer).toMatchObject({ outcome: "unsupported-fallback" });
    expect(answer.text).not.toMatch(/select|insert|store\.|syntax/i);
  }
  const quoted = `o'brien-${newContact()}`;
  expect(await owner.wallet.ask(calls.setRecovery(quoted))).toMatchObject({ outcome: "ok" });
  expect((await owner.wallet.ask(calls.getRecovery)).result?.asText()).toBe(quoted);
  expect(await owner.wallet.ask(calls.setRecovery(owner.contact))).toMatchObject({ outcome: "ok" });
  await expectUntouched(owner);
});

test("somebody else's continuation in a request that needs none is passed over", async () => {
  const owner = await newOwner();
  const { returned } = await started(owner);
  if (returned === undefined) throw new TypeError("no continuation");
  const request = await owner.wallet.request(calls.getAll, { returned });
  expect(request.tryUnwrap().objectsForPredicate(RECIPIENT_CONTINUATION)).toHaveLength(1);
  expect(await owner.wallet.send(request)).toMatchObject({ outcome: "ok" });
  await expectUntouched(owner);
});
