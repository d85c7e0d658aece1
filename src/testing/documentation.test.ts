/** What the documents show is what the server does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Envelope, type Expression } from "#bc/envelope";
import { handle } from "../service/index.ts";
import { OPERATIONS, operationNames } from "../wire/operations/index.ts";
import { Receipt } from "../wire/receipt.ts";
import { REFUSAL_CODES } from "../wire/refusal.ts";
import { plainRequest } from "./compose.ts";
import { configurationTable } from "./configuration-table.ts";
import { alice, bob, idOf, server } from "./people.ts";
import { createTestService, openTestDatabase } from "./service.ts";

function readDocument(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");
}

const protocol = readDocument("protocol.md");
const blocks = [...protocol.matchAll(/```envelope\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? "");

const database = await openTestDatabase();
const service = await createTestService(database.sql);
afterAll(() => database.close());

/** One exchange, request and opened answer, in envelope notation. */
async function exchange(name: string, body: Expression, sender = alice): Promise<string> {
  const addressed = body.withParameter("recipient", server.xid.toCbor());
  const request = await plainRequest({ id: idOf(name), body: addressed, sender });
  const { body: bytes } = await handle(service.context, request.cborData(), {
    request: "cbor",
    answer: "cbor",
  });
  const answer = Envelope.fromCborData(bytes);
  const opened = answer.subject().isEncrypted()
    ? await answer.decryptToRecipient(sender.privateKeys.encapsulation)
    : answer;
  return `${request.format()}\n${opened.format()}`;
}

const data = new Uint8Array(327);
const receipts = [Receipt.of(alice.xid, data)];
const exchanges = [
  await exchange("storeShare1", OPERATIONS.storeShare.encode({ data })),
  await exchange("all", OPERATIONS.retrieveShares.encode({ receipts: [] })),
  await exchange("one", OPERATIONS.retrieveShares.encode({ receipts })),
  await exchange("foreign", OPERATIONS.retrieveShares.encode({ receipts: [Receipt.of(bob.xid, data)] })),
  await exchange("delete", OPERATIONS.deleteShares.encode({ receipts })),
  await exchange("set", OPERATIONS.updateFallback.encode({ fallback: "alice@example.com" })),
  await exchange("show", OPERATIONS.retrieveFallback.encode({})),
  await exchange("transfer", OPERATIONS.fallbackTransfer.encode({ fallback: "alice@example.com" }), bob),
  await exchange("code", OPERATIONS.verifyFallback.encode({ code: "2MZD-AFYH" })),
  await exchange("rekey", OPERATIONS.updatePublicKey.encode({ newPublicKey: bob.publicKeys })),
  await exchange("leave", OPERATIONS.deleteAccount.encode({}), bob),
];

/** Without indentation, so that a part of a message can be shown on its own. */
function lines(text: string): string {
  return text.replace(/^ +/gm, "");
}

describe("docs/protocol.md", () => {
  test.each(blocks)("shows a real message: %s", (block) => {
    const id = /ARID\([0-9a-f]{8}\)/g;
    const seen = exchanges.map((text) => lines(text).replace(id, "ARID"));
    expect(seen.some((text) => text.includes(lines(block).replace(id, "ARID")))).toBe(true);
  });

  test("has a section for each function and names each code", () => {
    for (const name of operationNames(false)) expect(protocol).toContain(`### ${name}\n`);
    const table = protocol.slice(protocol.indexOf("## Error codes"));
    for (const code of REFUSAL_CODES) expect(table).toContain(`\`${code}\``);
  });
});

test("docs/configuration.md lists the variables as they are", () => {
  expect(readDocument("configuration.md")).toContain(configurationTable());
});
