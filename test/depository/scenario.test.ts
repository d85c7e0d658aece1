/**
 * The scenario of the reference depository, step by step in its order, in the test's own process: where the server
 * trusts whoever asks, as the reference does, and where the contact has to confirm.
 */

import { Expression } from "@bc/envelope";
import { OPERATIONS, Receipt } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import { createTestService, openTestDatabase, type TestService } from "../kit/service.ts";
import {
  confirmDue,
  type DepositoryAnswer,
  type DepositoryWallet,
  depositoryWallet,
  newIdentity,
} from "./depository.ts";

const op = OPERATIONS;
const encoder = new TextEncoder();
const [ALICE_ONE, ALICE_TWO, BOB_ONE] = ["Alice's first", "Alice's second", "Bob's"].map((it) =>
  encoder.encode(it),
) as [Uint8Array, Uint8Array, Uint8Array];

const database = await openTestDatabase();
afterAll(() => database.close());

async function store(wallet: DepositoryWallet, data: Uint8Array): Promise<Receipt> {
  const { outcome, result } = await wallet.ask(op.storeShare.encode({ data }));
  expect(outcome).toBe("ok");
  const receipt = result && op.storeShare.decodeResult(result);
  expect(receipt?.hex()).toBe(Receipt.of(wallet.identity.xid, data).hex());
  return receipt ?? Receipt.of(wallet.identity.xid, data);
}

async function shares(wallet: DepositoryWallet, ...receipts: readonly Receipt[]): Promise<string[]> {
  const { outcome, result } = await wallet.ask(op.getShares.encode({ receipts }));
  expect(outcome).toBe("ok");
  const found = result ? op.getShares.decodeResult(result) : [];
  return found.map(({ data }) => new TextDecoder().decode(data)).sort();
}

async function recovery(wallet: DepositoryWallet): Promise<string | null | undefined> {
  const { result } = await wallet.ask(op.getRecovery.encode({}));
  return result && op.getRecovery.decodeResult(result);
}

const getAll = op.getShares.encode({ receipts: [] });
const finish = op.finishRecovery.encode({});
const start = (recoveryMethod: string) => op.startRecovery.encode({ recoveryMethod });
const setRecovery = (recoveryMethod: string | null) => op.updateRecovery.encode({ recoveryMethod });

/** The same XID with a new key in place of the inception key. */
function renewed(service: TestService, { identity }: DepositoryWallet): DepositoryWallet {
  return depositoryWallet(service, newIdentity(identity.xid));
}

function update({ identity }: DepositoryWallet): Expression {
  const { xid, publicKeys, document } = identity;
  return op.updateXIDDocument.encode({ newXIDDocument: { xid, keys: [publicKeys], envelope: document } });
}

function expectRefused({ text }: DepositoryAnswer, name: string, message: string): void {
  expect(text).toMatch(/^<[a-z]{8}>: «/);
  expect(text?.slice("<abcdefgh>: ".length)).toContain(`«${name}» ${message}`);
}

describe.each([
  { trustFallback: true, how: "with FALLBACK_TRUST" },
  { trustFallback: false, how: "when the contact has to confirm" },
])("the reference's scenario, $how", ({ trustFallback }) => {
  test("goes as it does there", async () => {
    const service = await createTestService(database.sql);
    Object.assign(service.context, { policy: { ...service.context.policy, trustFallback } });
    let [alice, bob] = [depositoryWallet(service), depositoryWallet(service)];
    const stranger = depositoryWallet(service);
    const contact = `bob-${bob.identity.xid.hex().slice(0, 8)}@example.com`;

    await store(alice, ALICE_ONE);
    await store(bob, BOB_ONE);
    expect(await shares(alice)).toEqual(["Alice's first"]);
    expect(await shares(bob)).toEqual(["Bob's"]);
    const second = await store(alice, ALICE_TWO);
    expect(await shares(alice, second)).toEqual(["Alice's second"]);
    expect(await shares(alice)).toEqual(["Alice's first", "Alice's second"]);
    expect(await shares(bob, second)).toEqual([]);
    expectRefused(await stranger.ask(getAll), "getShares", `unknown user ${stranger.identity.xid}`);

    await store(alice, ALICE_TWO);
    expect(await shares(alice)).toEqual(["Alice's first", "Alice's second"]);
    for (let i = 0; i < 2; i++) {
      expect(await alice.ask(op.deleteShares.encode({ receipts: [second] }))).toMatchObject({
        outcome: "ok",
      });
      expect(await shares(alice)).toEqual(["Alice's first"]);
    }

    expect(await bob.ask(setRecovery(contact))).toMatchObject({ outcome: "ok" });
    if (!trustFallback) await confirmDue(service, contact);
    expect(await bob.ask(setRecovery(contact))).toMatchObject({ outcome: "ok" });
    expect(await recovery(bob)).toBe(contact);
    expect(await recovery(alice)).toBe(null);
    if (trustFallback) {
      const taken = await alice.ask(setRecovery(contact));
      expectRefused(taken, "updateRecovery", "recovery method already exists");
    }
    expectRefused(await stranger.ask(op.getRecovery.encode({})), "getRecovery", "unknown user XID(");

    const newAlice = renewed(service, alice);
    expect(await alice.ask(update(newAlice))).toMatchObject({ outcome: "ok" });
    const oldKey = `invalid sender verification key for ${alice.identity.xid}`;
    expectRefused(await alice.ask(getAll), "getShares", oldKey);
    alice = newAlice;
    expect(await shares(alice)).toEqual(["Alice's first"]);

    const newBob = renewed(service, bob);
    expectRefused(await newBob.ask(start("wrong@example.com")), "startRecovery", "unknown recovery");
    const { outcome, continuation: returned } = await newBob.ask(start(contact));
    expect(outcome).toBe("ok");
    const byOldKey = await bob.ask(finish, { returned });
    expectRefused(byOldKey, "finishRecovery", "incorrect verification key");
    if (!trustFallback) {
      expect(await newBob.ask(finish, { returned })).toMatchObject({ outcome: "not-confirmed" });
      expect(await shares(bob)).toEqual(["Bob's"]);
      await confirmDue(service, contact);
    }
    expect(await newBob.ask(finish, { returned })).toMatchObject({ outcome: "ok" });
    const bobsOldKey = "invalid sender verification key";
    expectRefused(await bob.ask(getAll), "getShares", bobsOldKey);
    bob = newBob;
    expect(await shares(bob)).toEqual(["Bob's"]);

    expect(await bob.ask(op.deleteAccount.encode({}))).toMatchObject({ outcome: "ok" });
    expectRefused(await bob.ask(getAll), "getShares", "unknown user XID(");
    expectRefused(await bob.ask(op.getRecovery.encode({})), "getRecovery", "unknown user XID(");
    expect(await bob.ask(op.deleteAccount.encode({}))).toMatchObject({ outcome: "ok" });
    expect(await alice.ask(op.deleteAccount.encode({}))).toMatchObject({ outcome: "ok" });
    expectRefused(await alice.ask(getAll), "getShares", "unknown user XID(");
  });
});

test("the texts of what is wrong with the parameters are the reference's too", async () => {
  const service = await createTestService(database.sql);
  const wallet = depositoryWallet(service);
  const missing = "missing required parameter: recoveryMethod";
  expectRefused(await wallet.ask(new Expression("startRecovery")), "startRecovery", missing);
  expectRefused(await wallet.ask(finish), "finishRecovery", "missing state");
  const notAReceipt = new Expression("getShares").withParameter("receipt", 5);
  expectRefused(await wallet.ask(notAReceipt), "getShares", "invalid parameter value for 'receipt'");
});

test("where the operator has turned them off, there are no such functions", async () => {
  const service = await createTestService(database.sql);
  Object.assign(service.context, { policy: { ...service.context.policy, depositoryNames: false } });
  const wallet = depositoryWallet(service);
  await store(wallet, BOB_ONE);
  for (const body of [
    getAll,
    setRecovery(null),
    op.getRecovery.encode({}),
    start("a@b.cc"),
    finish,
    update(wallet),
  ]) {
    expect(await wallet.ask(body)).toMatchObject({ outcome: "unknown-function", text: "unknown function" });
  }
  const all = await wallet.ask(op.retrieveShares.encode({ receipts: [] }));
  expect(all.result && op.retrieveShares.decodeResult(all.result)).toHaveLength(1);
});
