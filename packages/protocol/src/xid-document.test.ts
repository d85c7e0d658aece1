import { ALLOW, ALLOW_ALL, Envelope, KEY, PRIVATE_KEY, PrivateKeys, SALT } from "@bc/envelope";
import { describe, expect, test } from "vitest";
import { asArray, asTaggedValue, type Cbor, cbor, hexToBytes, taggedValue } from "#bc/dcbor";
import { acceptedDocuments, keylessDocuments, obscuredDocuments } from "../../../test/vectors/documents.ts";
import written from "../../../test-vectors/reference-documents.json" with { type: "json" };
import { documentFor, hidesMeaning, readDocument } from "./xid-document.ts";

const privateKeys = PrivateKeys.generate("ed25519");
const publicKeys = privateKeys.publicKeys();
const hidden = Envelope.newAssertion(PRIVATE_KEY, Envelope.new(privateKeys.toCbor()).elide());
const elidedPermission = Envelope.newAssertion(ALLOW, ALLOW_ALL).elide();

function content(envelope: Envelope): Cbor {
  const parts = asTaggedValue(envelope.toCbor());
  if (parts === undefined) throw new TypeError("not tagged");
  return parts[1];
}

/** A node around a node, which reads as one with the same innermost subject. */
function around(inner: Envelope, assertion: Envelope): Envelope {
  expect(asArray(content(inner))).toBeDefined();
  return Envelope.fromCbor(taggedValue(200, cbor([content(inner), content(assertion)])), { strict: true });
}

function documentWithKey(key: Envelope): Envelope {
  return Envelope.new(publicKeys.xid().toCbor()).addAssertion(KEY, key);
}

describe("what a document may hide", () => {
  const key = Envelope.new(publicKeys.toCbor());
  const salt = Envelope.newAssertion(SALT, new Uint8Array(32));

  test("is a private key under its name, on a key, salted or not", () => {
    expect(hidesMeaning(documentWithKey(key.addAssertionEnvelope(hidden)))).toBe(false);
    expect(hidesMeaning(documentWithKey(around(hidden.addAssertionEnvelope(salt), salt).subject()))).toBe(
      true,
    );
    const salted = hidden.addAssertionEnvelope(salt);
    expect(hidesMeaning(documentWithKey(key.addAssertionEnvelope(salted)))).toBe(false);
    expect(hidesMeaning(documentWithKey(key.addAssertionEnvelope(salted)).wrap())).toBe(false);
  });

  test("is nothing else, also not behind a node inside a node", () => {
    const innerKey = key.addAssertionEnvelope(elidedPermission);
    expect(hidesMeaning(documentWithKey(around(innerKey, hidden)))).toBe(true);
    const innerAssertion = hidden.addAssertionEnvelope(elidedPermission);
    expect(hidesMeaning(documentWithKey(key.addAssertionEnvelope(around(innerAssertion, salt))))).toBe(true);
    const elidedName = Envelope.newAssertion(Envelope.new(PRIVATE_KEY).elide(), "key");
    expect(hidesMeaning(documentWithKey(key.addAssertionEnvelope(elidedName)))).toBe(true);
  });
});

describe("documents", () => {
  test("are read with everything that may stand in them", async () => {
    for (const [name, document] of await acceptedDocuments()) {
      expect([name, hidesMeaning(document)]).toEqual([name, false]);
      expect(readDocument(document).keys.length).toBeGreaterThan(0);
    }
  });

  test.each(written.vectors)("are read as the reference writes them: $name", ({ cborHex, xidHex, code }) => {
    const document = Envelope.fromCborData(hexToBytes(cborHex), { strict: true });
    expect(hidesMeaning(document)).toBe(code === "obscured");
    const { xid, keys } = readDocument(document);
    expect(xid.hex()).toBe(xidHex);
    expect(keys.length > 0).toBe(code !== "bad-key");
  });

  test("are read without keys too, and with nothing hidden that matters", async () => {
    for (const [, document] of keylessDocuments()) expect(readDocument(document).keys).toEqual([]);
    for (const [name, document] of await obscuredDocuments()) {
      expect([name, hidesMeaning(document)]).toEqual([name, true]);
    }
  });

  test("are the same signed, and name no more keys than can be tried", async () => {
    const document = documentFor(publicKeys.xid(), publicKeys);
    const read = readDocument(await document.sign(privateKeys.signing));
    expect(read.xid.equals(publicKeys.xid())).toBe(true);
    expect(read.keys).toHaveLength(1);
    const others = Array.from({ length: 8 }, () => {
      return Envelope.newAssertion(KEY, PrivateKeys.generate("ed25519").publicKeys().toCbor());
    });
    expect(readDocument(document.addAssertionEnvelopes(others.slice(1))).keys).toHaveLength(8);
    expect(() => readDocument(document.addAssertionEnvelopes(others))).toThrow("too many keys");
  });
});
