/**
 * Strangers who fill the disk: with accounts, with undated requests that are remembered for good, and with shares.
 *
 * What they leave is counted in rows.
 */
import { ARID, type Envelope, PrivateKeys } from "@bc/envelope";
import { type Identity, identityOf, OPERATIONS } from "@bc/share-protocol";
import { afterAll, beforeEach, expect, test } from "vitest";
import { fingerprintOf } from "../../src/service/storage-keys.ts";
import { expectFit } from "../../src/store/fit-check.ts";
import { judgeRoom } from "../../src/store/judge-room.ts";
import { prune } from "../../src/store/prune.ts";
import { plainRequest, sealFor } from "../kit/compose.ts";
import { NOW, server } from "../kit/people.ts";
import { post } from "../kit/post.ts";
import { createTestService, STORAGE_KEY, type TestService } from "../kit/service.ts";
import { currentStorage } from "../kit/storage.ts";

const HOUR = 3_600_000;
const MAX_NEW_ACCOUNTS = 6;

const database = await currentStorage().openDatabase();
afterAll(() => database.close());

let service: TestService;
let networks = 0;
beforeEach(async () => {
  const { context } = await createTestService(database.sql);
  const policy = { ...context.policy, maxNewAccounts: MAX_NEW_ACCOUNTS };
  service = await createTestService(database.sql, { policy, http: { requestsPerSecond: 1_000_000 } });
  moveAway();
});

function moveAway(): void {
  networks += 1;
  service.caller.address = `198.51.100.${networks}`;
}

function stranger(): Identity {
  return identityOf(PrivateKeys.generate("ed25519"));
}

const { storeShare, deleteShares, updateFallback, fallbackTransfer, verifyFallback, deleteAccount } =
  OPERATIONS;
const share = new TextEncoder().encode("a share");

type Asked = { readonly date?: Date | null };

async function sealedRequest(
  body: ReturnType<typeof storeShare.encode>,
  sender: Identity,
  { date = null }: Asked = {},
) {
  return sealFor(server, await plainRequest({ id: ARID.generate(), body, sender, date }));
}

async function codeOf(sealed: Envelope, sender: Identity): Promise<string | undefined> {
  const { code } = await post(service, sealed.cborData(), { type: "application/cbor", wallets: [sender] });
  return code;
}

async function ask(body: ReturnType<typeof storeShare.encode>, sender = stranger(), asked: Asked = {}) {
  return codeOf(await sealedRequest(body, sender, asked), sender);
}

async function rows(table: string): Promise<number> {
  const [counted] = await database.sql<{ count: number }>(
    `select count(*)::integer as count from store.${table}`,
    [],
  );
  return counted?.count ?? 0;
}

function storing(): ReturnType<typeof storeShare.encode> {
  return storeShare.encode({ data: share });
}

test("a network opens so many accounts in an hour, then none, and another network is not concerned", async () => {
  const before = await rows("account");
  const codes = [];
  for (let count = 0; count < 2 * MAX_NEW_ACCOUNTS; count++)
    codes.push(await ask(storing(), undefined, { date: NOW }));
  expect(codes).toEqual([
    ...Array(MAX_NEW_ACCOUNTS).fill(undefined),
    ...Array(MAX_NEW_ACCOUNTS).fill("rate-limited"),
  ]);
  expect((await rows("account")) - before).toBe(MAX_NEW_ACCOUNTS);
  moveAway();
  expect(await ask(storing(), undefined, { date: NOW })).toBeUndefined();
});

test("the neighbours of a network count too: four times as many come from a /56", async () => {
  const before = await rows("account");
  for (let neighbour = 0; neighbour < 6; neighbour++) {
    service.caller.address = `2001:db8:${networks.toString(16)}:${neighbour}::1`;
    for (let count = 0; count < MAX_NEW_ACCOUNTS; count++) await ask(storing(), undefined, { date: NOW });
  }
  expect((await rows("account")) - before).toBe(4 * MAX_NEW_ACCOUNTS);
});

test("the refusal says when it ends, and then the same request is carried out", async () => {
  for (let count = 0; count < MAX_NEW_ACCOUNTS; count++) await ask(storing());
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  const call = await client.prepare("storeShare", { data: share });
  const retryAfter = new Date(NOW.getTime() + HOUR);
  await expect(call.send()).rejects.toMatchObject({ refusal: { code: "rate-limited", retryAfter } });
  service.clock.now = retryAfter;
  await call.send();
  expect((await client.retrieveShares()).map(({ data }) => data)).toEqual([share]);
});

test("of a network's undated requests by unknown keys, as many are remembered, whatever they ask", async () => {
  const before = await rows("seen_request");
  const bodies = [
    () => storeShare.encode({ data: new Uint8Array(10_001) }),
    () => deleteShares.encode({ receipts: [] }),
    () => updateFallback.encode({ fallback: null }),
    () => fallbackTransfer.encode({ fallback: "nobody@example.com" }),
    () => verifyFallback.encode({ code: "0000-0000" }),
    () => deleteAccount.encode({}),
  ];
  for (const body of bodies) expect(await ask(body())).not.toBe("missing-date");
  for (let count = 0; count < 20; count++) {
    for (const body of bodies) expect(await ask(body())).toBe("missing-date");
    expect(await ask(storing())).toBe("missing-date");
  }
  expect((await rows("seen_request")) - before).toBe(bodies.length);
});

test("a client that never dates goes on once it has an account, however many strangers its network has", async () => {
  const wallet = stranger();
  expect(await ask(storing(), wallet)).toBeUndefined();
  for (let count = 0; count < 2 * MAX_NEW_ACCOUNTS; count++) await ask(deleteAccount.encode({}));
  const second = storeShare.encode({ data: new TextEncoder().encode("another share") });
  expect(await ask(second, wallet)).toBeUndefined();
  expect(await ask(deleteShares.encode({ receipts: [] }), wallet)).toBeUndefined();
});

test("a full server refuses new accounts and new shares, for a while, and does all else", async () => {
  const keys = PrivateKeys.generate("ed25519");
  const owner = service.client({ keys });
  const receipt = await owner.storeShare(share);
  await expectFit(database.sql, fingerprintOf(STORAGE_KEY));
  const full = { maxTotalBytes: 1, diskIsShort: false };
  expect(await judgeRoom(database.sql, full)).toMatchObject({ isFull: true });
  const counted = [await rows("account"), await rows("share")];
  const another = await owner.prepare("storeShare", { data: new TextEncoder().encode("another share") });
  const first = await service
    .client({ keys: PrivateKeys.generate("ed25519") })
    .prepare("storeShare", { data: share });
  for (let count = 0; count < 5; count++) {
    for (const call of [another, first]) {
      await expect(call.send()).rejects.toMatchObject({ refusal: { code: "server-full" } });
    }
  }
  expect([await rows("account"), await rows("share")]).toEqual(counted);
  expect(await (await service.app.request("/ready")).text()).toBe("full");

  // What is stored already has its receipt, and everything else goes on.
  expect(await owner.storeShare(share)).toEqual(receipt);
  expect(await owner.retrieveShares()).toHaveLength(1);
  await owner.updateFallback("owner@example.com");
  const next = PrivateKeys.generate("ed25519");
  await owner.updatePublicKey(next);
  const renewed = service.client({ keys: next, xid: owner.identity.xid });
  await renewed.deleteShares([receipt]);
  await renewed.deleteAccount();

  await judgeRoom(database.sql, { maxTotalBytes: null, diskIsShort: false });
  service.clock.now = new Date(NOW.getTime() + 1_000);
  expect(await (await service.app.request("/ready")).text()).toBe("ready");
  await first.send();
});

// The last one here: what it forgets is over for all accounts.
test("what was dated is forgotten with its window, and what was counted after an hour", async () => {
  await prune(database.sql, new Date(NOW.getTime() + 48 * HOUR));
  // Requests of the dates that were forgotten by that are over.
  const later = new Date(NOW.getTime() + 1_000);
  const before = await rows("seen_request");
  for (let count = 0; count < 30; count++) await ask(deleteAccount.encode({}), undefined, { date: later });
  expect((await rows("seen_request")) - before).toBe(30);
  await ask(deleteAccount.encode({}));
  expect(await rows("newcomer")).toBe(1);
  await prune(database.sql, new Date(NOW.getTime() + 48 * HOUR));
  expect((await rows("seen_request")) - before).toBe(1);
  expect(await rows("newcomer")).toBe(0);
});
