/** What the documents show is what the server does. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Envelope, notation, treeNotation } from "@bc/envelope";
import { documentFromUR, operationNames, REFUSAL_CODES } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { configurationTable } from "../../scripts/configuration-table.ts";
import exchanges from "../../test-vectors/exchanges.json" with { type: "json" };
import requests from "../../test-vectors/requests.json" with { type: "json" };
import rotations from "../../test-vectors/rotations.json" with { type: "json" };
import { alice, idOf, server } from "../kit/people.ts";

const ROOT = join(import.meta.dirname, "../..");

function readDocument(name: string): string {
  return readFileSync(join(ROOT, "docs", name), "utf8");
}

const protocol = readDocument("protocol.md");
const blocks = [...protocol.matchAll(/```envelope\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? "");
const real = [
  ...exchanges.vectors.flatMap(({ requestNotation, answerNotation }) => [requestNotation, answerNotation]),
  ...rotations.vectors.map(({ announced }) => notation(documentFromUR(announced))),
];

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

  test("shows what a proof of a new key signs, with its digest", () => {
    const purpose = Envelope.new("updatePublicKey proof")
      .addAssertion("request", idOf("change the key").toCbor())
      .addAssertion("sender", alice.xid.toCbor())
      .addAssertion("server", server.xid.toCbor());
    expect(protocol).toContain(`\`\`\`text\n${notation(purpose)}\n\`\`\`\n`);
    expect(protocol).toContain(`\`${purpose.digest().hex()}\``);
  });

  test("has a section for each function and names each code", () => {
    for (const name of operationNames(false)) expect(protocol).toContain(`### ${name}\n`);
    const table = protocol.slice(protocol.indexOf("## Error codes"));
    for (const code of REFUSAL_CODES) expect(table).toContain(`\`${code}\``);
  });
});

describe("docs/request-by-bytes.md", () => {
  const dumps = [...readDocument("request-by-bytes.md").matchAll(/```text\n(d8c8 [\s\S]*?)\n```/g)];
  const shown = ["storeShare, Schnorr, plain", "storeShare, Schnorr, sealed"];

  test.each(shown)("shows every byte of: %s", (name) => {
    const dump = dumps[shown.indexOf(name)]?.[1] ?? "no dump";
    const vector = requests.vectors.find((candidate) => candidate.name === name);
    // A line has hex, two spaces or more, and what the hex means; an ellipsis stands for bytes of ciphertext.
    const hex = dump.split("\n").map((line) => line.trim().split(/ {2,}/)[0]?.replaceAll(" ", ""));
    expect(vector?.cborHex).toMatch(new RegExp(`^${hex.join("").replace("…", "[0-9a-f]+")}$`));
  });

  test.each(shown)("tells the digest of every element of: %s", (name) => {
    const dump = dumps[shown.indexOf(name)]?.[1] ?? "no dump";
    const { cborHex = "" } = requests.vectors.find((candidate) => candidate.name === name) ?? {};
    const tree = treeNotation(Envelope.fromCborData(Uint8Array.from(Buffer.from(cborHex, "hex"))));
    const digests = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, digest]) => digest);
    expect(digests(dump, /→ ([0-9a-f]{8})/g)).toEqual(digests(tree, /^ *([0-9a-f]{8})/gm));
  });
});

test("docs/configuration.md lists the variables as they are", () => {
  expect(readDocument("configuration.md")).toContain(configurationTable());
});

const FOLDERS = "src|packages|test|scripts|bench|docs|interop|deploy|test-vectors";
const LINK = /\]\((?![a-z]+:)([^)#\s]+)/g;
/** A path from the project's folder, in running text or in a command. */
const PATH = new RegExp(`(?<![\\w/.-])(?:${FOLDERS})/[\\w./-]*[\\w/]`, "g");

const documents = globSync(["*.md", "docs/**/*.md", "{packages/*,test-vectors}/*.md"], { cwd: ROOT });

test.each(documents)("%s says scheme of keys, as the glossary does, and not kind", (document) => {
  const text = readFileSync(join(ROOT, document), "utf8").replaceAll(/\s+/g, " ");
  expect(text.match(/\bkinds? of (?:\w+ )?keys?\b|\bkeys? of (?:\w+ ){0,2}kinds?\b/gi)).toBeNull();
});

test.each(documents)("%s names only files that are there", (document) => {
  const text = readFileSync(join(ROOT, document), "utf8");
  const links = [...text.matchAll(LINK)].map(([, link = ""]) => join(dirname(document), link));
  const paths = [...text.matchAll(PATH)].map(([path]) => path);
  expect([...links, ...paths].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
