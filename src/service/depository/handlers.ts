/**
 * The reference depository's names for what this server does anyway: the same store functions, safer.
 *
 * Where the reference believes the request (a continuation, a recovery method that somebody knows), the contact is
 * asked to confirm, as everywhere else.
 */
import { XID } from "#bc/keys";
import { CODE_TRIES } from "../../fallback/challenge.ts";
import { fallbackTransfer } from "../../store/fallback-transfer.ts";
import { lookUpTransfer } from "../../store/look-up-transfer.ts";
import { verifyFallback } from "../../store/verify-fallback.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { XidDocument } from "../../wire/xid-document.ts";
import { CHALLENGE_LIMITS, challengeFor, readContact, sealContact } from "../challenge.ts";
import type { Handler } from "../handlers/handler.ts";
import { retrieveFallback } from "../handlers/retrieve-fallback.ts";
import { retrieveSharesWith } from "../handlers/retrieve-shares.ts";
import { updateFallback } from "../handlers/update-fallback.ts";
import { updatePublicKey } from "../handlers/update-public-key.ts";
import { refused } from "../refused.ts";
import { openState, sealState } from "./recovery-state.ts";

export const getShares: Handler<"getShares"> = (context, caller, parameters) => {
  return retrieveSharesWith(context, caller, { ...parameters, lenient: true });
};

export const updateRecovery: Handler<"updateRecovery"> = (context, caller, { recoveryMethod }, message) => {
  return updateFallback(context, caller, { fallback: recoveryMethod }, message);
};

export const getRecovery: Handler<"getRecovery"> = async (context, caller, _, message) => {
  const { result, transferPending } = await retrieveFallback(context, caller, {}, message);
  return { result: result?.contact ?? null, transferPending };
};

/** Unlike `fallbackTransfer` it must tell whether anyone has the contact; operators can turn these names off. */
export const startRecovery: Handler<"startRecovery"> = async (context, caller, { recoveryMethod }) => {
  const contact = readRecovery(() => readContact(context, recoveryMethod));
  const challenge = await challengeFor(context, contact, caller);
  const stored = await sealContact(context, contact);
  const result = await fallbackTransfer(context.sql, caller, stored, challenge, CHALLENGE_LIMITS);
  if (result.outcome === "processing" && result.contactKnown === false) throw new Refusal("unknown-recovery");
  if (result.outcome !== "processing" && result.outcome !== "ok") {
    throw refused({ outcome: result.outcome, transferPending: false }, caller);
  }
  const trusted = context.policy.trustFallback ? challenge.tokenHash : undefined;
  return {
    result: undefined,
    transferPending: false,
    continuation: await sealState(context, caller, trusted),
  };
};

/** Ends a recovery whose contact has confirmed. */
export const finishRecovery: Handler<"finishRecovery"> = async (context, caller, _, { returned }) => {
  const { sql, policy, now } = context;
  const state = await openState(context, returned);
  if (XID.fromData(state.keyId).equals(XID.fromData(caller.keyId)) === false) {
    throw new Refusal("invalid-sender-key", "incorrect verification key");
  }
  if (policy.trustFallback && state.challenge !== undefined) {
    const limits = { maxTries: CODE_TRIES, transferDelaySeconds: policy.transferDelay };
    const result = await verifyFallback(sql, caller, { tokenHash: state.challenge }, limits);
    if (result.outcome !== "ok") throw refused(result, caller);
    return { result: undefined, transferPending: result.transferPending };
  }
  const outcome = await lookUpTransfer(sql, { ...state, now: now() });
  if (outcome === "processing") throw new Refusal("not-confirmed");
  if (outcome !== "ok") throw refused({ outcome, transferPending: false }, caller);
  return { result: undefined, transferPending: false };
};

/** The new document must be the account's own; its key becomes the account's key. */
export const updateXIDDocument: Handler<"updateXIDDocument"> = async (
  context,
  caller,
  { newXIDDocument },
  message,
) => {
  const newPublicKey = keyOf(newXIDDocument);
  const { xid } = newXIDDocument;
  if (!xid.equals(message.sender.xid)) throw new Refusal("not-account-key", "the document is of another XID");
  const { transferPending } = await updatePublicKey(context, caller, { newPublicKey }, message);
  return { result: undefined, transferPending };
};

/** The inception key, or else the only key. Of several others none is better than the next. */
function keyOf({ xid, keys }: XidDocument) {
  const inception = keys.find((key) => xid.validates(key.signing));
  const [only, ...others] = keys;
  const key = inception ?? (others.length === 0 ? only : undefined);
  if (key === undefined) {
    throw new Refusal("bad-parameter", "the document must have its inception key, or exactly one other key");
  }
  return key;
}

/** What is no contact at all is nobody's recovery method. */
function readRecovery<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refusal("unknown-recovery", undefined, { cause });
  }
}
