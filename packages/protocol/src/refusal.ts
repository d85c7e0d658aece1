/**
 * Why a request is refused: one closed list of codes, which clients act on, and texts for people.
 *
 * Codes never change their meaning. Texts are for reading and hold no secret and nothing of the cause.
 */
import type { Receipt } from "./receipt.ts";

/** The fixed text of each code; a refusal may say more where that helps, see {@link Refusal}. */
const TEXTS = {
  malformed: "not an envelope, or not in its canonical form",
  "too-complex": "the request holds more than the server reads: items, assertions, levels or combining marks",
  "too-many-parts": "the request comes in more parts than the server joins",
  "too-large": "the request is too large",
  "unsupported-media-type": "send ur:envelope text, or CBOR as application/cbor",
  "rate-limited": "too many requests, try again later",
  unavailable: "the server is too busy, or its store is not available: try again later",
  "unknown-recipient": "unknown recipient",
  "not-signed": "the request is not signed",
  "bad-signature": "could not verify a signature",
  "bad-key": "a key of the sender is missing or is no key",
  obscured: "a part of the signed request is elided, encrypted or compressed",
  "not-a-request": "not a request",
  "unknown-function": "unknown function",
  "bad-parameter": "a parameter is missing, repeated, unexpected or of the wrong type",
  "missing-date": "a request that is not sealed needs a date",
  expired: "the request is too old",
  "from-the-future": "the date of the request lies in the future",
  "missing-recipient": "the request must name this server as its recipient",
  "wrong-recipient": "the request names another server as its recipient",
  "id-reused": "this ID was used for another request",
  "invalid-sender-key": "invalid sender verification key",
  "unknown-account": "unknown user",
  "not-account-key": "the key is not this account's",
  "unknown-receipt": "unknown receipt",
  "damaged-share": "a share is damaged: store it again from a copy",
  "share-too-large": "data too large",
  "too-many-shares": "the account has as many shares as it may",
  "account-full": "the account has as many bytes of shares as it may",
  "server-full": "the server takes no new accounts and shares at present",
  "missing-proof": "this server wants the new key to prove itself by its signature",
  "bad-proof": "the proof is not the new key's signature over this request",
  "key-in-use": "the new key is, or was, the key of an account",
  "unsupported-fallback": "this server takes no such contact",
  "fallback-in-use": "recovery method already exists",
  "unknown-recovery": "unknown recovery",
  "not-confirmed": "the contact has not confirmed yet",
  "wrong-code": "wrong code",
  "challenge-void": "there is nothing to confirm: it is done, void, or too old",
  "too-many-attempts": "too many wrong codes: ask again",
  internal: "internal error",
} as const;

export type RefusalCode = keyof typeof TEXTS;

export const REFUSAL_CODES = Object.keys(TEXTS) as readonly RefusalCode[];

export type RefusalOptions = ErrorOptions & {
  /** Whether a transfer of the sender's account is pending. Absent: whoever refuses does not know. */
  readonly transferPending?: boolean | undefined;
  /** When the reason is over, where that is known. */
  readonly retryAfter?: Date | undefined;
  /** The one share that it is about, where that is known. */
  readonly receipt?: Receipt | undefined;
};

/** Thrown where a request can't go on; caught once, where the answer is made. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly transferPending: boolean | undefined;
  readonly retryAfter: Date | undefined;
  readonly receipt: Receipt | undefined;

  /** @param text what the sender is told; by default the fixed text of the code. */
  constructor(code: RefusalCode, text: string = TEXTS[code], options: RefusalOptions = {}) {
    super(text, options);
    this.code = code;
    this.transferPending = options.transferPending;
    this.retryAfter = options.retryAfter;
    this.receipt = options.receipt;
  }
}

/** The fixed text of a code, which says nothing about the request at hand. */
export function fixedText(code: RefusalCode): string {
  return TEXTS[code];
}

export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(TEXTS, text);
}
