/**
 * What `startRecovery` hands out and `finishRecovery` gets back: which transfer it is about.
 *
 * A continuation is not authenticated, so it names things and proves nothing: whether the contact has confirmed is
 * asked of the store. Only when confirmations are not asked for (`FALLBACK_TRUST`) does it hold the challenge's
 * name itself, which nobody can guess.
 */
import { Envelope } from "#bc/envelope";
import { concatBytes } from "#bc/keys";
import {
  type KeyId,
  keyId,
  type RequestDigest,
  type RequestIdentity,
  type RequestKey,
  requestDigest,
  requestKey,
  type TokenHash,
  tokenHash,
} from "../../store/types.ts";
import { openContinuation, sealContinuation } from "../../wire/continuation.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { Context } from "../context.ts";

export type RecoveryState = {
  /** The key that the account shall move to. */
  readonly keyId: KeyId;
  /** The request that began it. */
  readonly requestKey: RequestKey;
  readonly requestDigest: RequestDigest;
  readonly challenge: TokenHash | undefined;
};

const NAME_BYTES = 32;
/** Milliseconds that a recovery may take: as long as the reference allows. */
const LIFETIME = 86_400_000;

export async function sealState(
  { identity, now }: Context,
  caller: RequestIdentity,
  challenge: TokenHash | undefined,
): Promise<Envelope> {
  const names = [caller.keyId, caller.requestKey, caller.requestDigest, ...(challenge ? [challenge] : [])];
  const validUntil = new Date(now().getTime() + LIFETIME);
  return sealContinuation(Envelope.new(concatBytes(...names)), validUntil, identity.publicKeys.encapsulation);
}

/** @throws {Refusal} `bad-parameter` when there is none, or it is not one of this server's. */
export async function openState(
  { identity }: Context,
  returned: Envelope | undefined,
): Promise<RecoveryState> {
  if (returned === undefined) throw new Refusal("bad-parameter", "missing state");
  try {
    const state = await openContinuation(returned, identity.privateKeys.encapsulation);
    const bytes = state.asByteString() ?? new Uint8Array();
    const name = (place: number) => bytes.slice(place * NAME_BYTES, (place + 1) * NAME_BYTES);
    return {
      keyId: keyId(name(0)),
      requestKey: requestKey(name(1)),
      requestDigest: requestDigest(name(2)),
      challenge: bytes.length > 3 * NAME_BYTES ? tokenHash(name(3)) : undefined,
    };
  } catch (cause) {
    throw new Refusal("bad-parameter", "invalid state", { cause });
  }
}
