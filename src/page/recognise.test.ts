import { Envelope, PrivateKeys, SymmetricKey } from "@bc/envelope";
import { buildRequest, serverFromDocument } from "@bc/share-client";
import { Refusal, signEarlyFailure } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { alice, NOW, server } from "../../test/kit/people.ts";
import { recognise } from "./recognise.ts";

async function request(sealed: boolean): Promise<Envelope> {
  const known = await serverFromDocument(server.document);
  const call = { name: "deleteAccount", parameters: {} } as const;
  return (await buildRequest(call, alice, known, { date: NOW, sealed })).envelope;
}

test("of a sealed message it tells the size", async () => {
  const envelope = await request(true);
  expect(recognise(envelope.ur())).toMatchObject({ kind: "sealed", bytes: envelope.cborData().length });
});

test("of a request that is not sealed it tells the function, signed or not", async () => {
  const envelope = await request(false);
  for (const plain of [envelope, envelope.subject().tryUnwrap()]) {
    expect(recognise(plain.ur())).toMatchObject({ kind: "request", name: "deleteAccount" });
  }
});

test("an answer is no request", async () => {
  const answer = await signEarlyFailure(server, new Refusal("malformed"));
  expect(recognise(answer.ur())).toEqual({ kind: "answer" });
});

test.each([
  ["a text", Envelope.new("hello")],
  ["a document", server.document],
  [
    "an envelope that is locked with a key that nobody was given",
    Envelope.new("x").encryptSubject(SymmetricKey.generate()),
  ],
  ["something signed that is no request", await Envelope.new("x").sign(PrivateKeys.generate().signing)],
])("%s asks for nothing", (_name, envelope) => {
  expect(recognise(envelope.ur())).toEqual({ kind: "envelope" });
});

test("a UR of the right type without an envelope in it is malformed", () => {
  expect(recognise(UR.from("envelope", cbor("hello")))).toEqual({ kind: "malformed" });
  expect(recognise(UR.from("envelope", cbor([1, 2])))).toEqual({ kind: "malformed" });
});
