/** What is dear to make and often wanted again, such as the key objects of those who write most. */
import { Buffer } from "node:buffer";

/** `make`, with the values of the `capacity` byte strings that were asked for last kept. What it throws is not kept. */
export function keepRecent<Value>(
  capacity: number,
  make: (bytes: Uint8Array) => Value,
): (bytes: Uint8Array) => Value {
  /** In the order of use, the latest last. */
  const kept = new Map<string, Value>();
  return (bytes) => {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const value = kept.get(name) ?? make(bytes);
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > capacity) kept.delete(kept.keys().next().value ?? name);
    return value;
  };
}
