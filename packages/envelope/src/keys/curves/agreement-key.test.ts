import fc from "fast-check";
import { expect, it } from "vitest";
import { hkdfSha256 } from "#bc/crypto";
import { agreementKey } from "./agreement-key.ts";

it("is what HKDF makes of the secret and the salt", () => {
  const salt = new TextEncoder().encode("agreement");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
      expect(agreementKey(secret)).toEqual(hkdfSha256(secret, salt, { dkLen: 32 }));
    }),
  );
});
