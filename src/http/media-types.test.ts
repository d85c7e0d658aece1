import { expect, test } from "vitest";
import { answerFormat, charsetOf } from "./media-types.ts";

test.each([
  [undefined, "cbor", "cbor"],
  ["*/*", "cbor", "cbor"],
  ["application/cbor", "ur", "cbor"],
  ["application/cbor, */*", "ur", "cbor"],
  ["application/*, text/plain;q=0.9", "ur", "cbor"],
  ["application/cbor;q=0.5, text/plain", "cbor", "ur"],
  ["application/cbor; q=0.2, text/*;q=0.3", "cbor", "ur"],
  ["application/cbor;q=0, */*", "cbor", "ur"],
  ["text/plain;q=0, application/cbor;q=0", "cbor", "cbor"],
  ["TEXT/PLAIN;charset=utf-8;Q=1.0, application/cbor;q=0.999", "cbor", "ur"],
  ["application/cbor;q=much", "ur", "cbor"],
  ["image/png", "ur", "ur"],
] as const)("Accept %s to a request in %s: %s", (accept, requested, format) => {
  expect(answerFormat(accept, requested)).toBe(format);
});

test.each([
  [undefined, undefined],
  ["text/plain", undefined],
  ["text/plain;charset=UTF-8", "UTF-8"],
  ['text/plain; format=flowed; Charset = "utf-16le"', "utf-16le"],
])("Content-Type %s names the charset %s", (type, charset) => {
  expect(charsetOf(type)).toBe(charset);
});
