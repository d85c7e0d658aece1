/**
 * From a server's result to one that the caller can rely on.
 *
 * The signature proves that the server said it; this module checks that it can be true. A receipt is a hash that the
 * client computes for itself, so the client catches a server that swaps one share for another.
 */
import type { XID } from "@bc/envelope";
import type { Call, NativeName, ParametersOf, ResultOf, RetrievedShare } from "@bc/share-protocol";
import { Receipt } from "@bc/share-protocol";
import { ClientError } from "./client-error.ts";
import type { OpenedAnswer } from "./open-answer.ts";
import { operations } from "./operations.ts";

/** Whether a result of the right shape can be the answer to these parameters. */
type Check<Name extends NativeName> = (
  result: ResultOf<Name>,
  parameters: ParametersOf<Name>,
  account: XID,
) => boolean;

const CHECKS: { readonly [Name in NativeName]: Check<Name> } = {
  storeShare: (receipt, { data }, account) => receipt.equals(Receipt.of(account, data)),
  retrieveShares: (shares, { receipts }, account) =>
    shares.every((share) => isOwnShare(share, account)) &&
    (receipts.length === 0 || areTheSame(shares, receipts)),
  // The proofs themselves can be judged by whoever has the shares, or has had them.
  auditShares: (shares, { receipts }) => receipts.length === 0 || areTheSame(shares, receipts),
  deleteShares: asSigned,
  updateFallback: asSigned,
  retrieveFallback: asSigned,
  fallbackTransfer: asSigned,
  verifyFallback: asSigned,
  updatePublicKey: asSigned,
  deleteAccount: asSigned,
};

/** Nothing to compare with: the server's word is all there is. */
function asSigned(): boolean {
  return true;
}

/**
 * The result of `call` by the account.
 *
 * @throws {ClientError} `bad-answer` for a result of another shape, one that can't be true, or a secret that came
 *   unsealed.
 */
export function readResult<Name extends NativeName>(
  call: Call<Name>,
  { result, sealed }: Pick<OpenedAnswer, "result" | "sealed">,
  account: XID,
): ResultOf<Name> {
  const { decodeResult, secret } = operations[call.name];
  if (secret && !sealed) throw new ClientError("bad-answer", "a secret was sent for all to read");
  let value: ResultOf<Name>;
  try {
    value = decodeResult(result);
  } catch (cause) {
    throw new ClientError("bad-answer", `not a result of ${call.name}`, { cause });
  }
  if (!CHECKS[call.name](value, call.parameters, account)) {
    throw new ClientError("bad-answer", `the result of ${call.name} does not fit what was asked`);
  }
  return value;
}

function isOwnShare({ receipt, data }: RetrievedShare, account: XID): boolean {
  return receipt.equals(Receipt.of(account, data));
}

/** Whether every share was asked for and every receipt is answered; asking twice for one gives one. */
function areTheSame(
  shares: readonly Pick<RetrievedShare, "receipt">[],
  receipts: readonly Receipt[],
): boolean {
  const [given, asked] = [new Set(shares.map(({ receipt }) => receipt.hex())), new Set(receipts.map(hexOf))];
  return given.size === asked.size && [...asked].every((hex) => given.has(hex));
}

function hexOf(receipt: Receipt): string {
  return receipt.hex();
}
