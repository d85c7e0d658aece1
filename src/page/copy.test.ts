import { expect, test } from "vitest";
import { verdictCopy } from "./copy.ts";

test("of an answer that only the device can read it says neither yes nor no", () => {
  expect(verdictCopy({ kind: "sealed" }).kind).toBe("neutral");
});

test.each([
  ["rate-limited", "again"],
  ["unavailable", "again"],
  ["internal", "again"],
  ["malformed", "bad"],
  ["a-newer-one", "bad"],
])("the error %s is told as %s", (code, kind) => {
  expect(verdictCopy({ kind: "refused", code, text: "no" })).toMatchObject({ kind, code });
});
