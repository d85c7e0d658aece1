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
  cipher: Pick<StorageCipher, "shares" | "namesLike">,
  { account, shareId, data: stored }: StoredShareOf,
): Promise<RetrievedShare> {
  const data = await cipher.shares.decrypt(stored, contextOf(account, shareId));
  const receipt = Receipt.of(XID.fromData(account), data);
  if (!equalBytes(cipher.namesLike(stored).shareId(receipt.data), shareId)) {
    throw new TypeError("stored under another name");
  }
  return { receipt, data };
}

/** The same, and rejects too when what tells the receipt of a damaged share is itself damaged. */
export async function openWholeShare(
  cipher: Pick<StorageCipher, "shares" | "namesLike">,
  share: StoredShareOf,
): Promise<RetrievedShare> {
  const opened = await openShare(cipher, share);
  await cipher.shares.decryptReceipt(share.data, contextOf(share.account, share.shareId));
  return opened;
}

/** The receipt of a damaged share, unless the damage is in there, or an earlier program stored the share. */
export async function receiptOfDamaged(
  cipher: Pick<StorageCipher, "shares">,
  { account, shareId, data: stored }: StoredShareOf,
): Promise<Receipt | undefined> {
  try {
    const bytes = await cipher.shares.decryptReceipt(stored, contextOf(account, shareId));
    return bytes && Receipt.fromData(bytes);
  } catch {
    return undefined;
  }
}

/** What a share's ciphertext is bound to. */
export function contextOf(account: Uint8Array, shareId: Uint8Array): Uint8Array {
  return concatBytes(account, shareId);
}
