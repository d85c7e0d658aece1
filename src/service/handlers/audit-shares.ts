/** `auditShares`: reads the shares as `retrieveShares` does, and shows by a hash of each that they are there. */
import { type ProvenShare, shareProof } from "@bc/share-protocol";
import type { Handler } from "./handler.ts";
import { PORTION, retrieveSharesWith } from "./retrieve-shares.ts";

export const auditShares: Handler<"auditShares"> = async (context, caller, { receipts, nonce }) => {
  const { result: shares, ...beside } = await retrieveSharesWith(context, caller, {
    receipts,
    lenient: false,
  });
  let readBytes = 0;
  const proven: ProvenShare[] = [];
  for (const { receipt, data } of shares) {
    readBytes += data.length;
    proven.push({ receipt, proof: shareProof(nonce, data) });
    if (proven.length % PORTION === 0) await context.pause();
  }
  return { ...beside, readBytes, result: proven };
};
