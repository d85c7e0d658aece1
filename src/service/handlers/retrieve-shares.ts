/** `retrieveShares`: the named shares, or all. */
import { equalBytes } from "@bc/envelope";
import type { RetrievedShare } from "@bc/share-protocol";
import { type Receipt, Refusal } from "@bc/share-protocol";
import { retrieveShares as retrieve, type StoredShare } from "../../store/retrieve-shares.ts";
import type { ShareId } from "../../store/types.ts";
import type { Caller } from "../caller.ts";
import type { WorkContext } from "../context.ts";
import { logName } from "../log-name.ts";
import { openShare, receiptOfDamaged } from "../open-share.ts";
import { refusalOf } from "../refusals.ts";
import { formerShareIdsOf, shareIdsOf } from "../share-ids.ts";
import type { Handler, HandlerResult } from "./handler.ts";

type Which = {
  readonly receipts: readonly Receipt[];
  /** Leave out what the account does not have, rather than refuse. */
  readonly lenient: boolean;
};

/** Asks for nothing: the store only tells whether the caller has an account. */
const NO_SHARES = { shareIds: [], lenient: true };

/** So many shares at most are no large read. */
const FEW = 8;
/** Shares between two pauses: about a millisecond. */
export const PORTION = 32;

export const retrieveShares: Handler<"retrieveShares"> = (context, caller, { receipts }) => {
  return retrieveSharesWith(context, caller, { receipts, lenient: false });
};

export async function retrieveSharesWith(
  { sql, cipher, log, pause, onDamagedShare }: WorkContext,
  caller: Caller,
  { receipts, lenient }: Which,
): Promise<HandlerResult<readonly RetrievedShare[]>> {
  if (receipts.length === 0 || receipts.length > FEW) await caller.beforeLargeRead?.(receipts.length);
  if (receipts.length > FEW) {
    // A stranger shall not have the server make a thousand HMACs, and the database look for them.
    const known = await retrieve(sql, caller, NO_SHARES);
    if (known.outcome !== "ok") throw refusalOf(known, caller);
  }
  const shareIds = shareIdsOf(cipher, receipts);
  const formerShareIds = formerShareIdsOf(cipher, receipts);
  const which = { shareIds: receipts.length === 0 ? null : shareIds, formerShareIds, lenient };
  const result = await retrieve(sql, caller, which);
  if (result.outcome === "unknown-receipt") {
    const missing = receipts[placeOf(result.missing, shareIds)];
    throw new Refusal("unknown-receipt", `unknown receipt ${missing?.hex()}`, {
      transferPending: result.transferPending,
    });
  }
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  const { account, shares, transferPending } = result;
  const named = ({ shareId }: StoredShare) =>
    receipts[
      [shareIds, formerShareIds ?? []].map((ids) => placeOf(shareId, ids)).find((at) => at >= 0) ?? -1
    ];
  const open = async (share: StoredShare): Promise<RetrievedShare> => {
    try {
      return await openShare(cipher, { ...share, account });
    } catch (cause) {
      const name = logName(share.shareId);
      log.error({ err: cause, account: logName(account), share: name }, "damaged share");
      onDamagedShare?.(name);
      const receipt = named(share) ?? (await receiptOfDamaged(cipher, { ...share, account }));
      throw new Refusal("damaged-share", undefined, { receipt, transferPending, cause });
    }
  };
  const opened: RetrievedShare[] = [];
  for (const [index, share] of shares.entries()) {
    opened.push(await open(share));
    if (index % PORTION === PORTION - 1) await pause();
  }
  return { result: opened, transferPending };
}

function placeOf(id: ShareId, ids: readonly ShareId[]): number {
  return ids.findIndex((other) => equalBytes(other, id));
}
