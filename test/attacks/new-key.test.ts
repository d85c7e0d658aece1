/**
 * Attacks by `updatePublicKey`: a stranger's key made the key of one's own account, and what that tells and takes.
 *
 * What a stranger may learn is counted in calls of the store: an answer that was made without it tells nothing of others.
 */
import { ARID, PrivateKeys, PublicKeys, type Signature } from "@bc/envelope";
import { type Identity, identityOf, OPERATIONS, proveKey } from "@bc/share-protocol";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Sql } from "../../src/store/sql.ts";
import { plainRequest, sealFor } from "../kit/compose.ts";
import { deliverNow } from "../kit/inbox.ts";
import { outcome } from "../kit/outcome.ts";
import { NOW, otherServer, server } from "../kit/people.ts";
import { post } from "../kit/post.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage } from "../kit/storage.ts";

const database = await currentStorage().openDatabase();
afterAll(() => database.close());

let asked: string[];
const observed: Sql = (text, params) => {
  asked.push(text);
  return database.sql(text, params);
};
const lax = await createTestService(observed);
const strict = await createTestService(observed, {
  policy: { ...lax.context.policy, requireKeyProof: true },
});
beforeEach(() => {
  asked = [];
});

const share = new TextEncoder().encode("a share");

function person(): Identity {
  return identityOf(PrivateKeys.generate("ed25519"));
}

async function newOwner(at: TestService): Promise<Identity> {
  const owner = person();
  await at.client({ keys: owner.privateKeys }).storeShare(share);
  return owner;
}

type Change = { readonly id?: ARID; readonly proof?: Signature };

async function changeKey(
  at: TestService,
  from: Identity,
  to: Identity,
  { id = ARID.generate(), proof }: Change,
) {
  const body = OPERATIONS.updatePublicKey
    .encode({ newPublicKey: to.publicKeys, proof })
    .withParameter("recipient", server.xid.toCbor());
  const sealed = await sealFor(server, await plainRequest({ id, body, sender: from, date: NOW }));
  asked = [];
  const { code } = await post(at, sealed.cborData(), { type: "application/cbor", wallets: [from] });
  return code;
}

test("where proofs are required, nobody learns by them whose keys have accounts", async () => {
  const [thief, customer, nobody] = [await newOwner(strict), await newOwner(strict), person()];
  for (const victim of [customer, nobody]) {
    expect(await changeKey(strict, thief, victim, {})).toBe("missing-proof");
    const id = ARID.generate();
    const proof = await proveKey(thief.privateKeys, { id, sender: thief.xid, server: server.xid });
    expect(await changeKey(strict, thief, victim, { id, proof })).toBe("bad-proof");
    expect(asked.filter((text) => text.includes("update_public_key"))).toEqual([]);
  }
});

test("a proof counts for its request, its sender and its server alone", async () => {
  const [thief, victim] = [await newOwner(lax), person()];
  const id = ARID.generate();
  const right = { id, sender: thief.xid, server: server.xid };
  for (const wrong of [
    { ...right, id: ARID.generate() },
    { ...right, sender: victim.xid },
    { ...right, server: otherServer.xid },
  ]) {
    const proof = await proveKey(victim.privateKeys, wrong);
    expect(await changeKey(lax, thief, victim, { id, proof })).toBe("bad-proof");
  }
  // Nor does the victim's signature of anything else that it may have signed here.
  const request = await plainRequest({
    id,
    body: OPERATIONS.updatePublicKey.encode({ newPublicKey: victim.publicKeys }),
    sender: victim,
    date: NOW,
  });
  const proof = await victim.privateKeys.signing.sign(request.subject().digest().data);
  expect(await changeKey(lax, thief, victim, { id, proof })).toBe("bad-proof");
  expect(await changeKey(lax, thief, victim, { id, proof: await proveKey(victim.privateKeys, right) })).toBe(
    undefined,
  );
});

test("a stranger whose key was adopted names no contact for the thief, and hears whose account it is", async () => {
  const [thief, victim] = [await newOwner(lax), person()];
  expect(await changeKey(lax, thief, victim, {})).toBeUndefined();
  const client = lax.client({ keys: victim.privateKeys });
  const failure = client.updateFallback("victim@example.com");
  await expect(failure).rejects.toMatchObject({
    refusal: { code: "not-account-key" },
    message: expect.stringContaining(thief.xid.hex()),
  });
  await expect(deliverNow(lax, "victim@example.com")).rejects.toThrow("no message");
  expect(await client.retrieveFallback()).toBeNull();
});

test("an owner whose new key has proven itself may name themselves by it at once", async () => {
  const [owner, next] = [await newOwner(strict), PrivateKeys.generate("schnorr")];
  await strict.client({ keys: owner.privateKeys }).updatePublicKey(next);
  await strict.client({ keys: next }).updateFallback("owner@example.com");
  expect(await strict.client({ keys: next }).retrieveFallback()).toEqual({
    contact: "owner@example.com",
    validated: false,
  });
});

test("the depository's clients, who know no proof, are served unless the operator wants one", async () => {
  for (const [at, code] of [
    [lax, undefined],
    [strict, "missing-proof"],
  ] as const) {
    const owner = await newOwner(at);
    const { document, publicKeys } = identityOf(PrivateKeys.generate("ed25519"), owner.xid);
    const newXIDDocument = {
      xid: owner.xid,
      keys: [PublicKeys.fromCbor(publicKeys.toCbor())],
      envelope: document,
    };
    const body = OPERATIONS.updateXIDDocument.encode({ newXIDDocument });
    const sealed = await sealFor(
      server,
      await plainRequest({ id: ARID.generate(), body, sender: owner, date: null }),
    );
    const answer = await post(at, sealed.cborData(), { type: "application/cbor", wallets: [owner] });
    expect(answer.code).toBe(code);
  }
});

test("after a deletion a retired key opens the XID again, and finds nothing that was there", async () => {
  const [owner, next] = [await newOwner(lax), PrivateKeys.generate("ed25519")];
  const first = lax.client({ keys: owner.privateKeys });
  await first.updatePublicKey(next);
  expect(await outcome(first.storeShare(share))).toBe("invalid-sender-key");
  await lax.client({ keys: next, xid: owner.xid }).deleteAccount();
  const other = new TextEncoder().encode("another share");
  await first.storeShare(other);
  expect((await first.retrieveShares()).map(({ data }) => data)).toEqual([other]);
  // Nor does the owner, who names the account, give a share to whoever opened it.
  const late = lax.client({ keys: next, xid: owner.xid });
  expect(await outcome(late.storeShare(share))).toBe("not-account-key");
});
