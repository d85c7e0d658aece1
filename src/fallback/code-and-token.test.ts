import { createHash, createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CHALLENGE_LIFETIME,
  hashCode,
  hashToken,
  makeSecrets,
  readCode,
  readToken,
} from "./code-and-token.ts";

const KEY_ID = new Uint8Array(32).fill(7);
const SECRET = new Uint8Array(32).fill(9);

describe("a challenge", () => {
  test("has a token of 160 bits and a code of 40, straight from the random source", () => {
    const sizes: number[] = [];
    const challenge = makeSecrets((size) => {
      sizes.push(size);
      return Uint8Array.from({ length: size }, (_, i) => 0xf0 + i);
    });
    expect(sizes.toSorted((a, b) => a - b)).toEqual([5, 20]);
    // f0f1f2f3f4 = 11110 00011 11000 11111 00101 11100 11111 10100
    expect(challenge.code).toBe("Y3RZ-5WZM");
    expect(challenge.token).toMatch(/^Y3RZ5WZM[0-9A-HJKMNP-TV-Z]{24}$/);
    // Every byte counts.
    for (let at = 0; at < 20; at++) {
      const other = makeSecrets((size) =>
        Uint8Array.from({ length: size }, (_, i) => 0xf0 + i + (size === 20 && i === at ? 1 : 0)),
      );
      expect(other.token, `byte ${at}`).not.toBe(challenge.token);
    }
  });

  test("reads back from what was written, for any randomness", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const { token, code } = makeSecrets((size) => bytes.slice(0, size));
        expect(readToken(token)).toBe(token);
        expect(readCode(code)).toBe(code);
      }),
    );
  });

  test("is another one each time", () => {
    const tokens = Array.from({ length: 100 }, () => makeSecrets(randomBytes).token);
    expect(new Set(tokens).size).toBe(100);
  });

  test("lives longer in e-mail than on a phone", () => {
    expect(CHALLENGE_LIFETIME).toEqual({ email: 1800, phone: 600, uri: 600 });
  });
});

describe("a typed code", () => {
  test.each([
    "0A1B-2C1Z",
    "0a1b-2c1z",
    "0a1b2c1z",
    "0A1B 2C1Z",
    " oaIb-2cLz\n",
    "OAlB2CiZ",
    "0-A-1-B-2-C-1-Z",
    "0A1B\u20112C1Z",
    "0A1B\u20132C1Z",
    "0A1B \u2014 2C1Z.",
    "0A1B\u22122C1Z",
    "\u201c0A1B-2C1Z\u201d",
    "\u201e0A1B-2C1Z\u201c",
    "\u00ab\u00a00A1B-2C1Z\u00a0\u00bb.",
    "\u300c0A1B-2C1Z\u300d\u3002",
    "'0A1B-2C1Z',",
    "\ufeff0A1B\u00ad2C1Z\u200b",
    "\uff10\uff21\uff11\uff22\uff0d\uff12\uff23\uff11\uff3a",
  ])("is understood as people type it: %j", (text) => {
    expect(readCode(text)).toBe("0A1B-2C1Z");
  });

  test.each(["", "0A1B-2C1", "0A1B-2C1ZZ", "0A1B-2C1U", "0A1B_2C1Z", "0A1B-2C1Z?", "0A1B-2C1é"])(
    "is not a code with another length or another character: %j",
    (text) => {
      expect(readCode(text)).toBeUndefined();
    },
  );

  test("is not taken for a token, nor a token for a code", () => {
    const { token, code } = makeSecrets(randomBytes);
    expect(readToken(code)).toBeUndefined();
    expect(readCode(token)).toBeUndefined();
  });
});

describe("what is stored", () => {
  test("of a token is SHA-256 under a label", () => {
    const expected = createHash("sha256").update("share fallback token\0TOKEN").digest();
    expect(hashToken("TOKEN")).toEqual(new Uint8Array(expected));
  });

  test("of a code is HMAC-SHA-256 of label, code and key", () => {
    const expected = createHmac("sha256", SECRET)
      .update("share fallback code\x000A1B-2C1Z\0")
      .update(KEY_ID)
      .digest();
    expect(hashCode(SECRET, KEY_ID, "0A1B-2C1Z")).toEqual(new Uint8Array(expected));
  });

  test("of a code differs with the secret, the key and the code", () => {
    const other = new Uint8Array(32);
    const hashes = [
      hashCode(SECRET, KEY_ID, "0A1B-2C1Z"),
      hashCode(other, KEY_ID, "0A1B-2C1Z"),
      hashCode(SECRET, other, "0A1B-2C1Z"),
      hashCode(SECRET, KEY_ID, "0A1B-2C10"),
    ];
    expect(new Set(hashes.map(String)).size).toBe(4);
  });
});
