/** The numbers on the wire are those of docs/interop.md, and none is one that some reader takes for another. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { decodeBytewords } from "#bc/ur/bytewords";
import uniformResources from "../../test-vectors/uniform-resources.json" with { type: "json" };
import { type FoundNumber, numbersIn } from "../kit/numbers-in-cbor.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Files of messages and what they are made of. The others have numbers that readers are to be tried with. */
const FILES = [
  "exchanges",
  "requests",
  "rotations",
  "round-trip",
  "xid-documents",
  "envelope-encryption",
  "keys",
  "identifiers",
  "encryption",
  "post-quantum",
];

const [DATE, ENCODED, ENVELOPE, LEAF, COMPRESSED] = [1, 24, 200, 201, 40_003];
const KNOWN_VALUE = 40_000;
/** Marks are made by others; the server does not look at them. */
const PROVENANCE_MARK = 1_347_571_542;
const SCHEMED: readonly number[] = [40_020, 40_021, 40_022];
const LEVELED: readonly number[] = [40_100, 40_101, 40_102, 40_103, 40_104, 40_105];

/** What a number is, by the innermost tag around it and its place there. Undefined: nothing that the table knows. */
function kindOf({ tags, index, key }: FoundNumber): string | undefined {
  const tag = tags.at(-1);
  if (tag === DATE) return "date";
  if (tag === KNOWN_VALUE) return "known value";
  if (tag === COMPRESSED && index < 2) return "compressed";
  if (tag !== undefined && SCHEMED.includes(tag) && index === 0) return "scheme";
  if (tag !== undefined && LEVELED.includes(tag) && index === 0) return "level";
  if (tag === LEAF || tag === ENCODED) return key === "sequence" ? "sequence" : undefined;
  // Whatever stands in an envelope itself, in no leaf, is a known value.
  return tag === ENVELOPE || tag === undefined ? "known value" : undefined;
}

type Range = { readonly from: number; readonly to: number };

async function table(): Promise<ReadonlyMap<string, Range>> {
  const document = await readFile(join(ROOT, "docs/interop.md"), "utf8");
  const rows = document.matchAll(/^\| ([a-z ]+) \| .* \| unsigned \| (\d+) \| (\d+) \|$/gm);
  return new Map([...rows].map(([, name = "", from, to]) => [name, { from: Number(from), to: Number(to) }]));
}

/** All CBOR in a file of vectors, whatever it stands in, but for what is to be refused. */
function cborIn(value: unknown, name = ""): readonly Uint8Array[] {
  if (Array.isArray(value)) return value.flatMap((item) => cborIn(item, name));
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([field, content]) =>
      field === "refusals" ? [] : cborIn(content, field),
    );
  }
  if (typeof value !== "string") return [];
  if (/^ur:[a-z-]+\/[a-z]+$/.test(value)) return [UR.parse(value).cbor.toData()];
  return /cborHex$/i.test(name) || isTagged(value) ? [hexToBytes(value)] : [];
}

/** What begins with a tag of ML-DSA, ML-KEM, or of something that holds one. */
function isTagged(hex: string): boolean {
  return /^d99c(53|54|55|56)|^d99ca[4-9]/.test(hex) && hex.length > 1_000;
}

test("every number in the messages of the vectors is in the table, and within its range", async () => {
  const ranges = await table();
  expect(ranges.size).toBe(7);
  const seen = new Set<string>();
  for (const file of FILES) {
    const vectors: unknown = JSON.parse(await readFile(join(ROOT, `test-vectors/${file}.json`), "utf8"));
    for (const bytes of cborIn(vectors)) {
      for (const number of numbersIn(bytes)) {
        if (number.tags.includes(PROVENANCE_MARK)) continue;
        const kind = kindOf(number);
        const range = ranges.get(kind ?? "");
        const isWithin = range !== undefined && number.value >= range.from && number.value <= range.to;
        expect(isWithin && Number.isInteger(number.value), `${file}: ${JSON.stringify(number)}`).toBe(true);
        seen.add(kind ?? "");
      }
    }
  }
  expect([...seen].sort()).toEqual(["compressed", "date", "known value", "level", "scheme", "sequence"]);
});

test("the parts of a UR have numbers of 32 bits, and no others", async () => {
  const { from, to } = (await table()).get("part") ?? { from: 0, to: Number.NaN };
  const parts = uniformResources.vectors.flatMap(({ parts = [] }) => parts);
  expect(parts.length).toBeGreaterThan(10);
  for (const part of parts) {
    const content = decodeBytewords(part.split("/").at(-1) ?? "", "minimal");
    const numbers = numbersIn(content);
    expect(numbers.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const { value } of numbers)
      expect(value >= from && value <= to && Number.isInteger(value)).toBe(true);
  }
});
