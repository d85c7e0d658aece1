import { ARID, Envelope, PrivateKeys, RESULT, Response, SENDER } from "@bc/envelope";
import {
  type Identity,
  identityOf,
  OPERATIONS,
  openRequest,
  Receipt,
  Refusal,
  signEarlyFailure,
  signRefusal,
  signResult,
} from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { buildRequest } from "./build-request.ts";
import { refusalCode } from "./client-error.ts";
import { openAnswer } from "./open-answer.ts";
import { readResult } from "./read-result.ts";

const date = new Date("2026-11-22T10:00:00Z");
const peer = createPeer(() => date);
const wallet = identityOf(PrivateKeys.generate());
const data = new TextEncoder().encode("a share");
const receipt = Receipt.of(wallet.xid, data);
const call = { name: "storeShare", parameters: { data } } as const;

/** A request as the server sees it once it is opened. */
async function asked(sealed: boolean) {
  const { id, envelope } = await buildRequest(call, wallet, peer.server, { date, sealed });
  const opened = await openRequest(envelope.cborData(), [peer.identity.privateKeys.encapsulation]);
  return { opened, expected: { id, identity: wallet, server: peer.server } };
}

const stored = { result: OPERATIONS.storeShare.encodeResult(receipt), secret: false };

/** A plain answer whose response is what `change` makes of the true one. */
async function changedAnswer(change: (response: Envelope) => Envelope, signer: Identity = peer.identity) {
  const { opened, expected } = await asked(false);
  const response = (await signResult(peer.identity, opened, stored)).tryUnwrap();
  return { answer: await change(response).sign(signer.privateKeys.signing), expected };
}

test.each([true, false])("opens an answer (sealed: %s) to its own request", async (sealed) => {
  const { opened, expected } = await asked(sealed);
  const answer = await openAnswer(await signResult(peer.identity, opened, stored), expected);
  expect(answer.sealed).toBe(sealed);
  expect(Receipt.fromEnvelope(answer.result).equals(receipt)).toBe(true);
});

test("refuses an answer to another request", async () => {
  const { opened, expected } = await asked(true);
  const answer = await signResult(peer.identity, opened, stored);
  await expect(openAnswer(answer, { ...expected, id: ARID.generate() })).rejects.toMatchObject({
    code: "bad-answer",
    message: "the answer is to another request",
  });
});

test("refuses an error that belongs to another request", async () => {
  const { opened, expected } = await asked(true);
  const answer = await signRefusal(peer.identity, opened, new Refusal("unknown-receipt"));
  await expect(openAnswer(answer, { ...expected, id: ARID.generate() })).rejects.toMatchObject({
    code: "bad-answer",
  });
});

test("refuses a result without an ID", async () => {
  const unnamed = new Response(undefined, { ok: false, error: Envelope.new("none") })
    .toEnvelope()
    .subject()
    .addAssertion(RESULT, stored.result);
  const { answer, expected } = await changedAnswer((response) => {
    const sender = response.assertions().filter((item) => item.asPredicate()?.isKnownValue(SENDER));
    return unnamed.addAssertionEnvelopes(sender);
  });
  await expect(openAnswer(answer, expected)).rejects.toMatchObject({
    code: "bad-answer",
    message: "the answer is to another request",
  });
});

test("refuses an answer by another server", async () => {
  const other = createPeer(() => date);
  const { opened, expected } = await asked(true);
  await expect(openAnswer(await signResult(other.identity, opened, stored), expected)).rejects.toMatchObject({
    code: "wrong-server",
  });
});

test("refuses an answer that names the server and is signed by somebody else", async () => {
  const { answer, expected } = await changedAnswer((response) => response, createPeer(() => date).identity);
  await expect(openAnswer(answer, expected)).rejects.toMatchObject({
    code: "bad-answer",
    message: "the answer is not signed by the server",
  });
});

test("refuses an answer that was changed after it was signed", async () => {
  const { opened, expected } = await asked(false);
  const answer = await signResult(peer.identity, opened, stored);
  const [signature] = answer.assertions();
  const changed = answer.tryUnwrap().addAssertion("more", 1).wrap();
  await expect(
    openAnswer(changed.addAssertionEnvelopes(signature === undefined ? [] : [signature]), expected),
  ).rejects.toMatchObject({ code: "bad-answer", message: "the answer is not signed by the server" });
});

test("refuses an answer that is not signed, or signed twice", async () => {
  const { opened, expected } = await asked(false);
  const answer = await signResult(peer.identity, opened, stored);
  const twice = await answer.addSignature(wallet.privateKeys.signing);
  for (const envelope of [answer.subject(), answer.tryUnwrap(), twice, Envelope.new("no answer")]) {
    await expect(openAnswer(envelope, expected)).rejects.toMatchObject({ code: "bad-answer" });
  }
});

test("refuses an answer with a part that was elided, though its signature holds", async () => {
  const { opened, expected } = await asked(false);
  const answer = await signResult(peer.identity, opened, stored);
  const elided = answer.elideRemovingSet([Envelope.new("Receipt")]);
  expect(await elided.hasSignatureFrom(peer.server.keys.signing)).toBe(true);
  await expect(openAnswer(elided, expected)).rejects.toMatchObject({
    code: "bad-answer",
    message: "a part of the answer is hidden",
  });
});

test("refuses an answer without a sender, without a result, or with two", async () => {
  const senderless = await changedAnswer((response) =>
    response
      .subject()
      .addAssertionEnvelopes(
        response.assertions().filter((item) => !item.asPredicate()?.isKnownValue(SENDER)),
      ),
  );
  const resultless = await changedAnswer((response) =>
    response
      .subject()
      .addAssertionEnvelopes(
        response.assertions().filter((item) => !item.asPredicate()?.isKnownValue(RESULT)),
      ),
  );
  const doubled = await changedAnswer((response) => response.addAssertion(RESULT, "another"));
  for (const { answer, expected } of [senderless, resultless, doubled]) {
    await expect(openAnswer(answer, expected)).rejects.toMatchObject({ code: "bad-answer" });
  }
});

test("refuses an answer that is sealed to somebody else", async () => {
  const { opened, expected } = await asked(true);
  const answer = await signResult(peer.identity, opened, stored);
  const stranger = identityOf(PrivateKeys.generate());
  await expect(openAnswer(answer, { ...expected, identity: stranger })).rejects.toMatchObject({
    code: "bad-answer",
  });
});

test("a refusal has the server's code and text", async () => {
  const { opened, expected } = await asked(true);
  const answer = await signRefusal(
    peer.identity,
    opened,
    new Refusal("unknown-receipt", "unknown receipt 3f2a"),
  );
  await expect(openAnswer(answer, expected)).rejects.toMatchObject({
    code: "refused",
    message: "unknown receipt 3f2a",
    refusal: { code: "unknown-receipt", text: "unknown receipt 3f2a", early: false },
  });
});

test("what the server wants the user to know comes beside a result, and beside a refusal", async () => {
  const note = "somebody asks for your account";
  const { opened, expected } = await asked(true);
  const answer = await signResult(peer.identity, opened, stored, note);
  expect((await openAnswer(answer, expected)).note).toBe(note);
  const refusal = new Refusal("unknown-receipt");
  await expect(
    openAnswer(await signRefusal(peer.identity, opened, refusal, note), expected),
  ).rejects.toMatchObject({
    refusal: { code: "unknown-receipt", note },
  });
});

test("an early failure has no ID and says so, but is signed by the server all the same", async () => {
  const { expected } = await asked(true);
  const failure = await signEarlyFailure(peer.identity, new Refusal("bad-signature"));
  const error = await openAnswer(failure, expected).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "refused", refusal: { code: "bad-signature", early: true } });
  // Anybody on the way could have put it there, so nobody takes it for the outcome of the request.
  expect(refusalCode(error)).toBeUndefined();
  const forged = await signEarlyFailure(createPeer(() => date).identity, new Refusal("bad-signature"));
  await expect(openAnswer(forged, expected)).rejects.toMatchObject({ code: "wrong-server" });
});

test("shares that came for all to read are not taken", () => {
  const result = OPERATIONS.retrieveShares.encodeResult([{ receipt, data }]);
  const retrieve = { name: "retrieveShares", parameters: { receipts: [receipt] } } as const;
  expect(readResult(retrieve, { result, sealed: true }, wallet.xid)).toEqual([{ receipt, data }]);
  expect(() => readResult(retrieve, { result, sealed: false }, wallet.xid)).toThrow("for all to read");
});

test("a receipt must be that of the data and the account", () => {
  const other = Receipt.of(peer.identity.xid, data);
  const result = OPERATIONS.storeShare.encodeResult(other);
  expect(() => readResult(call, { result, sealed: true }, wallet.xid)).toThrow("does not fit");
  expect(readResult(call, { result, sealed: true }, peer.identity.xid)).toEqual(other);
});

test("shares must be those that were asked for, no fewer, no more, none changed", () => {
  const second = { receipt: Receipt.of(wallet.xid, data.slice(1)), data: data.slice(1) };
  const first = { receipt, data };
  const read = (receipts: readonly Receipt[], shares: readonly { receipt: Receipt; data: Uint8Array }[]) =>
    readResult(
      { name: "retrieveShares", parameters: { receipts } },
      { result: OPERATIONS.retrieveShares.encodeResult(shares), sealed: true },
      wallet.xid,
    );
  expect(read([], [first, second])).toHaveLength(2);
  expect(read([receipt, receipt], [first])).toHaveLength(1);
  expect(() => read([receipt], [])).toThrow("does not fit");
  expect(() => read([receipt], [second])).toThrow("does not fit");
  expect(() => read([receipt], [first, second])).toThrow("does not fit");
  expect(() => read([], [{ receipt, data: data.slice(1) }])).toThrow("does not fit");
});
