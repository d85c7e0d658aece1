import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openRequest, operationNames, Refusal, type RequestRules, readRequest } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { NOW, server } from "../kit/people.ts";
import { vectorFiles } from "./files.ts";
import { requestRefusals } from "./request-refusals.ts";
import { requestVectors } from "./requests.ts";

const rules: RequestRules = {
  now: NOW,
  recipient: server.xid,
  requireRecipient: false,
  operationNamed: (given) => operationNames(true).find((name) => name === given),
  maxAge: 86_400_000,
  transferDelay: 0,
  maxAhead: 300_000,
};

async function open(bytes: Uint8Array) {
  return readRequest(await openRequest(bytes, [server.privateKeys.encapsulation]), rules);
}

const [files, accepted, refused] = await Promise.all([vectorFiles(), requestVectors(), requestRefusals()]);

test.each(Object.entries(files))("%s is what the code makes", (name, text) => {
  expect(readFileSync(join(import.meta.dirname, "../../test-vectors", name), "utf8")).toBe(text);
});

describe("accepted", () => {
  test.each(accepted)("$name", async (vector) => {
    const { opened, call } = await open(vector.envelope.cborData());
    expect(call.name).toBe(vector.function);
    expect(opened.sender.xid.equals(vector.sender.xid)).toBe(true);
    expect(opened.sealed).toBe(vector.sealed);
    expect(opened.digest.equals(vector.signed.subject().digest())).toBe(true);
  });
});

describe("refused", () => {
  test.each(refused)("$code: $name", async ({ envelope, code }) => {
    const error = await open(envelope.cborData()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code });
  });
});
