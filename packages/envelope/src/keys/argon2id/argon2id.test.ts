import { expect, test } from "vitest";
import { argon2id as byNode } from "./node.ts";
import { argon2id as portable } from "./portable.ts";

const encoder = new TextEncoder();

/** That it is right, the reference's locked envelopes show: ../../envelope/lock.test.ts. */
test("derives alike on every platform", () => {
  const salt = encoder.encode("somesalt");
  for (const secret of ["", "password", "correct horse batterie stapelé"]) {
    const bytes = encoder.encode(secret);
    expect(new Uint8Array(byNode(bytes, salt))).toEqual(new Uint8Array(portable(bytes, salt)));
  }
});
