import { Envelope, EnvelopeError } from "@bc/envelope";
import { describe, expect, test } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { UR } from "#bc/ur";
import refusals from "../../../test-vectors/envelope-refusals.json" with { type: "json" };
import requestRefusals from "../../../test-vectors/request-refusals.json" with { type: "json" };
import requests from "../../../test-vectors/requests.json" with { type: "json" };
import { Refusal } from "./refusal.ts";
import { decodeTransport } from "./transport.ts";

function decodeText(text: string): Uint8Array {
  return decodeTransport(new TextEncoder().encode(text), "ur");
}

const TAGGED = /^d8c8/;

describe("what comes as UR", () => {
  test.each([...requests.vectors, ...requestRefusals.vectors])(
    "is the same bytes as CBOR: $name",
    ({ ur, cborHex }) => {
      expect(decodeText(ur)).toEqual(hexToBytes(cborHex));
      expect(decodeText(`\n ${ur.toUpperCase()}\r\n`)).toEqual(hexToBytes(cborHex));
    },
  );

  const tagged = refusals.vectors.flatMap(({ name, cborHex }) => {
    return cborHex !== undefined && TAGGED.test(cborHex) ? [{ name, hex: cborHex.replace(TAGGED, "") }] : [];
  });
  test.each(tagged)("is refused where it is read, if it is no envelope: $name", ({ hex }) => {
    const bytes = decodeText(UR.encodeBytes("envelope", hexToBytes(hex)));
    expect(() => Envelope.fromCborData(bytes, { strict: true })).toThrow(EnvelopeError);
  });

  const urs = refusals.vectors.flatMap(({ name, ur }) => (ur === undefined ? [] : [{ name, ur }]));
  test.each(urs)("is refused at once, if it is no UR of an envelope: $name", ({ ur }) => {
    expect(() => Envelope.fromCborData(decodeText(ur), { strict: true })).toThrow();
  });

  test.each([
    ["no UR", "hello"],
    ["no text", "\u0000"],
    ["another type", UR.encodeBytes("xid", hexToBytes("d8c9f6"))],
    ["a wrong checksum", UR.encodeBytes("envelope", hexToBytes("d8c9f6")).replace(/..$/, "ae")],
    ["parts that are missing", "ur:envelope/1-2/aeadaolazmjendeoti"],
  ])("is malformed, if it is %s", (_, text) => {
    expect(() => decodeText(text)).toThrow(expect.objectContaining({ name: "Refusal", code: "malformed" }));
    expect(() => decodeText(text)).toThrow(Refusal);
  });
});
