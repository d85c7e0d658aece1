import { describe, expect, test } from "vitest";
import { bytesToHex, hexToBytes, taggedValue } from "#bc/dcbor";
import { TAG_KNOWN_VALUE } from "#bc/tags";
import encrypted from "../../../../test-vectors/envelope-encryption.json" with { type: "json" };
import refusals from "../../../../test-vectors/envelope-refusals.json" with { type: "json" };
import signed from "../../../../test-vectors/envelope-signatures.json" with { type: "json" };
import envelopes from "../../../../test-vectors/envelopes.json" with { type: "json" };
import expressions from "../../../../test-vectors/expressions.json" with { type: "json" };
import referenceDocuments from "../../../../test-vectors/reference-documents.json" with { type: "json" };
import roundTrip from "../../../../test-vectors/round-trip.json" with { type: "json" };
import tampered from "../../../../test-vectors/tampered-messages.json" with { type: "json" };
import documents from "../../../../test-vectors/xid-documents.json" with { type: "json" };
import { EncapsulationPrivateKey, SigningPrivateKey, SigningPublicKey, SymmetricKey } from "../keys/index.ts";
import { Envelope } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { flatNotation } from "./format/notation.ts";
import { KnownValue, OK_VALUE } from "./known-values.ts";

type Vector = {
  readonly name: string;
  readonly cborHex?: string;
  readonly envelopeCborHex?: string;
  readonly digestHex?: string;
  readonly ur?: string;
  readonly notation?: string;
  readonly alsoReadsHex?: readonly string[];
};

const all: readonly Vector[] = [
  ...envelopes.vectors,
  ...signed.vectors,
  ...encrypted.vectors,
  ...expressions.vectors,
  ...roundTrip.vectors,
  ...tampered.vectors,
  ...documents.vectors,
  ...referenceDocuments.vectors,
];
/** Some vectors are of parts only: a signature, a receipt. */
const readable = all.flatMap((vector) => {
  const cborHex = vector.envelopeCborHex ?? vector.cborHex;
  return cborHex === undefined ? [] : [{ ...vector, cborHex }];
});

describe("every envelope in the vectors", () => {
  test.each(readable)("is read and written byte for byte: $name", (vector) => {
    const envelope = Envelope.fromCborData(hexToBytes(vector.cborHex), { strict: true });
    expect(bytesToHex(envelope.cborData())).toBe(vector.cborHex);
    if (vector.digestHex !== undefined) expect(envelope.digest().hex()).toBe(vector.digestHex);
    if (vector.notation !== undefined) expect(flatNotation(envelope)).toBe(vector.notation);
    if (vector.ur?.startsWith("ur:envelope/")) {
      expect(envelope.urString()).toBe(vector.ur);
      expect(Envelope.fromURString(vector.ur.toUpperCase()).isIdenticalTo(envelope)).toBe(true);
    }
    for (const other of vector.alsoReadsHex ?? []) {
      expect(Envelope.fromCborData(hexToBytes(other)).isIdenticalTo(envelope)).toBe(true);
    }
  });
});

test("a leaf that holds an envelope is shown as that envelope, and as what it is where it holds none", () => {
  const held = Envelope.new("subject").addAssertion("knows", "Bob");
  expect(flatNotation(Envelope.new(held.toCbor()))).toBe(flatNotation(held));
  expect(flatNotation(Envelope.new(taggedValue(200, "no envelope")))).toBe("<error>");
});

describe("a known value", () => {
  test("is the same bare and in a leaf, as its digest is", () => {
    const [bare, inLeaf] = [new KnownValue(103), taggedValue(TAG_KNOWN_VALUE, 103)].map((value) =>
      Envelope.new(value),
    );
    expect(inLeaf?.cborData()).not.toEqual(bare?.cborData());
    expect(inLeaf?.digest()).toEqual(bare?.digest());
    expect(inLeaf?.isKnownValue(OK_VALUE)).toBe(true);
    expect(bare?.isKnownValue(OK_VALUE)).toBe(true);
    expect(Envelope.new(103).isKnownValue(OK_VALUE)).toBe(false);
  });
});

type Refusal = {
  readonly name: string;
  readonly cborHex?: string;
  readonly ur?: string;
  readonly first?: string;
  readonly repeat?: string;
  readonly times?: number;
  readonly then?: string;
  readonly thenRepeat?: string;
};

function hexOf({ first = "", repeat = "", times = 0, then = "", thenRepeat = "", cborHex }: Refusal): string {
  return cborHex ?? first + repeat.repeat(times) + then + thenRepeat.repeat(times);
}

describe("what is no envelope", () => {
  test.each<Refusal>(refusals.vectors)("is refused: $name", (vector) => {
    const read = () => {
      if (vector.ur !== undefined) return Envelope.fromURString(vector.ur, { strict: true });
      return Envelope.fromCborData(hexToBytes(hexOf(vector)), { strict: true });
    };
    expect(read).toThrow(EnvelopeError);
  });
});

const SCHEMES = { schnorr: "schnorr", ecdsa: "ecdsa", ed25519: "ed25519" } as const;

type Signed = Omit<(typeof signed.vectors)[number], "privateKeyHex"> & { readonly privateKeyHex: string };

function isSignedByOne(vector: (typeof signed.vectors)[number]): vector is Signed & typeof vector {
  return vector.privateKeyHex !== undefined;
}

describe("signed envelopes", () => {
  test.each(signed.vectors.filter(isSignedByOne))("verify, and are signed alike: $name", async (vector) => {
    const scheme = SCHEMES[vector.scheme as keyof typeof SCHEMES];
    const publicKey = SigningPublicKey.fromData(hexToBytes(vector.publicKeyHex), scheme);
    const privateKey = SigningPrivateKey.fromData(hexToBytes(vector.privateKeyHex), scheme);
    const envelope = Envelope.fromCborData(hexToBytes(vector.cborHex));
    expect(envelope.subject().digest().hex()).toBe(vector.messageHex);
    expect(await envelope.hasSignatureFrom(publicKey)).toBe(true);
    const auxRand = "auxRandHex" in vector ? { auxRand: hexToBytes(String(vector.auxRandHex)) } : {};
    const again = await envelope.subject().addSignature(privateKey, auxRand);
    expect(again.signatures().map((found) => bytesToHex(found.signature.data))).toContain(
      vector.signatureHex,
    );
    expect(await again.hasSignatureFrom(SigningPrivateKey.generate(scheme).publicKey())).toBe(false);
  });
});

type Encrypted = {
  readonly name: string;
  readonly kind: string;
  readonly cborHex: string;
  readonly plainCborHex: string;
  readonly contentKeyHex?: string;
  readonly nonceHex?: string;
  readonly strangerPrivateKeyHex?: string;
  readonly recipients?: readonly { readonly agreementPrivateKeyHex: string }[];
};

const encryptedVectors: readonly Encrypted[] = encrypted.vectors;

describe("encrypted envelopes", () => {
  test.each(encryptedVectors.filter(({ kind }) => kind === "encrypted"))(
    "open and seal alike: $name",
    (vector) => {
      const key = SymmetricKey.fromData(hexToBytes(vector.contentKeyHex ?? ""));
      const plain = Envelope.fromCborData(hexToBytes(vector.plainCborHex));
      const sealed = Envelope.fromCborData(hexToBytes(vector.cborHex));
      expect(sealed.decryptSubject(key).isIdenticalTo(plain)).toBe(true);
      const nonce = hexToBytes(vector.nonceHex ?? "");
      expect(bytesToHex(plain.encryptSubject(key, { nonce }).cborData())).toBe(vector.cborHex);
      expect(() => sealed.decryptSubject(SymmetricKey.generate())).toThrow(EnvelopeError);
    },
  );

  const forRecipients = encryptedVectors.filter(({ kind }) => kind === "recipients");
  test.each(forRecipients)("open for each recipient, and for no stranger: $name", async (vector) => {
    const sealed = Envelope.fromCborData(hexToBytes(vector.cborHex));
    for (const { agreementPrivateKeyHex } of vector.recipients ?? []) {
      const key = EncapsulationPrivateKey.fromData(hexToBytes(agreementPrivateKeyHex));
      const opened = await sealed.decryptSubjectToRecipient(key);
      expect(bytesToHex(opened.subject().cborData())).toBe(vector.plainCborHex);
    }
    const stranger = EncapsulationPrivateKey.fromData(hexToBytes(vector.strangerPrivateKeyHex ?? ""));
    await expect(sealed.decryptSubjectToRecipient(stranger)).rejects.toMatchObject({
      code: "unknown-recipient",
    });
  });

  const compressed = encryptedVectors.filter(({ kind }) => kind === "compressed");
  test.each(compressed)("inflate to what was deflated: $name", async (vector) => {
    const envelope = await Envelope.fromCborData(hexToBytes(vector.cborHex)).decompress();
    expect(bytesToHex(envelope.cborData())).toBe(vector.plainCborHex);
    expect((await (await envelope.compress()).decompress()).isIdenticalTo(envelope)).toBe(true);
  });
});
