import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCbor, hexToBytes } from "#bc/dcbor";
import identifiers from "../../../../test-vectors/identifiers.json" with { type: "json" };
import {
  ARID,
  bytemojiIdentifier,
  bytewordsIdentifier,
  Digest,
  PrivateKeys,
  SigningPublicKey,
  XID,
} from "./index.ts";

const kinds = { xid: XID, digest: Digest, arid: ARID };

describe("identifiers", () => {
  it.each(identifiers.vectors)("show as text, bytewords and bytemoji: $name", (vector) => {
    const kind = Object.entries(kinds).find(([type]) => type === vector.type)?.[1];
    const identifier = kind?.fromCbor(decodeCbor(hexToBytes(vector.cborHex)));
    expect(identifier?.hex()).toBe(vector.dataHex);
    expect(`${identifier}`).toBe(vector.text);
    expect(bytewordsIdentifier(hexToBytes(vector.dataHex))).toBe(vector.bytewords);
    expect(bytemojiIdentifier(hexToBytes(vector.dataHex))).toBe(vector.bytemoji);
  });

  it.each(identifiers.xids)("make the XID of a key of scheme $scheme", ({ signingPublicKeyHex, xidHex }) => {
    const key = SigningPublicKey.fromCbor(decodeCbor(hexToBytes(signingPublicKeyHex)));
    const xid = XID.fromSigningPublicKey(key);
    expect(xid.hex()).toBe(xidHex);
    expect(xid.validates(key)).toBe(true);
    expect(xid.validates(PrivateKeys.generate("ed25519").publicKeys().signing)).toBe(false);
  });

  it("are their own reference", () => {
    const arid = ARID.generate();
    expect(arid.reference()).toEqual(arid.data);
    expect(`${arid}`).toBe(`ARID(${arid.shortReference()})`);
  });

  it("are taken from 32 bytes, in any form, and from no other number", () => {
    for (const kind of Object.values(kinds)) {
      const identifier = kind.fromData(new Uint8Array(32).fill(7));
      expect(kind.fromCbor(identifier.toCbor()).hex()).toBe("07".repeat(32));
      expect(kind.fromURString(identifier.urString()).hex()).toBe("07".repeat(32));
      for (const size of [0, 31, 33]) {
        expect(() => kind.fromData(new Uint8Array(size))).toThrow(
          expect.objectContaining({ code: "malformed" }),
        );
      }
    }
  });

  it("keep their own copy of the bytes", () => {
    const bytes = new Uint8Array(32);
    const identifiers = Object.values(kinds).map((kind) => kind.fromData(bytes));
    bytes.fill(1);
    for (const identifier of identifiers) expect(identifier.hex()).toBe("00".repeat(32));
  });

  it("are new each time", () => {
    expect(ARID.generate().equals(ARID.generate())).toBe(false);
  });

  it("equal exactly when their bytes do, and digests order bytewise", () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32, max: 1 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const order = Buffer.compare(a, b);
        expect(Math.sign(Digest.fromData(a).compare(Digest.fromData(b)))).toBe(order);
        expect(Digest.fromData(a).equals(Digest.fromData(b))).toBe(order === 0);
        expect(XID.fromData(a).equals(XID.fromData(b))).toBe(order === 0);
        expect(ARID.fromData(a).equals(ARID.fromData(b))).toBe(order === 0);
      }),
    );
  });
});
