/** A rekey, with services that know nothing of it until the store tells them. */
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { auditCopies, Receipt } from "@bc/share-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importKey } from "#aes-gcm";
import { hkdfSha256 } from "#bc/crypto";
import { hexToBytes } from "#bc/dcbor";
import { confirmDue, depositoryWallet, newIdentity } from "../../test/depository/depository.ts";
import { calls, depositoryOwners } from "../../test/depository/owner.ts";
import { damageShare } from "../../test/kit/damage-share.ts";
import { deliverNow, tokenIn } from "../../test/kit/inbox.ts";
import { brokenInvariants } from "../../test/kit/invariants.ts";
import { outcome, pressing } from "../../test/kit/outcome.ts";
import { NOW } from "../../test/kit/people.ts";
import { createTestService, STORAGE_KEY, type TestService } from "../../test/kit/service.ts";
import { currentStorage, type OpenDatabase } from "../../test/kit/storage.ts";
import { newKey, newShare, QUOTAS, request } from "../../test/store/fixtures.ts";
import { expectFit } from "../store/fit-check.ts";
import type { Sql } from "../store/sql.ts";
import { storeShare } from "../store/store-share.ts";
import { changeStorageKey } from "./change-storage-key.ts";
import { headerOf } from "./key-cipher.ts";
import { logName } from "./log-name.ts";
import { type RekeyOptions, rekey } from "./rekey.ts";
import { fingerprintOf, openStorageKeys, readStorageKeys } from "./storage-keys.ts";

let database: OpenDatabase;
let sql: Sql;
/** Two processes. The second one has read the keys before any rekey. */
let one: TestService;
let two: TestService;
beforeEach(async () => {
  database = await currentStorage().openDatabase();
  sql = database.sql;
  await expectFit(sql, fingerprintOf(STORAGE_KEY));
  [one, two] = [await createTestService(sql), await createTestService(sql)];
  await two.context.keys.cipher();
});
afterEach(async () => {
  expect(await brokenInvariants(sql)).toEqual([]);
  await database.close();
});

function options(changed: Partial<RekeyOptions> = {}): RekeyOptions {
  return {
    sql,
    storageKey: STORAGE_KEY,
    rate: 1_000_000,
    giveUp: false,
    now: () => NOW,
    sleep: async () => {},
    tell: () => {},
    ...changed,
  };
}

/** A rekey that stands still after it has read the first share, until it may go on. */
async function begunRekey(changed: Partial<RekeyOptions> = {}) {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const sleep = async () => {
    reached.resolve();
    await held.promise;
  };
  const report = rekey(options({ rate: 1, sleep, ...changed }));
  await Promise.race([reached.promise, report]);
  return {
    finish: () => {
      held.resolve();
      return report;
    },
  };
}

/** How many rows of each table are not under this data key. */
async function notUnder(dataKey: number) {
  const [row] = await sql("select * from store.left_to_rekey(p_header => $1)", [headerOf(dataKey)]);
  return row;
}

const NONE_LEFT = { shares: false, contacts: false, messages: false };

async function stateOfKeys() {
  const [server] = await sql("select data_key, former_data_key from store.server", []);
  const keys = await sql<{ key_id: number }>("select key_id from store.data_key order by key_id", []);
  return { ...(server as object), keys: keys.map(({ key_id }) => key_id) };
}

function newOwner(service: TestService) {
  const keys = PrivateKeys.generate("ed25519");
  return { keys, here: service.client({ keys }), there: two.client({ keys }) };
}

async function storeSome(client: ReturnType<TestService["client"]>, count: number) {
  const stored = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    const data = randomBytes(20 + index);
    stored.set((await client.storeShare(data)).hex(), data);
  }
  return stored;
}

async function sharesOf(client: ReturnType<TestService["client"]>, receipts: readonly Receipt[] = []) {
  const shares = await client.retrieveShares(receipts);
  return new Map(shares.map(({ receipt, data }) => [receipt.hex(), data]));
}

test("at each of its steps shares are found, stored, replaced, audited and deleted, and in the end all are under the new key", async () => {
  const { here, there } = newOwner(one);
  const expected = await storeSome(here, 8);
  let busy: Promise<void> = Promise.resolve();
  let steps = 0;
  const work = async () => {
    const receipts = [...expected.keys()].map((hex) => Receipt.fromData(hexToBytes(hex)));
    const [first, second] = receipts;
    if (first === undefined || second === undefined) throw new TypeError("shares were stored");
    const client = steps++ % 2 === 0 ? there : here;
    expect(await sharesOf(client, receipts)).toEqual(expected);
    expect(await sharesOf(client)).toEqual(expected);
    const [some, ...others] = expected.values();
    await auditCopies(client, [some ?? new Uint8Array(), ...others]);
    const again = expected.get(second.hex()) ?? new Uint8Array();
    expect(await client.storeShare(again)).toEqual(second);
    const data = randomBytes(30);
    expected.set((await client.storeShare(data)).hex(), data);
    await client.deleteShares([first]);
    expected.delete(first.hex());
    expect(await outcome(client.retrieveShares([second, first]))).toBe("unknown-receipt");
  };
  const report = await rekey(
    options({
      rate: 1,
      // Both at once: the rekey writes what it has read while wallets change it.
      sleep: async () => {
        busy = busy.then(work);
        await busy;
      },
    }),
  );
  expect(steps).toBeGreaterThan(2);
  expect(report).toMatchObject({ dataKey: 1, ended: true, damaged: [] });
  expect(await notUnder(1)).toEqual(NONE_LEFT);
  expect(await stateOfKeys()).toEqual({ data_key: 1, former_data_key: null, keys: [1] });
  for (const client of [here, there]) expect(await sharesOf(client)).toEqual(expected);
  const [account] = await sql<{ share_count: number; share_bytes: number }>(
    "select * from store.account",
    [],
  );
  const bytes = [...expected.values()].reduce((total, { length }) => total + length, 0);
  expect(account).toMatchObject({ share_count: expected.size, share_bytes: bytes });
});

test("a process that has slept through it stores, reads and deletes under the new key only", async () => {
  const { here, there } = newOwner(one);
  const [data] = [randomBytes(40)];
  const receipt = await here.storeShare(data);
  const { ended } = await rekey(options());
  expect(ended).toBe(true);
  // What such a process asks the store at first does nothing.
  const stale = storeShare(sql, request(newKey()), newShare(), QUOTAS);
  await expect(stale).rejects.toMatchObject({ code: "data-key" });
  expect(await sql("select xid from store.account", [])).toHaveLength(1);

  expect(await sharesOf(there, [receipt])).toEqual(new Map([[receipt.hex(), data]]));
  await there.storeShare(randomBytes(50));
  expect(await notUnder(1)).toEqual(NONE_LEFT);
  await there.deleteShares([receipt]);
  expect(await outcome(here.retrieveShares([receipt]))).toBe("unknown-receipt");
});

test("shares that were stored before there were data keys are put under one, and get their receipts", async () => {
  const { here } = newOwner(one);
  const data = randomBytes(60);
  const receipt = Receipt.of(here.identity.xid, data);
  await here.storeShare(data);
  const cipher = await one.context.keys.cipher();
  const id = cipher.shareId(receipt.data);
  const label = new TextEncoder().encode("share-server share data");
  const old = await importKey(hkdfSha256(STORAGE_KEY, label, { dkLen: 32 }));
  const nonce = randomBytes(12);
  const context = Uint8Array.of(...here.identity.xid.data, ...id);
  const ciphertext = await old.encrypt(nonce, data, context);
  await sql("update store.share set data = $1", [Uint8Array.of(1, ...nonce, ...ciphertext)]);
  expect(await sharesOf(here)).toEqual(new Map([[receipt.hex(), data]]));
  await damageShare(sql, cipher, receipt);
  await expect(here.retrieveShares()).rejects.toMatchObject({
    refusal: { code: "damaged-share", receipt: undefined },
  });

  await damageShare(sql, cipher, receipt);
  expect(await rekey(options())).toMatchObject({ ended: true, shares: 1 });
  expect(await sharesOf(here)).toEqual(new Map([[receipt.hex(), data]]));
  await damageShare(sql, await one.context.keys.cipher(), receipt);
  await expect(here.retrieveShares()).rejects.toMatchObject({ refusal: { code: "damaged-share", receipt } });
});

/** Sets a contact, and confirms it by the link. */
async function validate(service: TestService, client: ReturnType<TestService["client"]>, contact: string) {
  await client.call("updateFallback", { fallback: contact });
  const message = await deliverNow(service, contact);
  return one.app.request("/verify", pressing(tokenIn(message)));
}

test("contacts, codes and messages from before go on through it, and the rekey waits for the codes", async () => {
  const owner = newOwner(one);
  await owner.here.storeShare(randomBytes(20));
  const contact = "owner@example.com";
  await owner.here.call("updateFallback", { fallback: contact });
  const { code = "" } = await deliverNow(one, contact);
  const waiting = Promise.withResolvers<void>();
  const report = rekey(
    options({
      sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
      tell: (progress) => {
        if (progress.startsWith("waiting for the codes")) waiting.resolve();
      },
    }),
  );
  await waiting.promise;
  expect(await outcome(owner.there.call("verifyFallback", { code: "0000-0000" }))).toBe("wrong-code");
  await owner.there.call("verifyFallback", { code });
  expect(await owner.there.call("retrieveFallback", {})).toEqual({ contact, validated: true });
  expect(await report).toMatchObject({ ended: true, contacts: 1, dataKey: 1 });
  expect(await notUnder(1)).toEqual(NONE_LEFT);
  expect(await sql("select 1 as one from store.contact where former_hmac is not null", [])).toEqual([]);

  // The contact is found by its new name, and a notice that waited is still delivered.
  await owner.here.call("updateFallback", { fallback: null });
  expect(await rekey(options())).toMatchObject({ ended: true, messages: 1, dataKey: 2 });
  expect((await deliverNow(two, contact)).topic).toBe("contact-removed");
});

test("a code that is never given holds it up until the code is over", async () => {
  const owner = newOwner(one);
  await owner.here.storeShare(randomBytes(20));
  await owner.here.call("updateFallback", { fallback: "owner@example.com" });
  const clock = { now: NOW };
  const report = await rekey(
    options({
      now: () => clock.now,
      tell: (progress) => {
        if (progress.startsWith("waiting")) clock.now = new Date(clock.now.getTime() + 60_000);
      },
    }),
  );
  expect(report.ended).toBe(true);
  expect(clock.now).toEqual(new Date(NOW.getTime() + 30 * 60_000));
});

test("while it runs, a transfer finds a contact by its former name, and its message opens", async () => {
  const owner = newOwner(one);
  await owner.here.storeShare(randomBytes(20));
  const contact = "Owner@example.com";
  expect((await validate(one, owner.here, contact)).status).toBe(200);
  const rekeying = await begunRekey();

  const successor = two.client({ keys: PrivateKeys.generate("ed25519") });
  await successor.call("fallbackTransfer", { fallback: "owner@EXAMPLE.com" });
  const message = await deliverNow(one, contact);
  const page = await one.app.request(`/verify?token=${tokenIn(message)}`);
  expect(await page.text()).toContain("@example.com");
  const { ended } = await Promise.all([
    successor.call("verifyFallback", { code: message.code ?? "" }),
    rekeying.finish(),
  ]).then(([, report]) => report);
  expect(ended).toBe(true);
  expect(await outcome(owner.here.retrieveShares())).toBe("invalid-sender-key");
});

test("while it runs, the messages of a transfer to a contact with its former name wait for it and open afterwards", async () => {
  const owner = newOwner(one);
  await owner.here.storeShare(randomBytes(20));
  expect((await validate(one, owner.here, "owner@example.com")).status).toBe(200);
  const rekeying = await begunRekey();
  const successor = two.client({ keys: PrivateKeys.generate("ed25519") });
  await successor.call("fallbackTransfer", { fallback: "owner@example.com" });
  expect(await rekeying.finish()).toMatchObject({ ended: true, contacts: 1, messages: 1 });
  const { code = "" } = await deliverNow(two, "owner@example.com");
  await successor.call("verifyFallback", { code });
  expect(await outcome(owner.here.retrieveShares())).toBe("invalid-sender-key");
});

test("while it runs, a recovery from before goes on, and asking for it again is answered as before", async () => {
  const owners = depositoryOwners(one);
  const owner = await owners.newOwner();
  const successor = owners.walletOf(newIdentity(owner.wallet.identity.xid));
  const asking = await successor.request(calls.start(owner.contact));
  const { continuation: returned } = await successor.send(asking);
  const rekeying = await begunRekey();
  expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "not-confirmed" });
  // A process that has started since has the new key from the beginning.
  const meanwhile = depositoryWallet(await createTestService(sql), successor.identity);
  expect(await meanwhile.ask(calls.finish, { returned })).toMatchObject({ outcome: "not-confirmed" });
  expect(await successor.send(asking)).toMatchObject({ outcome: "ok" });
  await confirmDue(one, owner.contact);
  expect(await successor.ask(calls.finish, { returned })).toMatchObject({ outcome: "ok" });
  expect((await rekeying.finish()).ended).toBe(true);
  const fresh = depositoryWallet(await createTestService(sql), successor.identity);
  expect(await fresh.ask(calls.finish, { returned })).toMatchObject({ outcome: "bad-parameter" });
});

test("of a rekey that was cut off at its very end the next one forgets the former names before it begins", async () => {
  const owner = newOwner(one);
  await owner.here.storeShare(randomBytes(20));
  const contact = "owner@example.com";
  expect((await validate(one, owner.here, contact)).status).toBe(200);
  const cutOff: Sql = async (text, params) => {
    if (text.includes("forget_former_names")) throw new Error("cut off");
    return sql(text, params);
  };
  await expect(rekey(options({ sql: cutOff }))).rejects.toThrow("cut off");
  expect(await stateOfKeys()).toEqual({ data_key: 1, former_data_key: null, keys: [1] });
  const withFormerName = "select 1 as one from store.contact where former_hmac is not null";
  expect(await sql(withFormerName, [])).toHaveLength(1);
  expect(await rekey(options())).toMatchObject({ dataKey: 2, ended: true, contacts: 1 });
  expect(await sql(withFormerName, [])).toEqual([]);
  expect(await owner.there.call("retrieveFallback", {})).toEqual({ contact, validated: true });
});

test("while it runs, no two accounts get one contact, under whichever names", async () => {
  const [first, second] = [newOwner(one), newOwner(one)];
  const contact = "both@example.com";
  for (const { here } of [first, second]) await here.storeShare(randomBytes(20));
  // The second one's claim is from before, the first one's contact has its new name already.
  await second.here.call("updateFallback", { fallback: contact });
  const { code = "" } = await deliverNow(one, contact);
  const rekeying = await begunRekey();
  expect((await validate(two, first.there, contact)).status).toBe(200);
  expect(await outcome(second.there.call("verifyFallback", { code }))).toBe("fallback-in-use");
  // And the other way round: the contact has its former name, the claim a new one.
  expect((await rekeying.finish()).ended).toBe(true);
  await second.here.call("updateFallback", { fallback: null });
  const again = await begunRekey();
  expect((await validate(two, second.there, contact)).status).toBe(409);
  expect((await again.finish()).ended).toBe(true);
  expect(await first.here.call("retrieveFallback", {})).toEqual({ contact, validated: true });
});

test("it keeps both keys as long as something is damaged, ends once that is mended, or when it may give up", async () => {
  const { here, there } = newOwner(one);
  const [whole, broken] = [randomBytes(40), randomBytes(50)];
  const receipts = [await here.storeShare(whole), await here.storeShare(broken)];
  const [, damaged] = receipts;
  if (damaged === undefined) throw new TypeError("two shares were stored");
  const cipher = await one.context.keys.cipher();
  await damageShare(sql, cipher, damaged);
  const [account, share] = [logName(here.identity.xid.data), logName(cipher.shareId(damaged.data))];
  const report = { dataKey: 1, ended: false, damaged: [{ account, share }] };
  expect(await rekey(options())).toMatchObject({ ...report, shares: 1 });
  expect(await rekey(options())).toMatchObject({ ...report, shares: 0 });
  expect(await stateOfKeys()).toEqual({ data_key: 1, former_data_key: 0, keys: [1] });
  const refusal = { code: "damaged-share", receipt: damaged };
  await expect(there.retrieveShares(receipts)).rejects.toMatchObject({ refusal });
  await there.storeShare(broken);
  expect(await rekey(options())).toMatchObject({ dataKey: 1, ended: true, damaged: [] });
  expect(new Set((await sharesOf(there)).values())).toEqual(new Set([whole, broken]));

  await damageShare(sql, await openStorageKeys(sql, STORAGE_KEY).cipher(), damaged);
  expect(await rekey(options({ giveUp: true }))).toMatchObject({ dataKey: 2, ended: true, shares: 1 });
  expect(await outcome(here.retrieveShares())).toBe("damaged-share");
  expect([...(await sharesOf(here, receipts.slice(0, 1))).values()]).toEqual([whole]);
});

test("cut off at any statement, it goes on with the same key when it is run again", async () => {
  const { here, there } = newOwner(one);
  const expected = await storeSome(here, 3);
  await validate(one, here, "owner@example.com");
  await here.call("updateFallback", { fallback: "other@example.com" });
  await deliverNow(one, "other@example.com");
  await sql("update store.challenge set expires_at = $1", [NOW]);
  for (let round = 1; ; round++) {
    let failAfter = round;
    const failing: Sql = async (text, params) => {
      if (failAfter-- === 0) throw new Error("cut off");
      return sql(text, params);
    };
    const before = await stateOfKeys();
    const ended = await rekey(options({ sql: failing })).then(
      (report) => report.ended,
      () => false,
    );
    const after = await stateOfKeys();
    expect(await sharesOf(round % 2 === 0 ? here : there)).toEqual(expected);
    expect(await here.call("retrieveFallback", {})).toEqual({
      contact: "other@example.com",
      validated: false,
    });
    if ("former_data_key" in before && before.former_data_key !== null) {
      expect(after).toMatchObject({ data_key: (before as { data_key?: number }).data_key });
    }
    if (ended) break;
  }
  expect((await stateOfKeys()).keys).toHaveLength(1);
});

test("a new storage key opens all, the old one too until the next rekey, and nothing after it", async () => {
  const { keys, here, there } = newOwner(one);
  const expected = await storeSome(here, 2);
  const next = new Uint8Array(32).fill(2);
  const another = await createTestService(sql, { keys: openStorageKeys(sql, next) });
  const theirs = another.client({ keys });
  await expect(expectFit(sql, fingerprintOf(next))).rejects.toMatchObject({ code: "storage-key" });

  // Twice, as after a crash in between.
  for (let time = 0; time < 2; time++) await changeStorageKey(sql, STORAGE_KEY, next);
  for (const key of [STORAGE_KEY, next]) await expectFit(sql, fingerprintOf(key));
  for (const client of [here, there, theirs]) expect(await sharesOf(client)).toEqual(expected);
  const data = randomBytes(70);
  expected.set((await theirs.storeShare(data)).hex(), data);
  for (const client of [here, there, theirs]) expect(await sharesOf(client)).toEqual(expected);
  await expect(rekey(options())).rejects.toMatchObject({ code: "storage-key" });

  // A copy of the old keys, with the database as it was then.
  const oldKeys = await readStorageKeys(sql, STORAGE_KEY);
  const oldCipher = await openStorageKeys(sql, STORAGE_KEY).cipher();
  expect(await rekey(options({ storageKey: next }))).toMatchObject({ ended: true, shares: 3 });
  const fresh = randomBytes(80);
  const receipt = await theirs.storeShare(fresh);
  expected.set(receipt.hex(), fresh);
  expect(await sharesOf(theirs)).toEqual(expected);
  for (const client of [here, there]) expect(await outcome(client.retrieveShares())).toBe("unavailable");
  await expect(expectFit(sql, fingerprintOf(STORAGE_KEY))).rejects.toMatchObject({ code: "storage-key" });
  await expect(readStorageKeys(sql, STORAGE_KEY)).rejects.toMatchObject({ code: "storage-key" });
  expect(oldKeys.newest.id).toBe(0);
  const left = await sql<{ key_id: number }>("select key_id from store.data_key", []);
  expect(left.map(({ key_id }) => key_id)).toEqual([1]);
  const rows = await sql<{ xid: Uint8Array; share_id: Uint8Array; data: Uint8Array }>(
    "select xid, share_id, data from store.share",
    [],
  );
  expect(rows).toHaveLength(4);
  for (const row of rows) {
    const context = Uint8Array.of(...row.xid, ...row.share_id);
    await expect(oldCipher.shares.decrypt(row.data, context)).rejects.toThrow();
    await expect(oldCipher.shares.decryptReceipt(row.data, context)).rejects.toThrow();
    expect(row.share_id).not.toEqual(oldCipher.shareId(receipt.data));
  }
});
