/** What is looked for is found, in every form, wherever it stands: else a test that finds nothing would mean nothing. */
import { concatBytes, randomBytes } from "@bc/envelope";
import { expect, test } from "vitest";
import { encodeBytewords } from "#bc/ur/bytewords";
import { formsOf, traceOf } from "./secrets.ts";

const secret = randomBytes(32);

const WAYS: readonly (readonly [string, (bytes: Uint8Array) => string])[] = [
  ["raw", (bytes) => Buffer.from(bytes).toString("latin1")],
  ["hex", (bytes) => Buffer.from(bytes).toString("hex")],
  ["hex in capitals", (bytes) => Buffer.from(bytes).toString("hex").toUpperCase()],
  ["a Postgres dump", (bytes) => `\\x${Buffer.from(bytes).toString("hex")}`],
  ["base64", (bytes) => Buffer.from(bytes).toString("base64")],
  ["base64url", (bytes) => Buffer.from(bytes).toString("base64url")],
  ["a UR", (bytes) => `ur:bytes/${encodeBytewords(bytes, "minimal")}`],
  [
    "a UR in capitals, as in a QR code",
    (bytes) => `UR:BYTES/${encodeBytewords(bytes, "minimal").toUpperCase()}`,
  ],
  ["bytewords", (bytes) => encodeBytewords(bytes, "standard")],
  ["bytewords of a URI", (bytes) => encodeBytewords(bytes, "uri")],
  ["a list of numbers", (bytes) => bytes.join(",")],
  ["JSON of an array of bytes", (bytes) => JSON.stringify({ data: [...bytes] })],
  ["JSON of a Buffer", (bytes) => JSON.stringify({ data: Buffer.from(bytes) })],
];

test.each(WAYS)("a secret is found as %s, whatever stands around it", (_name, write) => {
  for (let before = 0; before < 4; before++) {
    for (let after = 0; after < 4; after++) {
      const text = `around ${write(concatBytes(randomBytes(before), secret, randomBytes(after)))} it`;
      expect(traceOf(secret, text), `${before} bytes before, ${after} after`).toBeDefined();
      expect(traceOf(randomBytes(32), text)).toBeUndefined();
    }
  }
});

test("an array of bytes is found as JSON writes it", () => {
  expect(traceOf(secret, JSON.stringify({ secret }))).toBe("object of numbers");
});

test.each([
  ["as it is", (text: string) => text],
  ["in a URL", (text: string) => `https://a.example/?q=${encodeURIComponent(text)}&x=1`],
  ["in JSON", (text: string) => JSON.stringify({ text })],
  ["as hex", (text: string) => Buffer.from(text).toString("hex")],
  ["in basic authentication", (text: string) => Buffer.from(`user:${text}`).toString("base64")],
] as const)("a text is found %s", (_name, write) => {
  const text = 'alice+"shares"@example.com';
  expect(traceOf(new TextEncoder().encode(text), `before ${write(text)} after`)).toBeDefined();
});

test("each form is long enough to be found by nothing but the bytes", () => {
  for (const [form, text] of Object.entries(formsOf(randomBytes(5))))
    expect(text.length, form).toBeGreaterThan(4);
});
