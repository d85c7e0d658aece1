/** Texts as people carry them, which hold a message all the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cbor } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import { createCollector } from "./collector.ts";

function message(size: number, seed = 7): UR {
  return UR.from("envelope", cbor(Uint8Array.from({ length: size }, (_, i) => (i * seed + size) & 0xff)));
}

function partsOf(ur: UR, size: number): readonly string[] {
  const encoder = new MultipartEncoder(ur, size);
  return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
}

/** As `fold -w` does it. */
function fold(text: string, width = 76): string {
  return text.replaceAll(new RegExp(`.{${width}}`, "g"), "$&\n");
}

const ur = message(300);
const text = ur.toString();
const parts = partsOf(ur, 100);
const [single = ""] = partsOf(ur, 1_000);

function read(carried: string) {
  return createCollector("envelope", "xid").add(carried);
}

describe("a message is read", () => {
  test.each<[string, string]>([
    ["as it is", text],
    ["in capitals", text.toUpperCase()],
    ["as a single part, as the official encoders write small messages", single],
    ["as a single part, twice", `${single}\n${single}`],
    ["in lines that were folded", fold(text)],
    ["in lines that were folded in its scheme", fold(`${"-".repeat(74)}${text}`)],
    [
      "in lines that were folded in its type, with the line ends of Windows",
      `ur:enve\r\nlope/${text.slice(12)}`,
    ],
    ["a letter a line", [...text].join("\n")],
    ["in lines with blanks before and after", fold(text).replaceAll("\n", "  \n\t ")],
    [
      "with a greeting and a signature",
      `Hello Bob,\n\nhere it is: ${text}\n\nBest regards\nAlice\n-- \nhttps://a.example/b`,
    ],
    ["with a greeting beside it that has colons in it", `Your colour: red/blue, hour:minute/second\n${text}`],
    ["with a full stop after it", `Send ${text}.`],
    ["in brackets", `(${text})`],
    ["in Markdown's code", `\`\`\`text\n${fold(text)}\n\`\`\``],
    ["in Markdown's code within a line", `\`${text}\``],
    ["quoted", fold(`Alice wrote:\n${fold(text, 60)}`).replaceAll(/^/gm, "> ")],
    ["quoted twice, folded before", fold(text, 60).replaceAll(/^/gm, ">> ")],
    ["quoted when it was folded in its scheme", `> u\n> r:envelope/\n> ${text.slice(12)}`],
    ["as quoted-printable folds it", text.replaceAll(/.{75}/g, "$&=\r\n")],
    ["in German quotation marks", `„${text}“`],
    ["in French quotation marks", `« ${text} »`],
    ["in single angle quotation marks", `‹${text}›`],
    ["in English quotation marks", `“${text}”`],
    ["in straight quotation marks", `"${text}", '${text}'`],
    ["in Japanese quotation marks, in a sentence", `これは「${text}」です。`],
    ["in Japanese, without a mark", `これは${text}です`],
    ["after a byte order mark", `\ufeff${text}`],
    ["with zero-width spaces in it", fold(text, 20).replaceAll("\n", "\u200b")],
    ["with soft hyphens in it", fold(text, 20).replaceAll("\n", "\u00ad")],
    ["between marks of direction", `\u200e\u202a${text}\u202c\u200f`],
    ["with an invisible character in its scheme", text.replace("ur:", "u\u200br\ufeff:\u2060")],
    ["in a link that apps open", `wallet://${text}`],
    ["twice", `${text}\n\n${fold(text.toUpperCase())}`],
    ["whole and in parts", [text, ...parts].join("\n")],
    ["in parts", parts.join("\n")],
    ["in parts that were folded", parts.map((part) => fold(part)).join("\n")],
    ["in parts with labels", parts.map((part, i) => `Part ${i + 1}: ${part}`).join("\n")],
    ["in parts as a list with numbers", parts.map((part, i) => `${i + 1}. ${part}`).join("\n")],
    ["in parts as a list with bullets", parts.map((part) => `• ${part}`).join("\n")],
    ["in parts with commas between", parts.join(", ")],
    ["in parts as JSON", JSON.stringify({ parts })],
    ["in parts without anything between", parts.join("")],
    [
      "in parts, quoted and folded",
      parts
        .map((part) => fold(part, 40))
        .join("\n")
        .replaceAll(/^/gm, "> "),
    ],
    [
      "in parts with a damaged one among them",
      [parts[0], `${parts[1]}`.replace(/..$/, "ae"), ...parts.slice(1)].join("\n"),
    ],
    ["in parts with one of them of another message", [partsOf(message(299), 100)[1], ...parts].join("\n")],
    ["beside a UR of another type", `${UR.from("seed", cbor(new Uint8Array(16)))}\n${text}`],
    ["beside a damaged copy", `${text.replace(/..$/, "ae")}\n${text}`],
  ])("%s", (_name, carried) => {
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
