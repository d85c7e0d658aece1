import { expect, test } from "vitest";
import { jsonText } from "./json-text.ts";

test("JSON has no character that drives a terminal, and programs read the same", () => {
  const value = { pending: "\u001b[2J \u009b2J \u202egpj.exe \u2028 \u007f é 😀" };
  expect(jsonText(value)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  expect(jsonText(value)).toContain("é 😀");
  for (const indent of [0, 2]) expect(JSON.parse(jsonText(value, indent))).toEqual(value);
});
