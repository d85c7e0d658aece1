/** A transfer that waits longer than requests are good for, and how those who asked for it learn of it. */

import { PrivateKeys } from "@bc/envelope";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { Policy } from "../../src/service/index.ts";
import { prune } from "../../src/store/prune.ts";
import { deliverNow } from "../kit/inbox.ts";
import { outcome } from "../kit/outcome.ts";
import { NOW } from "../kit/people.ts";
import { createTestService, openTestDatabase, type TestService } from "../kit/service.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DELAY = 3 * DAY;
const share = new TextEncoder().encode("a share");

const database = await openTestDatabase();
afterAll(() => database.close());

async function serviceWith(policy: Partial<Policy>, { sql } = database): Promise<TestService> {
  const { context } = await createTestService(sql);
  return createTestService(sql, { policy: { ...context.policy, ...policy } });
}

let contacts = 0;
async function ownerWithContact(service: TestService) {
  contacts += 1;
  const contact = `person-${contacts}@example.com`;
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(share);
  await client.call("updateFallback", { fallback: contact });
  if (!service.context.policy.trustFallback) {
    const { code = "" } = await deliverNow(service, contact);
    await client.call("verifyFallback", { code });
  }
  return { client, contact };
}

test("the request that asked tells how it stands, until it is done and after", async () => {
  // Of its own: what is pruned closes the past for all accounts.
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  const service = await serviceWith({ transferDelay: DELAY / 1000 }, database);
  const owner = await ownerWithContact(service);
  const keys = PrivateKeys.generate("ed25519");
  const client = service.client({ keys });
  const transfer = await client.prepare("fallbackTransfer", { fallback: owner.contact });
  await transfer.send();
  const { code = "" } = await deliverNow(service, owner.contact);
  expect(await transfer.send()).toEqual({ account: undefined });
  await client.call("verifyFallback", { code });
  const at = async (passed: number) => {
    service.clock.now = new Date(NOW.getTime() + passed);
    await prune(database.sql, service.clock.now);
    return transfer.send();
  };
  expect(await at(2 * DAY)).toEqual({ account: undefined, effective: new Date(NOW.getTime() + DELAY) });
  expect((await at(DELAY + HOUR)).account?.equals(owner.client.identity.xid)).toBe(true);
  expect(await outcome(at(DELAY + DAY + HOUR))).toBe("expired");
  const moved = service.client({ keys, xid: owner.client.identity.xid });
  expect((await moved.retrieveShares()).map(({ data }) => data)).toEqual([share]);
});

test("any other request is good for no longer than ever", async () => {
  const service = await serviceWith({ transferDelay: DELAY / 1000 });
  const { client } = await ownerWithContact(service);
  const deletion = await client.prepare("deleteShares", { receipts: [] });
  service.clock.now = new Date(NOW.getTime() + DAY + HOUR);
  expect(await outcome(deletion.send())).toBe("expired");
  expect(await client.retrieveShares()).toHaveLength(1);
});

test("trusting a contact without asking it leaves the waiting time as it is", async () => {
  const service = await serviceWith({ transferDelay: DELAY / 1000, trustFallback: true });
  const owner = await ownerWithContact(service);
  const keys = PrivateKeys.generate("ed25519");
  const transfer = await service.client({ keys }).prepare("fallbackTransfer", { fallback: owner.contact });
  expect(await transfer.send()).toEqual({ account: undefined });
  expect(await owner.client.retrieveShares()).toHaveLength(1);
  service.clock.now = new Date(NOW.getTime() + DELAY);
  expect((await transfer.send()).account?.equals(owner.client.identity.xid)).toBe(true);
  expect(await outcome(owner.client.retrieveShares())).toBe("invalid-sender-key");
});
