import { describe, expect, test } from "vitest";
import { type CborInput, encodeCbor } from "#bc/dcbor";
import { encodeBytewords } from "#bc/ur/bytewords";
import { encodeFountainPart, FountainEncoder, type FountainPart } from "#bc/ur/fountain";
import { mixturesOf } from "./mixtures.ts";
import { joinParts, MAX_PARTS } from "./parts.ts";

/** Bytes of no envelope, as what a message holds is for its reader to judge; the same ones always, for its bytes choose what is mixed. */
function messageOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * i) % 251);
}

const message = messageOf(1000);

function partsOf(count: number, fragment = 100): readonly FountainPart[] {
  const encoder = new FountainEncoder(message, fragment);
  return Array.from({ length: count }, () => encoder.nextPart());
}

function line(part: FountainPart, name = `${part.seqNum}-${part.seqLen}`, type = "envelope"): string {
  return `ur:${type}/${name}/${encodeBytewords(encodeFountainPart(part), "minimal")}`;
}

function film(count: number, fragment?: number): readonly string[] {
  return partsOf(count, fragment).map((part) => line(part));
}

function join(lines: readonly string[]): Uint8Array {
  return joinParts(lines, "envelope");
}

describe("parts make up the message", () => {
  test("in order, in any other, in capitals, and with more than are needed", () => {
    const lines = film(10);
    expect(join(lines)).toEqual(message);
    expect(join(lines.toReversed())).toEqual(message);
    expect(join([...lines, ...lines].map((text) => text.toUpperCase()))).toEqual(message);
    expect(join(film(MAX_PARTS, 2))).toEqual(message);
  });

  test("when mixed ones stand for those that are missing", () => {
    expect(join(film(40).slice(5))).toEqual(message);
    expect(join(film(60, 50).slice(20))).toEqual(message);
  });

  test("of a share of 10 000 bytes at 50 bytes a part, every fifth part missed", () => {
    const request = messageOf(10_700);
    const encoder = new FountainEncoder(request, 50);
    const parts = Array.from({ length: 400 }, () => encoder.nextPart()).filter((_, i) => i % 5 > 0);
    expect(join(parts.map((part) => line(part)))).toEqual(request);
  });
});

describe("parts are too many", () => {
  const claiming = (count: number) =>
    line({ seqNum: 1, seqLen: count, messageLen: 1, checksum: 0, data: message });

  test.each<[string, readonly string[]]>([
    ["when they claim more than a request can need", [claiming(MAX_PARTS + 1), claiming(MAX_PARTS + 1)]],
    ["in too many lines", Array.from({ length: 2 * MAX_PARTS + 1 }, () => claiming(1))],
    ["when they mix more than a film's would", heavyParts(200)],
  ])("%s", (_, lines) => {
    expect(() => join(lines)).toThrow(expect.objectContaining({ code: "too-many-parts" }));
  });
});

/** Of all parts of a message, those that mix the most of its fragments. */
function heavyParts(count: number): readonly string[] {
  const mixtureOf = mixturesOf(count, 0);
  const numbers = Array.from({ length: 40_000 }, (_, i) => count + 1 + i);
  const heavy = numbers.filter((number) => mixtureOf(number).size > 0.9 * count).slice(0, count);
  return heavy.map((seqNum) =>
    line({ seqNum, seqLen: count, messageLen: 4 * count, checksum: 0, data: new Uint8Array(4) }),
  );
}

/** All parts of the message, claiming that it has so many bytes. */
function claimingLength(messageLen: number): readonly string[] {
  return partsOf(10).map((part) => line({ ...part, messageLen }));
}

describe("parts are refused", () => {
  const [first, second, ...others] = partsOf(10);
  if (first === undefined || second === undefined) throw new TypeError("there are ten");
  const rest = [second, ...others].map((part) => line(part));
  const beside = (text: string) => [...rest, text];
  const written = (content: CborInput) =>
    `ur:envelope/1-10/${encodeBytewords(encodeCbor(content), "minimal")}`;
  const { messageLen, checksum, data } = first;

  test.each<[string, readonly string[]]>([
    ["that are too few", rest],
    ["that claim more than there are", film(9)],
    ["that are none", []],
    ["with the number 0", beside(line({ ...first, seqNum: 1 }, "0-10"))],
    ["of another type", beside(line(first, "1-10", "xid"))],
    ["beside a whole UR", beside("ur:envelope/adlslflytk")],
    ["under another number", beside(line(first, "2-10"))],
    ["with another count", beside(line(first, "1-9"))],
    ["with a number that is none", beside(line(first, "1a-10"))],
    ["with a number that no film comes to", beside(line({ ...first, seqNum: 65_536 }, "65536-10"))],
    ["with one name too many", beside(line(first, "1-10/x"))],
    [
      "with a wrong checksum of their own",
      beside(line(first).replace(/..$/, (end) => (end === "ae" ? "ad" : "ae"))),
    ],
    ["of another message", beside(line({ ...first, checksum: checksum ^ 1 }))],
    [
      "that do not give what the checksum says",
      beside(line({ ...first, data: data.with(0, (data[0] ?? 0) ^ 1) })),
    ],
    ["that claim a longer message than they hold", claimingLength(1_001)],
    ["that fill the message up with anything but zeros", claimingLength(999)],
    ["with a text", beside(written([1, 10, messageLen, checksum, "x"]))],
    ["with more than five items", beside(written([1, 10, messageLen, checksum, data, 0]))],
    ["with fewer", beside(written([1, 10, messageLen, checksum]))],
    ["that are no array", beside(written(1))],
    ["with numbers that are too large", beside(written([1, 10, 2 ** 32, checksum, data]))],
  ])("%s", (_, lines) => {
    expect(() => join(lines)).toThrow();
  });
});
