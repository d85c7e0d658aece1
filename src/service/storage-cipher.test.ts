import { randomBytes } from "@bc/envelope";
import { expect, test } from "vitest";
import { importKey } from "#aes-gcm";
import { hkdfSha256 } from "#bc/crypto";
import { flipBit } from "../../test/kit/flip-bit.ts";
import { createStorageCipher } from "./storage-cipher.ts";

const context = new Uint8Array(32).fill(1);
const data = new TextEncoder().encode("a share");
const receipt = new Uint8Array(32).fill(3);
const share = { data, receipt };
const first = { id: 0, key: new Uint8Array(32).fill(7) };
const second = { id: 1, key: new Uint8Array(32).fill(8) };
const third = { id: 2, key: new Uint8Array(32).fill(9) };

test("decrypts what it encrypted, and encrypts anew each time", async () => {
  const { shares, contacts } = await createStorageCipher(first);
  const [one, other] = [await shares.encrypt(share, context), await shares.encrypt(share, context)];
  expect(await shares.decrypt(one, context)).toEqual(data);
  expect(await shares.decryptReceipt(one, context)).toEqual(receipt);
  expect(one).not.toEqual(other);
  expect(await contacts.decrypt(await contacts.encrypt(data, context), context)).toEqual(data);
});

test("decrypts nothing in another context, for another purpose, with another key, or changed", async () => {
  const { shares, contacts, secrets } = await createStorageCipher(first);
  const other = await createStorageCipher({ ...second, id: 0 });
  const stored = await shares.encrypt(share, context);
  await expect(shares.decrypt(stored, new Uint8Array(32))).rejects.toThrow();
  await expect(shares.decryptReceipt(stored, new Uint8Array(32))).rejects.toThrow();
  await expect(contacts.decrypt(stored, context)).rejects.toThrow();
  await expect(secrets.decrypt(await contacts.encrypt(data, context), context)).rejects.toThrow();
  await expect(other.shares.decrypt(stored, context)).rejects.toThrow();
  await expect(shares.decrypt(new Uint8Array(), context)).rejects.toThrow();
  const failures = async (bit: number) => {
    const changed = flipBit(stored, bit);
    const isFailure = (decrypting: Promise<unknown>) =>
      decrypting.then(
        () => false,
        () => true,
      );
    return [
      await isFailure(shares.decrypt(changed, context)),
      await isFailure(shares.decryptReceipt(changed, context)),
    ];
  };
  // Version, data key and nonce belong to both parts; each part has its own bits.
  for (let bit = 0; bit < 8 * 17; bit += 5) expect(await failures(bit)).toEqual([true, true]);
  for (let bit = 8 * 17; bit < 8 * 65; bit += 23) expect(await failures(bit)).toEqual([false, true]);
  for (let bit = 8 * 65; bit < 8 * stored.length; bit += 23)
    expect(await failures(bit)).toEqual([true, false]);
});

test("names depend on the data key", async () => {
  const one = await createStorageCipher(first);
  const two = await createStorageCipher(second);
  expect(one.shareId(context)).not.toEqual(two.shareId(context));
  expect(one.contactHmac("email:a@example.com")).not.toEqual(two.contactHmac("email:a@example.com"));
  expect(one.networkHmac("192.0.2.1")).not.toEqual(two.networkHmac("192.0.2.1"));
  expect(one.codeSecret).not.toEqual(two.codeSecret);
});

test("writes under the newest key, reads the former one too, and tells a key that it does not know", async () => {
  const before = await createStorageCipher(first);
  const during = await createStorageCipher(second, first);
  const after = await createStorageCipher(second);
  const [old, fresh] = [
    await before.shares.encrypt(share, context),
    await during.shares.encrypt(share, context),
  ];
  expect(await during.shares.decrypt(old, context)).toEqual(data);
  expect(await after.shares.decrypt(fresh, context)).toEqual(data);
  expect(during.namesLike(old).shareId(receipt)).toEqual(before.shareId(receipt));
  expect(during.namesLike(fresh).shareId(receipt)).toEqual(after.shareId(receipt));
  expect(during.former?.shareId(receipt)).toEqual(before.shareId(receipt));
  for (const [cipher, stored] of [
    [before, fresh],
    [after, old],
    [await createStorageCipher(third), fresh],
  ] as const) {
    await expect(cipher.shares.decrypt(stored, context)).rejects.toMatchObject({ code: "data-key" });
  }
});

test("reads what programs stored before there were data keys", async () => {
  const cipherFor = async (purpose: string) =>
    importKey(hkdfSha256(first.key, new TextEncoder().encode(`share-server ${purpose}`), { dkLen: 32 }));
  const encrypt = async (purpose: string) => {
    const nonce = randomBytes(12);
    const ciphertext = await (await cipherFor(purpose)).encrypt(nonce, data, context);
    return Uint8Array.of(1, ...nonce, ...ciphertext);
  };
  for (const cipher of [await createStorageCipher(first), await createStorageCipher(second, first)]) {
    const stored = await encrypt("share data");
    expect(await cipher.shares.decrypt(stored, context)).toEqual(data);
    expect(await cipher.shares.decryptReceipt(stored, context)).toBeUndefined();
    expect(await cipher.contacts.decrypt(await encrypt("contact"), context)).toEqual(data);
  }
});
