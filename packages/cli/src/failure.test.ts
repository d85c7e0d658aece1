import { ClientError } from "@bc/share-client";
import { expect, test } from "vitest";
import { failureFor } from "./failure.ts";

test.each([
  ["too-large", "refused", "too-large"],
  ["bad-answer", "untrusted", "bad-answer"],
  ["wrong-keys", "untrusted", "wrong-keys"],
  ["unreachable", "unreachable", "unreachable"],
] as const)("%s of the client ends the command as %s", (code, end, reason) => {
  expect(failureFor(new ClientError(code, "the cause"))).toMatchObject({
    code: end,
    reason,
    message: "the cause",
  });
});
