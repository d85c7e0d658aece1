import { expect, test } from "vitest";
import { verdictCopy } from "./copy.ts";
import { en } from "./languages/en.ts";

test("of an answer that only the device can read it says neither yes nor no", () => {
  expect(verdictCopy(en, { kind: "sealed" }).kind).toBe("neutral");
});

test.each([
  ["rate-limited", "again"],
  ["unavailable", "again"],
  ["internal", "again"],
  ["malformed", "bad"],
  ["a-newer-one", "bad"],
  ["constructor", "bad"],
])("the error %s is told as %s", (code, kind) => {
  expect(verdictCopy(en, { kind: "refused", code, text: "no" })).toMatchObject({ kind, code });
});
