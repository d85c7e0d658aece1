/** What the documents show is what the server does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { operationNames, REFUSAL_CODES } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { configurationTable } from "../../scripts/configuration-table.ts";
import exchanges from "../../test-vectors/exchanges.json" with { type: "json" };

function readDocument(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");
}

const protocol = readDocument("protocol.md");
const blocks = [...protocol.matchAll(/```envelope\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? "");
const real = exchanges.vectors.flatMap(({ requestNotation, answerNotation }) => [
  requestNotation,
  answerNotation,
]);

/** Without indentation and IDs, so that a part of any message can be shown on its own. */
function comparable(text: string): string {
  return text
    .replace(/^ +/gm, "")
    .replace(/ARID\([0-9a-f]{8}\)/g, "ARID")
    .replace(/"[0-9A-Z]{4}-[0-9A-Z]{4}"/, "CODE");
}

describe("docs/protocol.md", () => {
  test.each(blocks)("shows a real message: %s", (block) => {
    expect(real.some((text) => comparable(text).includes(comparable(block)))).toBe(true);
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
