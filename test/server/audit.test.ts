/** `auditShares` through the whole service: what it proves, to whom, and what it refuses. */
import { createHmac } from "node:crypto";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { auditCopies, buildRequest, ClientError, openAnswer, Receipt, readResult } from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import { damageShare, IN_THE_RECEIPT } from "../kit/damage-share.ts";
import { outcome } from "../kit/outcome.ts";
import { traceOf } from "../kit/secrets.ts";
import { createTestService, openTestDatabase } from "../kit/service.ts";

const database = await openTestDatabase();
afterAll(() => database.close());
const service = await createTestService(database.sql);

async function newOwner(...shares: readonly Uint8Array[]) {
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  for (const data of shares) await client.storeShare(data);
  const receipts = shares.map((data) => Receipt.of(client.identity.xid, data));
  return { client, receipts };
}

const [one, two] = [randomBytes(327), randomBytes(5)];

test.each([16, 32, 64])("proves each share by an HMAC with a nonce of %i bytes", async (size) => {
  const { client, receipts } = await newOwner(one, two);
  const nonce = randomBytes(size);
  const proven = await client.call("auditShares", { receipts: [], nonce });
  expect(proven.map(({ receipt }) => receipt.hex()).sort()).toEqual(receipts.map((it) => it.hex()).sort());
  for (const { receipt, proof } of proven) {
    const data = receipt.equals(Receipt.of(client.identity.xid, one)) ? one : two;
    expect(proof).toEqual(new Uint8Array(createHmac("sha256", nonce).update(data).digest()));
  }
  expect(await client.call("auditShares", { receipts: receipts.slice(1), nonce })).toHaveLength(1);
});

test.each([0, 15, 65])("refuses a nonce of %i bytes", async (size) => {
  const { client } = await newOwner(one);
  const asked = client.call("auditShares", { receipts: [], nonce: new Uint8Array(size) });
  expect(await outcome(asked)).toBe("bad-parameter");
});

test("tells strangers nothing, whether they name a share that is there or not", async () => {
  const { receipts } = await newOwner(one);
  const { client: thief } = await newOwner(one);
  const nobody = service.client({ keys: PrivateKeys.generate("ed25519") });
  const nonce = randomBytes(32);
  for (const named of [receipts, [Receipt.fromData(randomBytes(32))]]) {
    expect(await outcome(thief.call("auditShares", { receipts: named, nonce }))).toBe("unknown-receipt");
    expect(await outcome(nobody.call("auditShares", { receipts: named, nonce }))).toBe("unknown-account");
  }
});

test("seals the proofs to the owner, also where the request was for all to read", async () => {
  const { client, receipts } = await newOwner(one);
  const call = { name: "auditShares", parameters: { receipts, nonce: randomBytes(32) } } as const;
  const server = await client.server();
  const options = { date: service.clock.now, sealed: false };
  const { id, envelope } = await buildRequest(call, client.identity, server, options);
  const answer = await client.send(envelope);
  expect(answer.subject().isEncrypted()).toBe(true);
  const opened = await openAnswer(answer, { id, identity: client.identity, server });
  expect(readResult(call, opened, client.identity.xid)).toHaveLength(1);
});

test("uses up no ID: the same request is answered again, from what is stored then", async () => {
  const { client, receipts } = await newOwner(one);
  const auditing = await client.prepare("auditShares", { receipts, nonce: randomBytes(32) });
  expect(await auditing.send()).toEqual(await auditing.send());
  await client.deleteShares([receipts[0] ?? Receipt.fromData(new Uint8Array(32))]);
  expect(await outcome(auditing.send())).toBe("unknown-receipt");
});

/** The code of a refusal, and the share that it names. */
async function refusalTo(call: Promise<unknown>): Promise<readonly (string | undefined)[]> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof ClientError)) return [];
  return [error.refusal?.code, error.refusal?.receipt?.hex()];
}

test("names the one damaged share, and the others are had by naming them", async () => {
  const { client } = await newOwner(one, two);
  const [good, damaged] = [one, two].map((data) => Receipt.of(client.identity.xid, data));
  if (good === undefined || damaged === undefined) throw new TypeError("two shares were stored");
  await damageShare(database.sql, await service.context.keys.cipher(), damaged);
  const named = ["damaged-share", damaged.hex()];
  expect(await refusalTo(client.retrieveShares([good, damaged]))).toEqual(named);
  expect(await refusalTo(auditCopies(client, [one, two]))).toEqual(named);
  expect(await client.retrieveShares([good])).toMatchObject([{ data: one }]);
  await auditCopies(client, [one]);
  expect(await refusalTo(client.retrieveShares())).toEqual(named);

  await damageShare(database.sql, await service.context.keys.cipher(), damaged, IN_THE_RECEIPT);
  expect(await refusalTo(client.retrieveShares())).toEqual(["damaged-share", undefined]);
  expect(await refusalTo(client.retrieveShares([damaged]))).toEqual(named);

  await client.storeShare(two);
  expect(await client.retrieveShares()).toHaveLength(2);
  await auditCopies(client, [one, two]);

  const log = service.log.join("");
  expect(log).toContain("damaged share");
  for (const secret of [one, two, damaged.data, client.identity.xid.data]) {
    expect(traceOf(secret, log)).toBeUndefined();
  }
});
