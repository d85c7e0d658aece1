import { randomBytes, XID } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { contextOf, openShare } from "./open-share.ts";
import { createStorageCipher } from "./storage-cipher.ts";

test("a stored share opens in its own account and under its own name alone", async () => {
  const cipher = await createStorageCipher({ id: 0, key: new Uint8Array(32).fill(7) });
  const [owner, thief] = [randomBytes(32), randomBytes(32)];
  const data = randomBytes(40);
  const idIn = (account: Uint8Array) => cipher.shareId(Receipt.of(XID.fromData(account), data).data);
  const receipt = Receipt.of(XID.fromData(owner), data);
  const shareId = idIn(owner);
  const stored = await cipher.shares.encrypt({ data, receipt: receipt.data }, contextOf(owner, shareId));
  const opened = await openShare(cipher, { account: owner, shareId, data: stored });
  expect([opened.data, opened.receipt.equals(receipt)]).toEqual([data, true]);
  // A row that was moved to another account, or to another name, by whoever can write to the database.
  for (const moved of [
    { account: thief, shareId },
    { account: thief, shareId: idIn(thief) },
    { account: owner, shareId: randomBytes(32) },
  ]) {
    await expect(openShare(cipher, { ...moved, data: stored })).rejects.toThrow();
  }
});
