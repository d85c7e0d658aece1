/** Texts as people carry them, which hold a message all the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { carriedTexts, fold, partsOf } from "../../../../test/kit/carried-texts.ts";
import { createCollector } from "./collector.ts";

function message(size: number, seed = 7): UR {
  return UR.from("envelope", cbor(Uint8Array.from({ length: size }, (_, i) => (i * seed + size) & 0xff)));
}

const ur = message(300);
const text = ur.toString();
const parts = partsOf(ur, 100);

function read(carried: string) {
  return createCollector("envelope", "xid").add(carried);
}

describe("a message is read", () => {
  test.each(carriedTexts(ur))("%s", (_name, carried) => {
    const collected = read(carried);
    expect(collected.kind === "complete" && collected.ur.toString()).toBe(text);
  });
});

describe("a text without one message is judged when all of it is read:", () => {
  test.each<[string, string, object]>([
    ["two that differ", `${text}\n${message(20)}`, { kind: "several" }],
    ["two of different types", `${text}\n${UR.from("xid", cbor(1))}`, { kind: "several" }],
    ["two in parts", [...parts, ...partsOf(message(400), 100)].join("\n"), { kind: "several" }],
    [
      "two in parts, in turn",
      partsOf(message(301), 100)
        .flatMap((part, i) => [part, parts[i]])
        .join("\n"),
      { kind: "several" },
    ],
    [
      "parts that are missing",
      parts.slice(1).join("\n"),
      { kind: "part", damaged: 0, progress: { read: 3, known: 3, total: 4 } },
    ],
    [
      "parts that are damaged",
      parts.map((part, i) => (i === 1 ? part.slice(0, -2) : part)).join("\n"),
      { kind: "part", damaged: 1 },
    ],
    ["one with a letter changed", text.replace(/..$/, "ae"), { kind: "damaged" }],
    ["one with a line missing", fold(text).replace(/\n.*\n/, "\n"), { kind: "damaged" }],
    [
      "one with a word put in its middle",
      `${text.slice(0, 100)} see below ${text.slice(100)}`,
      { kind: "damaged" },
    ],
    ["another type", String(UR.from("seed", cbor(1))), { kind: "other-type", type: "seed" }],
    ["words", "Your colour: red/blue", { kind: "not-a-ur" }],
    ["nothing", "", { kind: "not-a-ur" }],
  ])("%s", (_name, carried, expected) => {
    expect(read(carried)).toMatchObject(expected);
  });
});

test("a text within a message keeps a byte order mark at its start", () => {
  const marked = UR.from("envelope", cbor(`\ufeff${"alice".repeat(50)}`));
  for (const carried of [marked.toString(), partsOf(marked, 100).join("\n")]) {
    const collected = read(carried);
    expect(collected.kind === "complete" && collected.ur.toString()).toBe(marked.toString());
  }
});

test("every vector of a request is read as its UR, folded and in parts", () => {
  const file = join(import.meta.dirname, "../../../../test-vectors/requests.json");
  const { vectors }: { vectors: { name: string; ur: string }[] } = JSON.parse(readFileSync(file, "utf8"));
  for (const vector of vectors) {
    for (const carried of [
      fold(vector.ur),
      partsOf(UR.parse(vector.ur), 90)
        .map((part) => fold(part))
        .join("\n"),
    ]) {
      const collected = read(carried);
      expect(collected.kind === "complete" && collected.ur.toString()).toBe(vector.ur);
    }
  }
});

describe("a long text takes no time that grows faster than its length:", () => {
  test.each<[string, string]>([
    ["blanks", `ur:${" ".repeat(500_000)}x`],
    ["line ends", `u${"\n".repeat(500_000)}r`],
    ["schemes", "ur:".repeat(200_000)],
    ["heads", "ur:a/".repeat(200_000)],
    ["parts", "ur:envelope/1-9/".repeat(40_000)],
    ["broken types", `ur:${"a\n> ".repeat(200_000)}`],
    ["broken numbers", `ur:a/${"1\n".repeat(200_000)}`],
    ["bytewords in words", `ur:envelope/${"ae ".repeat(300_000)}`],
    ["one long word", `ur:envelope/${"ae".repeat(500_000)}`],
  ])("%s", (_name, carried) => {
    expect(read(carried).kind).not.toBe("complete");
  });
});
