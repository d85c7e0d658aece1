/**
 * Audits: the server shows that it still has shares, without sending them.
 *
 * It hashes each share with a nonce that it did not know before, which only somebody can do who has the share. The wallet
 * compares with its own copy; or it makes pairs of nonce and proof while it has the share, and needs the share no more.
 * Each pair is good for one audit: a server that has seen the nonce could keep the proof and drop the share.
 */
import { equalBytes, randomBytes } from "@bc/envelope";
import type { ProvenShare } from "@bc/share-protocol";
import { Receipt, shareProof } from "@bc/share-protocol";
import type { Client } from "./client.ts";
import { ClientError } from "./client-error.ts";

/** What a wallet keeps for one audit of one share: the nonce to send, and the proof that has to come back. */
export type PreparedAudit = {
  /** 32 bytes. Secret until it is sent. */
  readonly nonce: Uint8Array;
  /** 32 bytes. */
  readonly proof: Uint8Array;
};

/** Audits for a year, one a day. */
export const AUDITS_OF_A_YEAR = 366;

const NONCE_SIZE = 32;

/** Prepares audits of a share. @param count how many. */
export function prepareAudits(data: Uint8Array, count = AUDITS_OF_A_YEAR): readonly PreparedAudit[] {
  return Array.from({ length: count }, () => {
    const nonce = randomBytes(NONCE_SIZE);
    return { nonce, proof: shareProof(nonce, data) };
  });
}

/**
 * Audits one share by a pair that was prepared, and that must be forgotten *before* the call.
 *
 * @param receipt of a share of the client's account.
 * @throws {ClientError} `not-proven` when the server has something else than the share; `refused`, with `unknown-receipt`
 *   or `damaged-share`, when it says itself that it lacks it.
 */
export async function auditPrepared(
  client: Pick<Client, "call">,
  receipt: Receipt,
  audit: PreparedAudit,
): Promise<void> {
  const { nonce, proof } = audit;
  expectProofs(await client.call("auditShares", { receipts: [receipt], nonce }), () => proof);
}

/**
 * Audits shares of the client's account by the wallet's copies of them, in one call.
 *
 * @param copies at least one.
 * @throws {ClientError} as {@link auditPrepared}.
 */
export async function auditCopies(
  client: Pick<Client, "call" | "identity">,
  copies: readonly [Uint8Array, ...Uint8Array[]],
): Promise<void> {
  const nonce = randomBytes(NONCE_SIZE);
  const receipts = copies.map((data) => Receipt.of(client.identity.xid, data));
  const proofs = new Map(copies.map((data, i) => [receipts[i]?.hex(), shareProof(nonce, data)]));
  const proven = await client.call("auditShares", { receipts, nonce });
  expectProofs(proven, (receipt) => proofs.get(receipt.hex()));
}

function expectProofs(
  proven: readonly ProvenShare[],
  expected: (receipt: Receipt) => Uint8Array | undefined,
): void {
  const wrong = proven.find(
    ({ receipt, proof }) => !equalBytes(proof, expected(receipt) ?? new Uint8Array()),
  );
  if (wrong === undefined) return;
  throw new ClientError("not-proven", `the server does not have the share ${wrong.receipt.hex()}`);
}
