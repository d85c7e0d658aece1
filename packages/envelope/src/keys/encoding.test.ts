import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cbor, decodeCbor, hexToBytes } from "#bc/dcbor";
import encryption from "../../../../test-vectors/encryption.json" with { type: "json" };
import identifiers from "../../../../test-vectors/identifiers.json" with { type: "json" };
import keys from "../../../../test-vectors/keys.json" with { type: "json" };
import postQuantum from "../../../../test-vectors/post-quantum.json" with { type: "json" };
import signatures from "../../../../test-vectors/signatures.json" with { type: "json" };
import ssh from "../../../../test-vectors/ssh.json" with { type: "json" };
import {
  ARID,
  Digest,
  EncapsulationPrivateKey,
  EncapsulationPublicKey,
  EncryptedMessage,
  KeyError,
  PrivateKeyBase,
  PrivateKeys,
  PublicKeys,
  SealedMessage,
  Signature,
  SigningPrivateKey,
  SigningPublicKey,
  SymmetricKey,
  XID,
} from "./index.ts";
import type { Tagged } from "./tagged.ts";

interface TaggedType {
  fromCbor(cbor: Cbor): Tagged;
  fromURString(text: string): Tagged;
}

const types: [string, TaggedType][] = [
  ["agreement-private-key", EncapsulationPrivateKey],
  ["agreement-public-key", EncapsulationPublicKey],
  ["arid", ARID],
  ["crypto-key", SymmetricKey],
  ["crypto-prvkey-base", PrivateKeyBase],
  ["crypto-prvkeys", PrivateKeys],
  ["crypto-pubkeys", PublicKeys],
  ["crypto-sealed", SealedMessage],
  ["digest", Digest],
  ["encrypted", EncryptedMessage],
  ["signature", Signature],
  ["signing-private-key", SigningPrivateKey],
  ["signing-public-key", SigningPublicKey],
  ["xid", XID],
];

function typeOf(name: string): TaggedType {
  const type = new Map(types).get(name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
}

function refusal(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}

const encoded = [
  ...keys.encodings,
  ...identifiers.vectors,
  ...signatures.vectors.map((vector) => ({ ...vector, type: "signature" })),
  ...encryption.vectors.map((vector) => ({ ...vector, type: "encrypted" })),
  ...encryption.sealed.map((vector) => ({ ...vector, type: "crypto-sealed" })),
];

describe("reading and writing", () => {
  it.each(encoded)("gives the same bytes and UR again: $name", ({ type, cborHex, ur }) => {
    const fromCbor = typeOf(type).fromCbor(decodeCbor(hexToBytes(cborHex)));
    const fromUR = typeOf(type).fromURString(ur);
    for (const value of [fromCbor, fromUR]) {
      expect(value.toCbor().toHex()).toBe(cborHex);
      expect(value.urString()).toBe(ur);
    }
    expect(fromCbor.equals(fromUR)).toBe(true);
  });

  it.each([...keys.encodings, ...identifiers.vectors])(
    "reads a UR in capitals: $name",
    ({ type, cborHex, ur }) => {
      expect(typeOf(type).fromURString(ur.toUpperCase()).toCbor().toHex()).toBe(cborHex);
    },
  );

  it.each([
    ...keys.refusals,
    ...identifiers.refusals,
    ...signatures.refusals,
    ...encryption.refusals,
    ...postQuantum.refusals,
    ...ssh.refusals,
  ])("refuses as $type: $name", ({ type, cborHex, code }) => {
    const cbor = decodeCbor(hexToBytes(cborHex));
    const error = refusal(() => typeOf(type).fromCbor(cbor));
    expect(error).toBeInstanceOf(KeyError);
    expect(error).toMatchObject({ code });
  });

  it.each(types)("refuses as %s the UR of another type, a bad checksum, and no UR", (name, type) => {
    const [other, same] = [
      encoded.find((vector) => vector.type !== name),
      encoded.find((vector) => vector.type === name),
    ];
    const damaged = same?.ur.replace(/..$/, (end) => (end === "ae" ? "ad" : "ae"));
    for (const text of [other?.ur ?? "", damaged ?? "ur:", "", "ur:", "hello"]) {
      expect(refusal(() => type.fromURString(text))).toMatchObject({ name: "KeyError", code: "malformed" });
    }
  });

  it.each(types)(
    "refuses as %s any other CBOR with a KeyError, and accepts only what it writes",
    (_name, type) => {
      const candidate = fc.constantFrom(...encoded).chain(({ cborHex }) => {
        const bytes = hexToBytes(cborHex);
        const at = fc.nat({ max: bytes.length - 1 });
        return fc.tuple(at, fc.nat({ max: 255 })).map(([index, byte]) => bytes.with(index, byte));
      });
      fc.assert(
        fc.property(candidate, (bytes) => {
          let cbor: Cbor;
          try {
            cbor = decodeCbor(bytes);
          } catch {
            return;
          }
          try {
            expect(type.fromCbor(cbor).toCbor().toData()).toEqual(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(KeyError);
          }
        }),
        { numRuns: 200 },
      );
    },
  );

  it("copies what it is given, so later writes change nothing", () => {
    const bytes = new Uint8Array(32).fill(1);
    const values = [Digest, ARID, XID, SymmetricKey, SigningPublicKey, EncapsulationPublicKey].map((type) =>
      type.fromData(bytes),
    );
    bytes.fill(2);
    for (const value of values) expect(value.data).toEqual(new Uint8Array(32).fill(1));
  });

  it.each([0, 31, 33])("refuses %i bytes where 32 are needed", (length) => {
    const bytes = new Uint8Array(length);
    for (const type of [Digest, ARID, XID, SymmetricKey, SigningPrivateKey, SigningPublicKey]) {
      expect(refusal(() => type.fromData(bytes))).toMatchObject({ code: "malformed" });
    }
  });
});
