/** Envelope notation, as the reference's newest generation shows it and as this project does. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Envelope, flatNotation, notation, treeNotation } from "@bc/envelope";
import { beforeAll, describe, expect, test } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { buildInterop, runInterop, whyNoInterop } from "./rust.ts";

const BUILD_TIMEOUT = 40 * 60_000;
const { CI, NOTATION_COUNT = "300", NOTATION_SEED = "1" } = process.env;
const missing = whyNoInterop();
const VECTORS = join(import.meta.dirname, "../../test-vectors");

/** Vectors over which it panics, and after the first of them over whatever comes next. */
const NOT_SHOWN: readonly unknown[] = ["leaf: a date that no calendar holds", "leaf: JSON that is not UTF-8"];

describe.skipIf(missing !== undefined && CI !== "true")("notation is that of the Rust reference", () => {
  beforeAll(async () => {
    if (missing !== undefined) throw new Error(`needed where CI=true: ${missing}`);
    await buildInterop(["newest"]);
  }, BUILD_TIMEOUT);

  test("for every envelope of the test vectors", async () => {
    const files = readdirSync(VECTORS).filter((name) => name.endsWith(".json") && !name.includes("refusals"));
    const envelopes = files.flatMap((name) =>
      envelopesIn(JSON.parse(readFileSync(join(VECTORS, name), "utf8"))),
    );
    expect(envelopes.length).toBeGreaterThan(200);
    await expectSameNotation(envelopes);
  });

  test("for random envelopes with leaves of every kind", async () => {
    const { code, output } = await runInterop("newest", ["random", NOTATION_SEED, NOTATION_COUNT]);
    expect(code).toBe(0);
    const envelopes = output.trim().split("\n");
    expect(envelopes).toHaveLength(Number(NOTATION_COUNT));
    await expectSameNotation(envelopes);
  });
});

async function expectSameNotation(envelopes: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "share-notation-"));
  try {
    const file = join(folder, "envelopes.txt");
    await writeFile(file, envelopes.join("\n"));
    const { code, output } = await runInterop("newest", ["notation", file]);
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    const shown = output.trim().split("\n");
    expect(shown).toHaveLength(envelopes.length);
    const different = envelopes.flatMap((hex, i) => {
      const theirs: Notations = JSON.parse(shown[i] ?? "");
      const ours = notationsOf(Envelope.fromCborData(hexToBytes(hex)));
      const same =
        ours.flat === theirs.flat && ours.lines === theirs.lines && isSameTree(ours.tree, theirs.tree);
      return same ? [] : [{ hex, ours, theirs }];
    });
    expect(different).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Notations = { readonly flat: string; readonly lines: string; readonly tree: string };

function notationsOf(envelope: Envelope): Notations {
  return { flat: flatNotation(envelope), lines: notation(envelope), tree: treeNotation(envelope) };
}

/** The reference ends a text in an ellipsis where its bytes, not its characters, are too many: also where it cuts nothing. */
function isSameTree(ours: string, theirs: string): boolean {
  const theirLines = theirs.split("\n");
  return ours.split("\n").every((line, i) => {
    const other = theirLines[i] ?? "";
    return line === other || (line.endsWith('"') && `${line.slice(0, -1)}…"` === other);
  });
}

/** Whatever stands anywhere in the JSON of vectors as the CBOR of an envelope. */
function envelopesIn(json: unknown): string[] {
  if (typeof json !== "object" || json === null) return [];
  if ("name" in json && NOT_SHOWN.includes(json.name)) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    const isEnvelope = /cborHex$/i.test(key) && typeof value === "string" && value.startsWith("d8c8");
    return isEnvelope ? [value] : envelopesIn(value);
  });
}
