/** `length` bytes (at most 65 536) from the platform's cryptographic random number generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
