/** Every answer to an account's current key warns of a pending transfer, also where the account was not even looked at. */

import type { Expression } from "@bc/envelope";
import { ARID, PrivateKeys } from "@bc/envelope";
import { type Identity, identityOf, OPERATIONS as operations } from "@bc/share-protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sql, StoreError } from "../../src/store/sql.ts";
import { requestNode, sealFor, sign } from "../kit/compose.ts";
import { deliverNow } from "../kit/inbox.ts";
import { NOW, otherServer, server } from "../kit/people.ts";
import { post } from "../kit/post.ts";
import { createTestService, openTestDatabase, type TestService } from "../kit/service.ts";

const contact = "owner@example.com";
const database = await openTestDatabase();
const [owner, mover] = [person(), person()];
let service: TestService;
beforeAll(async () => {
  service = await createTestService(database.sql);
  const client = service.client({ keys: owner.privateKeys });
  await client.storeShare(new Uint8Array(9));
  await client.call("updateFallback", { fallback: contact });
  const { code = "" } = await deliverNow(service, contact);
  await client.call("verifyFallback", { code });
  await service.client({ keys: mover.privateKeys }).call("fallbackTransfer", { fallback: contact });
});
afterAll(() => database.close());

function person(): Identity {
  return identityOf(PrivateKeys.generate("ed25519"));
}

/** What the answer says: its code, and whether it warns. */
async function told(body: Expression, { sender = owner, date = NOW, at = service } = {}) {
  const request = requestNode({ id: ARID.generate(), body, sender, date });
  const sealed = await sealFor(server, await sign(request, sender));
  const { code, note } = await post(at, sealed.cborData(), { type: "application/cbor", wallets: [sender] });
  return { code, warned: note !== undefined };
}

const early: readonly [string, Expression, { readonly date?: Date }?][] = [
  ["expired", operations.retrieveShares.encode({ receipts: [] }), { date: new Date(0) }],
  ["bad-parameter", operations.verifyFallback.encode({ code: "no code" })],
  ["unsupported-fallback", operations.updateFallback.encode({ fallback: "no contact" })],
  [
    "wrong-recipient",
    operations.deleteAccount.encode({}).withParameter("recipient", otherServer.xid.toCbor()),
  ],
  ["unknown-recovery", operations.startRecovery.encode({ recoveryMethod: "no contact" })],
];

test.each(early)("a request that is refused before its account is looked at: %s", async (code, body, how) => {
  expect(await told(body, how)).toEqual({ code, warned: true });
  expect(await told(body, { ...how, sender: mover })).toEqual({ code, warned: false });
  expect(await told(body, { ...how, sender: person() })).toEqual({ code, warned: false });
});

test("asking for an account by its contact", async () => {
  const asking = operations.fallbackTransfer.encode({ fallback: "somebody@example.com" });
  expect(await told(asking)).toEqual({ code: "key-in-use", warned: true });
  expect(await told(asking, { sender: person() })).toEqual({ code: undefined, warned: false });
});

test("speaking for another's account", async () => {
  const sender = identityOf(owner.privateKeys, person().xid);
  const storing = operations.storeShare.encode({ data: new Uint8Array(1) });
  for (const body of [storing, operations.retrieveShares.encode({ receipts: [] })]) {
    expect(await told(body, { sender })).toEqual({ code: "not-account-key", warned: true });
  }
});

test("without the store what is refused stays refused, and nobody is warned", async () => {
  const sql: Sql = async () => {
    throw new StoreError("unavailable", "connection lost");
  };
  const broken = await createTestService(sql, { keys: service.context.keys });
  const [code, body] = early[1] ?? [];
  if (body === undefined) throw new TypeError("no body");
  expect(await told(body, { at: broken })).toEqual({ code, warned: false });
});
