/**
 * What `startRecovery` hands out and `finishRecovery` gets back: which transfer it is about.
 *
 * Anyone can seal a continuation to a server. So this one carries a MAC, and the server refuses one that it did not
 * write. The continuation only names a transfer: the store knows whether the contact has confirmed.
 *
 *   state = HMAC-SHA256(32) ‖ key id ‖ request key ‖ request digest ‖ token hash, 32 bytes each
 */

import { concatBytes, Envelope, equalBytes } from "@bc/envelope";
import { openContinuation, Refusal, sealContinuation } from "@bc/share-protocol";
import { hmacSha256 } from "#bc/crypto";
import type { AskedTransfer } from "../../store/look-up-transfer.ts";
import { keyId, requestDigest, requestKey, type TokenHash, tokenHash } from "../../store/types.ts";
import type { Encrypting, WorkContext } from "../context.ts";
import type { Names } from "../key-cipher.ts";
import { speakersOf } from "../speakers.ts";

/** The request that asked, the key that the account shall move to, and the challenge to the contact. */
export type RecoveryState = Omit<AskedTransfer, "now"> & { readonly tokenHash: TokenHash };

const NAME_BYTES = 32;
const NAMES = 5;
/** Milliseconds that a recovery may take, besides the waiting time: as long as the reference allows. */
const LIFETIME = 86_400_000;

export async function sealState(context: WorkContext, state: RecoveryState): Promise<Envelope> {
  const waiting = context.policy.transferDelay * 1000;
  const validUntil = new Date(context.now().getTime() + waiting + LIFETIME);
  return sealContinuation(encodeState(context, state), validUntil, context.identity.publicKeys.encapsulation);
}

/**
 * @throws {Refusal} `bad-parameter` when there is none, or it is not this server's own; `challenge-void` when it is
 *   too old.
 */
export async function openState(
  context: WorkContext,
  returned: Envelope | undefined,
  now: Date,
): Promise<RecoveryState> {
  if (returned === undefined) throw new Refusal("bad-parameter", "missing state");
  const { state, validUntil } = await readOwn(context, returned);
  if (validUntil < now) throw new Refusal("challenge-void", "continuation expired");
  return state;
}

async function readOwn(context: WorkContext, returned: Envelope) {
  let cause: unknown;
  for (const { privateKeys } of speakersOf(context)) {
    try {
      const { state, validUntil } = await openContinuation(returned, privateKeys.encapsulation);
      return { state: decodeState(context, state), validUntil };
    } catch (error) {
      cause ??= error;
    }
  }
  throw new Refusal("bad-parameter", "invalid state", { cause });
}

export function encodeState({ cipher }: Encrypting, state: RecoveryState): Envelope {
  const names = concatBytes(state.keyId, state.requestKey, state.requestDigest, state.tokenHash);
  return Envelope.new(concatBytes(authenticate(cipher, names), names));
}

function decodeState({ cipher }: Encrypting, envelope: Envelope): RecoveryState {
  const bytes = envelope.asByteString();
  if (!envelope.isLeaf() || bytes?.length !== NAMES * NAME_BYTES) throw new TypeError("not a state");
  const [mac, names] = [bytes.subarray(0, NAME_BYTES), bytes.subarray(NAME_BYTES)];
  const keys = cipher.former === undefined ? [cipher] : [cipher, cipher.former];
  if (!keys.some((key) => equalBytes(mac, authenticate(key, names)))) {
    throw new TypeError("a state that this server did not write");
  }
  const name = (place: number) => bytes.slice(place * NAME_BYTES, (place + 1) * NAME_BYTES);
  return {
    keyId: keyId(name(1)),
    requestKey: requestKey(name(2)),
    requestDigest: requestDigest(name(3)),
    tokenHash: tokenHash(name(4)),
  };
}

function authenticate({ codeSecret }: Pick<Names, "codeSecret">, names: Uint8Array): Uint8Array {
  const label = new TextEncoder().encode("share recovery state\0");
  return hmacSha256(codeSecret, concatBytes(label, names));
}
