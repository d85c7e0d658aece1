/** A stored share, decrypted and compared with its name. */
import { concatBytes, equalBytes, XID } from "@bc/envelope";
import { Receipt, type RetrievedShare } from "@bc/share-protocol";
import type { StorageCipher } from "./storage-cipher.ts";

type StoredShareOf = {
  /** 32 bytes, the XID of the account. */
  readonly account: Uint8Array;
  readonly shareId: Uint8Array;
  /** Ciphertext. */
  readonly data: Uint8Array;
};

/** Rejects when it is damaged: when these are not the bytes that were stored in this account under this name. */
export async function openShare(
  cipher: Pick<StorageCipher, "shares" | "shareId">,
  { account, shareId, data: stored }: StoredShareOf,
): Promise<RetrievedShare> {
  const data = await cipher.shares.decrypt(stored, concatBytes(account, shareId));
  const receipt = Receipt.of(XID.fromData(account), data);
  if (!equalBytes(cipher.shareId(receipt.data), shareId)) throw new TypeError("stored under another name");
  return { receipt, data };
}
