import type { webcrypto } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ed25519, x25519 } from "#bc/crypto";

const privateKey = new Uint8Array(32).fill(7);
const message = new Uint8Array(32).fill(9);

// The module asks the platform only once, and other test files may share this process: each test loads a fresh copy.
beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** A fresh copy of the module on a platform with this `crypto.subtle`. */
async function portableOn(subtle: Partial<webcrypto.SubtleCrypto>) {
  const getRandomValues = globalThis.crypto.getRandomValues.bind(globalThis.crypto);
  vi.stubGlobal("crypto", { subtle, getRandomValues });
  const { curves } = await import("./portable.ts");
  return curves.curve25519;
}

it("falls back to noble where WebCrypto knows no Ed25519", async () => {
  const importKey = vi.fn(() => Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError")));
  const curve = await portableOn({ importKey });

  const signature = await curve.ed25519Sign(privateKey, message);
  expect(signature).toEqual(ed25519.sign(privateKey, message));
  expect(await curve.ed25519Verify(ed25519.publicKey(privateKey), signature, message)).toBe(true);
  expect(await curve.x25519PublicKey(privateKey)).toEqual(x25519.publicKey(privateKey));
  expect(importKey).toHaveBeenCalledTimes(1);
});

it("uses WebCrypto where it knows them", async () => {
  const { subtle } = globalThis.crypto;
  const sign = vi.fn<webcrypto.SubtleCrypto["sign"]>((...parts) => subtle.sign(...parts));
  const curve = await portableOn({
    sign,
    importKey: subtle.importKey.bind(subtle),
    deriveBits: subtle.deriveBits.bind(subtle),
  });

  expect(await curve.ed25519Sign(privateKey, message)).toEqual(ed25519.sign(privateKey, message));
  expect(sign).toHaveBeenCalledTimes(2); // once to find out
});
