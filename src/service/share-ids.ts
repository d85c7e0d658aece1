/** The IDs that the shares of some receipts have in the database. */
import type { Receipt } from "@bc/share-protocol";
import { type ShareId, shareId } from "../store/types.ts";
import type { Names } from "./key-cipher.ts";
import type { StorageCipher } from "./storage-cipher.ts";

/** In the order of the receipts. */
export function shareIdsOf(names: Names, receipts: readonly Receipt[]): readonly ShareId[] {
  return receipts.map((receipt) => shareId(names.shareId(receipt.data)));
}

/** The same under the former data key, while a rekey is under way. */
export function formerShareIdsOf(
  { former }: StorageCipher,
  receipts: readonly Receipt[],
): readonly ShareId[] | undefined {
  return former && shareIdsOf(former, receipts);
}
