import { expect, test } from "vitest";
import { createStorageCipher } from "./storage-cipher.ts";

const account = new Uint8Array(32).fill(1);
const share = new TextEncoder().encode("a share");

test("opens what it sealed, and seals anew each time", async () => {
  const cipher = await createStorageCipher(new Uint8Array(32).fill(7));
  const name = cipher.shareId(new Uint8Array(32).fill(2));
  const [first, second] = [await cipher.seal(share, account, name), await cipher.seal(share, account, name)];
  expect(await cipher.open(first, account, name)).toEqual(share);
  expect(first).not.toEqual(second);
});

test("opens nothing under another account, another name, another key, or changed", async () => {
  const cipher = await createStorageCipher(new Uint8Array(32).fill(7));
  const other = await createStorageCipher(new Uint8Array(32).fill(8));
  const name = cipher.shareId(new Uint8Array(32).fill(2));
  const stored = await cipher.seal(share, account, name);
  const changed = stored.slice();
  changed[20] = (changed[20] ?? 0) ^ 1;
  await expect(cipher.open(stored, name, name)).rejects.toThrow();
  await expect(cipher.open(stored, account, account)).rejects.toThrow();
  await expect(other.open(stored, account, name)).rejects.toThrow();
  await expect(cipher.open(changed, account, name)).rejects.toThrow();
  await expect(cipher.open(new Uint8Array(), account, name)).rejects.toThrow();
});

test("the name of a share does not show its receipt", async () => {
  const receipt = new Uint8Array(32).fill(2);
  const one = await createStorageCipher(new Uint8Array(32).fill(7));
  const two = await createStorageCipher(new Uint8Array(32).fill(8));
  expect(one.shareId(receipt)).not.toEqual(two.shareId(receipt));
});
