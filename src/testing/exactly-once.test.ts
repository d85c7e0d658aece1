/**
 * Each request runs once, however often and however fast it comes: over real connections to the real server.
 *
 * What counts are effects: shares, keys and messages. Answers alone could be told twice and done twice.
 */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ARID, PrivateKeys, type XID } from "#bc/keys";
import { type BuiltRequest, buildRequest } from "../client/build-request.ts";
import type { Client, PreparedCall } from "../client/index.ts";
import { openAnswer } from "../client/open-answer.ts";
import type { Call, NativeName } from "../wire/operations/index.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { outcome } from "./outcome.ts";
import { startServer, type TestServer } from "./server.ts";

const COPIES = 32;
const encoder = new TextEncoder();
const share = encoder.encode("a share");

let mailbox: Mailbox;
let server: TestServer;
beforeAll(async () => {
  mailbox = await openMailbox();
  server = await startServer(mailbox.environment);
});
afterAll(async () => {
  await server.stop();
  await mailbox.close();
});

let contacts = 0;
function newContact(): string {
  contacts += 1;
  return `person-${contacts}@example.com`;
}

function newWallet(xid?: XID): { readonly keys: PrivateKeys; readonly client: Client } {
  const keys = PrivateKeys.generate("ed25519");
  return { keys, client: server.client({ keys, xid }) };
}

/** A wallet with an account, one share, and a contact if it is to have one. */
async function newOwner({ contact }: { readonly contact?: string } = {}) {
  const wallet = newWallet();
  await wallet.client.storeShare(share);
  if (contact !== undefined) {
    await wallet.client.call("updateFallback", { fallback: contact });
    await wallet.client.call("verifyFallback", { code: (await mailbox.next(contact)).code });
  }
  return wallet;
}

function copies<T>(make: () => T): T[] {
  return Array.from({ length: COPIES }, make);
}

async function outcomesAtOnce({ send }: Pick<PreparedCall<NativeName>, "send">): Promise<Set<string>> {
  return new Set(await Promise.all(copies(() => outcome(send()))));
}

/**
 * Waits until every message that was due before has been sent. Rounds of delivery follow one another, and a round may send
 * its messages in any order: only when the second of two messages has come is the round of the first one over.
 */
async function allMessagesSent(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const contact = newContact();
    const { client } = await newOwner();
    await client.call("updateFallback", { fallback: contact });
    await mailbox.next(contact);
  }
}

async function subjectsFor(contact: string): Promise<string[]> {
  await allMessagesSent();
  return mailbox.received.filter(({ to }) => to === contact).map(({ subject }) => subject);
}

async function shareCount(client: Client): Promise<number> {
  return (await client.retrieveShares()).length;
}

describe(`${COPIES} copies at once are one request:`, () => {
  test("storeShare", async () => {
    const { client } = newWallet();
    const prepared = await client.prepare("storeShare", { data: share });
    const receipts = await Promise.all(copies(prepared.send));
    expect(new Set(receipts.map((receipt) => receipt.hex())).size).toBe(1);
    expect(await shareCount(client)).toBe(1);
    await client.call("deleteShares", { receipts: [] });
    expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
    expect(await shareCount(client)).toBe(0);
  });

  test("deleteShares", async () => {
    const { client } = await newOwner();
    const prepared = await client.prepare("deleteShares", { receipts: [] });
    expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
    expect(await shareCount(client)).toBe(0);
    await client.storeShare(share);
    expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
    expect(await shareCount(client)).toBe(1);
  });

  test("updateFallback, with one message", async () => {
    const contact = newContact();
    const { client } = await newOwner();
    const prepared = await client.prepare("updateFallback", { fallback: contact });
    expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
    expect(await subjectsFor(contact)).toEqual(["Confirm your contact for your shares"]);
  });

  test("verifyFallback, right or wrong", async () => {
    const contact = newContact();
    const { client } = await newOwner();
    await client.call("updateFallback", { fallback: contact });
    const wrong = await client.prepare("verifyFallback", { code: "0000-0000" });
    expect(await outcomesAtOnce(wrong)).toEqual(new Set(["wrong-code"]));
    const right = await client.prepare("verifyFallback", { code: (await mailbox.next(contact)).code });
    expect(await outcomesAtOnce(right)).toEqual(new Set(["ok"]));
    expect(await client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
  });

  test("fallbackTransfer, with one message", async () => {
    const contact = newContact();
    await newOwner({ contact });
    const prepared = await newWallet().client.prepare("fallbackTransfer", { fallback: contact });
    const answers = await Promise.all(copies(prepared.send));
    expect(new Set(answers.map(({ account }) => account))).toEqual(new Set([undefined]));
    expect((await subjectsFor(contact)).slice(1)).toEqual(["Confirm the move of your shares to a new key"]);
  });

  test("updatePublicKey, with one message", async () => {
    const contact = newContact();
    const { client } = await newOwner({ contact });
    const account = client.identity.xid;
    const successor = newWallet(account);
    const newPublicKey = successor.keys.publicKeys();
    const prepared = await client.prepare("updatePublicKey", { newPublicKey });
    const answers = await Promise.all(copies(prepared.send));
    expect(answers.every((answer) => answer.account.equals(account))).toBe(true);
    expect(await shareCount(successor.client)).toBe(1);
    expect(await outcome(client.retrieveShares())).toBe("invalid-sender-key");
    expect((await subjectsFor(contact)).slice(1)).toEqual(["The key of your shares was changed"]);
  });

  test("deleteAccount, with one message", async () => {
    const contact = newContact();
    const { client } = await newOwner({ contact });
    const prepared = await client.prepare("deleteAccount", {});
    expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
    expect(await outcome(client.retrieveShares())).toBe("unknown-account");
    expect((await subjectsFor(contact)).slice(1)).toEqual(["Your shares were deleted"]);
  });
});

describe("an ID", () => {
  /** A call under a given ID, to be sent any number of times. */
  async function build<Name extends NativeName>(client: Client, id: ARID, call: Call<Name>) {
    const peer = await client.server();
    const built = await buildRequest(call, client.identity, peer, { id, date: new Date() });
    return { ...built, send: () => sendBuilt(client, built) };
  }

  async function sendBuilt(client: Client, { id, envelope }: BuiltRequest) {
    const server = await client.server();
    return openAnswer(await client.send(envelope), { id, identity: client.identity, server });
  }

  const otherBodies: readonly Call<NativeName>[] = [
    { name: "storeShare", parameters: { data: encoder.encode("another share") } },
    { name: "deleteShares", parameters: { receipts: [] } },
    { name: "updateFallback", parameters: { fallback: "id-reused@example.com" } },
    { name: "fallbackTransfer", parameters: { fallback: "id-reused@example.com" } },
    { name: "verifyFallback", parameters: { code: "0000-0000" } },
    { name: "updatePublicKey", parameters: { newPublicKey: PrivateKeys.generate("ed25519").publicKeys() } },
    { name: "deleteAccount", parameters: {} },
  ];

  test.each(otherBodies)("that was used does nothing with another body: $name", async (call) => {
    const { client } = newWallet();
    const id = ARID.generate();
    const first = await build(client, id, { name: "storeShare", parameters: { data: share } });
    expect(await outcome(first.send())).toBe("ok");
    expect(await outcome((await build(client, id, call)).send())).toBe("id-reused");
    expect(await client.retrieveShares()).toMatchObject([{ data: share }]);
    expect(await client.call("retrieveFallback", {})).toBeNull();
    expect(await outcome(first.send())).toBe("ok");
  });

  test("goes to one of the bodies that race for it", async () => {
    const { client } = newWallet();
    const id = ARID.generate();
    const bodies = await Promise.all(
      ["first", "second"].map((text) => {
        return build(client, id, { name: "storeShare", parameters: { data: encoder.encode(text) } });
      }),
    );
    const outcomes = await Promise.all(copies(() => bodies.map(({ send }) => outcome(send()))).flat());
    expect(outcomes.filter((it) => it === "ok")).toHaveLength(COPIES);
    expect(outcomes.filter((it) => it === "id-reused")).toHaveLength(COPIES);
    expect(await shareCount(client)).toBe(1);
  });

  test("is each key's own", async () => {
    const id = ARID.generate();
    for (const { client } of [newWallet(), newWallet()]) {
      const storing = await build(client, id, { name: "storeShare", parameters: { data: share } });
      expect(await outcome(storing.send())).toBe("ok");
      expect(await shareCount(client)).toBe(1);
    }
  });

  test("may be used for reading as often as one likes", async () => {
    const { client } = await newOwner();
    const reading = await client.prepare("retrieveShares", { receipts: [] });
    expect(await reading.send()).toHaveLength(1);
    await client.storeShare(encoder.encode("another share"));
    expect(await reading.send()).toHaveLength(2);
  });
});

describe("a request from before", () => {
  test("the deletion of its share brings nothing back", async () => {
    const { client } = newWallet();
    const storing = await client.prepare("storeShare", { data: share });
    const receipt = await storing.send();
    await client.call("deleteShares", { receipts: [receipt] });
    expect((await storing.send()).equals(receipt)).toBe(true);
    expect(await shareCount(client)).toBe(0);
  });

  test("two key changes does not bring the first new key back", async () => {
    const { client } = await newOwner();
    const account = client.identity.xid;
    const [second, third] = [newWallet(account), newWallet(account)];
    const change = await client.prepare("updatePublicKey", { newPublicKey: second.keys.publicKeys() });
    await change.send();
    await second.client.call("updatePublicKey", { newPublicKey: third.keys.publicKeys() });
    expect((await change.send()).account.equals(account)).toBe(true);
    expect(await outcome(second.client.retrieveShares())).toBe("invalid-sender-key");
    expect(await shareCount(third.client)).toBe(1);
  });

  test("the deletion of its account does nothing", async () => {
    const contact = newContact();
    const { client } = newWallet();
    const calls = [
      await client.prepare("storeShare", { data: share }),
      await client.prepare("updateFallback", { fallback: contact }),
      await client.prepare("deleteShares", { receipts: [] }),
    ];
    for (const { send } of calls) await send();
    await client.call("deleteAccount", {});
    for (const { send } of calls) expect(await outcome(send())).toBe("ok");
    expect(await outcome(client.retrieveShares())).toBe("unknown-account");
    expect((await subjectsFor(contact)).length).toBeLessThanOrEqual(1);
  });

  test("a new account of the same key does not delete that", async () => {
    const { client } = await newOwner();
    const deletion = await client.prepare("deleteAccount", {});
    await deletion.send();
    await client.storeShare(share);
    expect(await outcome(deletion.send())).toBe("ok");
    expect(await shareCount(client)).toBe(1);
  });
});

describe("a retry after a lost answer has the outcome of the first try", () => {
  /** Hangs up as soon as the request is written, or as soon as the answer begins. */
  async function sendAndHangUp({ envelope }: BuiltRequest, when: "written" | "answered"): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const headers = { "content-type": "application/cbor" };
    const sending = httpRequest(server.url(), { method: "POST", headers, agent: false });
    sending.on("error", () => {}).on("close", resolve);
    sending.on("response", (response) => response.destroy());
    sending.end(envelope.cborData(), () => {
      if (when === "written") sending.destroy();
    });
    await over;
  }

  test.each(["written", "answered"] as const)("hung up when %s", async (when) => {
    const contact = newContact();
    const { client } = newWallet();
    const successor = newWallet(client.identity.xid);
    const calls = [
      await client.prepare("storeShare", { data: share }),
      await client.prepare("updateFallback", { fallback: contact }),
      await client.prepare("updatePublicKey", { newPublicKey: successor.keys.publicKeys() }),
    ];
    for (const call of calls) {
      await sendAndHangUp(call, when);
      expect(await outcome(call.send())).toBe("ok");
    }
    expect(await shareCount(successor.client)).toBe(1);
    expect((await subjectsFor(contact)).length).toBeLessThanOrEqual(1);
  });
});

describe("of those who race", () => {
  test("for the first share of a new key all open the same account", async () => {
    const { client } = newWallet();
    const texts = copies(() => "").map((_, i) => `share ${i}`);
    await Promise.all(texts.map((text) => client.storeShare(encoder.encode(text))));
    expect(await shareCount(client)).toBe(COPIES);
  });

  test("to change one account's key one wins, and the others' keys stay unknown", async () => {
    const { client } = await newOwner();
    const rivals = copies(() => newWallet(client.identity.xid));
    const outcomes = await Promise.all(
      rivals.map(({ keys }) => outcome(client.call("updatePublicKey", { newPublicKey: keys.publicKeys() }))),
    );
    expect(outcomes.toSorted()).toEqual([...Array(COPIES - 1).fill("invalid-sender-key"), "ok"]);
    const reads = await Promise.all(rivals.map((rival) => outcome(rival.client.retrieveShares())));
    expect(reads).toEqual(outcomes.map((it) => (it === "ok" ? "ok" : "unknown-account")));
  });

  test("with their accounts for one new key one wins, and the others keep theirs", async () => {
    const owners = await Promise.all(copies(() => newOwner()));
    const { keys } = newWallet();
    const newPublicKey = keys.publicKeys();
    const outcomes = await Promise.all(
      owners.map(({ client }) => outcome(client.call("updatePublicKey", { newPublicKey }))),
    );
    expect(outcomes.toSorted()).toEqual([...Array(COPIES - 1).fill("key-in-use"), "ok"]);
    const reads = await Promise.all(owners.map(({ client }) => outcome(client.retrieveShares())));
    expect(reads).toEqual(outcomes.map((it) => (it === "ok" ? "invalid-sender-key" : "ok")));
    const winner = owners[outcomes.indexOf("ok")]?.client.identity.xid;
    expect(await shareCount(server.client({ keys, xid: winner }))).toBe(1);
  });

  test("to validate one contact one wins, and the others stay without", async () => {
    const contact = newContact();
    const claims = [];
    for (let i = 0; i < 4; i++) {
      const { client } = await newOwner();
      await client.call("updateFallback", { fallback: contact });
      const { code } = await mailbox.next(contact);
      claims.push({ client, verify: await client.prepare("verifyFallback", { code }) });
    }
    const outcomes = await Promise.all(claims.map(({ verify }) => outcome(verify.send())));
    expect(outcomes.toSorted()).toEqual(["fallback-in-use", "fallback-in-use", "fallback-in-use", "ok"]);
    const validated = await Promise.all(claims.map(({ client }) => client.call("retrieveFallback", {})));
    expect(validated.map((it) => it?.validated)).toEqual(outcomes.map((it) => it === "ok"));
  });
});
