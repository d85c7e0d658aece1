import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cbor } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import { decodeBytewords, encodeBytewords } from "#bc/ur/bytewords";
import { createCollector } from "./collector.ts";

function message(size: number, seed = 7): UR {
  return UR.from("envelope", cbor(Uint8Array.from({ length: size }, (_, i) => (i * seed) & 0xff)));
}

function partsOf(ur: UR, count: number, size = 100): string[] {
  const encoder = new MultipartEncoder(ur, size);
  return Array.from({ length: count }, () => encoder.nextPart());
}

test("a single-part UR is complete at once, in any case and between white space", () => {
  const text = message(20).toString();
  const collected = createCollector("envelope").add(` ${text.toUpperCase()}\n`);
  expect(collected.kind === "complete" && collected.ur.toString()).toBe(text);
});

test("parts give the message in any order, repeated, with losses and from the middle on", () => {
  const ur = message(1000);
  const parts = partsOf(ur, 60).map((text) => text.toUpperCase());
  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: 45 }), (seen) => {
      const collector = createCollector("envelope");
      for (const text of seen.flatMap((part) => [part, part])) {
        const collected = collector.add(text);
        if (collected.kind === "complete") return collected.ur.toString() === ur.toString();
        if (collected.kind !== "part") return false;
      }
      return false;
    }),
    { numRuns: 50 },
  );
});

test("of messages that are begun it tells how far each is, the latest first", () => {
  const collector = createCollector("envelope", "xid");
  const [one = "", two = ""] = partsOf(message(400), 2);
  const other = new MultipartEncoder(UR.from("xid", cbor(new Uint8Array(250))), 100).nextPart();
  for (const text of [one, other, two, two]) collector.add(text);
  const begun = collector.unfinished().map(({ known, total }) => [known, total]);
  expect(begun).toEqual([
    [2, 5],
    [1, 3],
  ]);
});

test("progress counts what was read, and the parts that are known from it", () => {
  const collector = createCollector("envelope");
  const [first = "", second = ""] = partsOf(message(1000), 2);
  expect(collector.add(first)).toEqual({
    kind: "part",
    progress: { read: 1, known: 1, total: 11 },
    isNew: true,
    damaged: 0,
  });
  expect(collector.add(first)).toMatchObject({ progress: { read: 1 }, isNew: false });
  expect(collector.add(second)).toMatchObject({ progress: { read: 2, known: 2 }, isNew: true });
});

test("parts of two messages are told apart, also when they alternate", () => {
  const [one, other] = [message(1000), message(1000, 11)];
  const collector = createCollector("envelope");
  const mixed = partsOf(one, 11).flatMap((part, i) => [part, partsOf(other, 11)[i] ?? ""]);
  const complete = mixed.map((part) => collector.add(part)).find(({ kind }) => kind === "complete");
  expect(complete?.kind === "complete" && complete.ur.toString()).toBe(one.toString());
});

test("a scan of one message that is broken off does not stand in the way of others", () => {
  const collector = createCollector("envelope");
  for (const seed of [3, 5, 9, 11]) for (const part of partsOf(message(1000, seed), 4)) collector.add(part);
  const last = message(1000, 13);
  const kinds = partsOf(last, 11).map((part) => collector.add(part).kind);
  expect(kinds.at(-1)).toBe("complete");
});

test.each([
  ["a web address", "https://example.com/", "not-a-ur"],
  ["a web address that names a UR", "https://example.com/ur:envelope/", "damaged"],
  ["nothing", "", "not-a-ur"],
  ["a UR without content", "UR:ENVELOPE/", "damaged"],
  ["a changed letter", message(20).toString().replace(/.$/, "x"), "damaged"],
  ["a part with a changed letter", partsOf(message(500), 1).join("").replace(/..$/, "ae"), "damaged"],
  ["a header that lies", partsOf(message(500), 1).join("").replace("1-6", "2-6"), "damaged"],
  ["a claim of a million parts", "ur:envelope/1-1000000/lpadascfadaxcywenbpljkhdca", "too-large"],
  ["a claim of no parts", "ur:envelope/1-0/lpadascfadaxcywenbpljkhdca", "damaged"],
  ["a claim of many bytes", `ur:envelope/1-400/${encodeBytewords(new Uint8Array(1_500))}`, "too-large"],
])("%s changes nothing", (_name, text, kind) => {
  const collector = createCollector("envelope");
  const parts = partsOf(message(300), 4);
  for (const part of parts.slice(0, 3)) collector.add(part);
  expect(collector.add(text).kind).toBe(kind);
  expect(collector.add(parts[3] ?? "").kind).toBe("complete");
});

test("a seed is named, and not collected", () => {
  const seed = UR.from("seed", cbor(new Uint8Array(100)));
  const collector = createCollector("envelope");
  expect(collector.add(seed.toString())).toEqual({ kind: "other-type", type: "seed" });
  expect(collector.add(partsOf(seed, 1, 20).join("").toUpperCase())).toEqual({
    kind: "other-type",
    type: "seed",
  });
});

test("a pile that a wrong part has spoilt is thrown away, and the message is read anew", () => {
  const parts = partsOf(message(300), 4);
  const collector = createCollector("envelope");
  const kinds = [parts[0], forged(parts[1] ?? ""), parts[2], parts[3]].map(
    (part) => collector.add(part ?? "").kind,
  );
  expect(kinds).toEqual(["part", "part", "part", "damaged"]);
  expect(parts.map((part) => collector.add(part).kind)).toEqual(["part", "part", "part", "complete"]);
});

/** The part with other content under the same header and a checksum of its own that fits. */
function forged(part: string): string {
  const split = part.lastIndexOf("/") + 1;
  const bytes = decodeBytewords(part.slice(split), "minimal");
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  return part.slice(0, split) + encodeBytewords(bytes, "minimal");
}
