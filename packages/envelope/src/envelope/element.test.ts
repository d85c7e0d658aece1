import { afterEach, expect, test, vi } from "vitest";
import { Leaf } from "./element.ts";
import { Envelope } from "./envelope.ts";

afterEach(() => vi.restoreAllMocks());

test.each([
  ["a text", (read: Envelope) => read.asText()],
  ["bytes", (read: Envelope) => read.asByteString()],
])("what is not %s is not decoded to find that out", (_, ask) => {
  const read = Envelope.fromCborData(Envelope.new(["a", "b"]).cborData());
  const decoded = vi.spyOn(Leaf.prototype, "cbor", "get");
  expect(ask(read)).toBeUndefined();
  expect(decoded).not.toHaveBeenCalled();
});
