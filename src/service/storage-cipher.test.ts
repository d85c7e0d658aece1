import { expect, test } from "vitest";
import { createStorageCipher } from "./storage-cipher.ts";

const context = new Uint8Array(32).fill(1);
const share = new TextEncoder().encode("a share");
const key = new Uint8Array(32).fill(7);

test("decrypts what it encrypted, and encrypts anew each time", async () => {
  const { shares } = await createStorageCipher(key);
  const [first, second] = [await shares.encrypt(share, context), await shares.encrypt(share, context)];
  expect(await shares.decrypt(first, context)).toEqual(share);
  expect(first).not.toEqual(second);
});

test("decrypts nothing in another context, for another purpose, with another key, or changed", async () => {
  const { shares, contacts } = await createStorageCipher(key);
  const other = await createStorageCipher(new Uint8Array(32).fill(8));
  const stored = await shares.encrypt(share, context);
  const changed = stored.slice();
  changed[20] = (changed[20] ?? 0) ^ 1;
  await expect(shares.decrypt(stored, new Uint8Array(32))).rejects.toThrow();
  await expect(contacts.decrypt(stored, context)).rejects.toThrow();
  await expect(other.shares.decrypt(stored, context)).rejects.toThrow();
  await expect(shares.decrypt(changed, context)).rejects.toThrow();
  await expect(shares.decrypt(new Uint8Array(), context)).rejects.toThrow();
});

test("names depend on the storage key", async () => {
  const one = await createStorageCipher(key);
  const two = await createStorageCipher(new Uint8Array(32).fill(8));
  expect(one.shareId(context)).not.toEqual(two.shareId(context));
  expect(one.contactHmac("email:a@example.com")).not.toEqual(two.contactHmac("email:a@example.com"));
});
