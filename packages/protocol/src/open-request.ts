/**
 * From the bytes of a request to a verified call.
 *
 * Flow: bytes → envelope → (unseal) → one signature by one key of the sender → date → body → recipient. Two
 * steps, because what fails before the sender is verified is answered to nobody in particular, and what fails
 * after it is answered to the sender.
 *
 * Traps: elision keeps signatures valid, so nothing in the signed part may be obscured, or a missing
 * parameter could be one that somebody took away. And a signature binds neither time nor audience, so the
 * date and the recipient are checked here.
 */

import {
  ARID,
  BODY,
  DATE,
  type Digest,
  type EncapsulationPrivateKey,
  Envelope,
  EnvelopeError,
  NOTE,
  type PublicKeys,
  RECIPIENT_CONTINUATION,
  type ReadOptions,
  Request,
  SENDER,
  SENDER_CONTINUATION,
  SIGNED,
  type XID,
} from "@bc/envelope";
import { expectTaggedContent } from "#bc/dcbor";
import { TAG_REQUEST } from "#bc/tags";
import { isContinuation } from "./continuation.ts";
import { type Call, OPERATIONS, type OperationName } from "./operations/index.ts";
import { ParameterReader, xid } from "./parameters.ts";
import { Refusal } from "./refusal.ts";
import { REQUEST_LIMITS, type RequestLimits, requestLimits } from "./request-limits.ts";
import { hidesMeaning, isUnsupportedKey, readDocument, type XidDocument } from "./xid-document.ts";

/** A request whose sender is known; what it asks for is not read yet. */
export type OpenedRequest = {
  readonly id: ARID;
  readonly sender: {
    /** The XID that the sender claims. */
    readonly xid: XID;
    /** The keys that signed, and that the answer can be sealed to. */
    readonly keys: PublicKeys;
  };
  readonly sealed: boolean;
  /** The key that unsealed it. */
  readonly unsealedBy: EncapsulationPrivateKey | undefined;
  /** The digest of what was signed: equal digests are the same request, however it was signed or sent. */
  readonly digest: Digest;
  readonly request: Envelope;
  /** The sender's continuation, to be returned unread. */
  readonly continuation: Envelope | undefined;
  /** This server's own continuation from an earlier answer, or what somebody gives out for one. */
  readonly returned: Envelope | undefined;
};

export type ParsedRequest = {
  readonly opened: OpenedRequest;
  readonly call: Call;
  /**
   * When no server accepts it any more, by whichever clock: as far after the date window as clocks may differ. Undefined
   * for an undated one.
   */
  readonly expiresAt: Date | undefined;
  /** The date that it bears. Undefined for an undated one. */
  readonly date: Date | undefined;
};

export type RequestRules = {
  readonly now: Date;
  /** This server. */
  readonly recipient: XID;
  /** Whether sealed requests too must name their recipient. */
  readonly requireRecipient: boolean;
  /** The function that a name stands for here, if any. */
  readonly operationNamed: (name: unknown) => OperationName | undefined;
  /** Milliseconds that a date may lie in the past. */
  readonly maxAge: number;
  /** Milliseconds that a date may lie in the future. */
  readonly maxAhead: number;
  /** Seconds between the confirmation of a transfer and its effect. */
  readonly transferDelay: number;
};

/** Functions whose request stays good for the waiting time of a transfer too: sent again, it asks how that stands. */
const ASKS_FOR_TRANSFER: ReadonlySet<OperationName | undefined> = new Set([
  "fallbackTransfer",
  "startRecovery",
]);

/**
 * Reads, unseals and verifies a request.
 *
 * @param bytes tagged CBOR of an envelope.
 * @param keys those that it may be sealed to, tried in this order.
 * @param limits default: those for bodies of 64 KiB.
 * @throws {Refusal} `malformed`, `too-complex`, `unknown-recipient`, `not-signed`, `obscured`, `not-a-request`,
 *   `bad-key`, `bad-signature`.
 */
export async function openRequest(
  bytes: Uint8Array,
  keys: readonly EncapsulationPrivateKey[],
  limits: RequestLimits = REQUEST_LIMITS,
): Promise<OpenedRequest> {
  const options = {
    strict: true,
    limits: { ...limits, items: Math.min(limits.items, requestLimits(bytes.length).items) },
  };
  const received = readEnvelope(bytes, options);
  const sealed = received.subject().isEncrypted();
  const { signed, unsealedBy } = sealed ? await unseal(received, keys, options) : { signed: received };
  const request = readSignedPart(signed);
  const id = readId(request);
  const document = readSender(request);
  const senderKeys = await verifySender(signed, document);
  const continuation = request.optionalObjectForPredicate(SENDER_CONTINUATION);
  const returned = request.optionalObjectForPredicate(RECIPIENT_CONTINUATION);
  const digest = signed.subject().digest();
  const sender = { xid: document.xid, keys: senderKeys };
  return { id, sender, sealed, unsealedBy, digest, request, continuation, returned };
}

/**
 * Reads what an opened request asks for.
 *
 * @throws {Refusal} `not-a-request`, `missing-date`, `expired`, `from-the-future`, `unknown-function`,
 *   `bad-parameter`, `missing-recipient`, `wrong-recipient`.
 */
export function readRequest(opened: OpenedRequest, rules: RequestRules): ParsedRequest {
  const { date, body } = parse(() => Request.fromEnvelope(opened.request));
  const name = rules.operationNamed(body.function);
  const maxAge = rules.maxAge + (ASKS_FOR_TRANSFER.has(name) ? rules.transferDelay * 1000 : 0);
  if (date !== undefined) checkDate(date, { ...rules, maxAge });
  else if (!opened.sealed) throw new Refusal("missing-date");
  if (name === undefined) throw new Refusal("unknown-function");
  const reader = new ParameterReader(body.parameters);
  const recipient = reader.optional("recipient", xid);
  const call = readCall(name, reader);
  reader.end();
  checkRecipient(recipient, opened, rules);
  const expiresAt = date && new Date(date.getTime() + maxAge + rules.maxAhead);
  return { opened, call, expiresAt, date };
}

function readCall<Name extends OperationName>(name: Name, reader: ParameterReader): Call {
  return { name, parameters: OPERATIONS[name].decode(reader) } as Call;
}

function readEnvelope(bytes: Uint8Array, options: ReadOptions): Envelope {
  try {
    return Envelope.fromCborData(bytes, options);
  } catch (cause) {
    throw unreadable(cause);
  }
}

async function unseal(
  received: Envelope,
  keys: readonly EncapsulationPrivateKey[],
  options: ReadOptions,
): Promise<{ readonly signed: Envelope; readonly unsealedBy: EncapsulationPrivateKey | undefined }> {
  for (const key of keys) {
    try {
      return { signed: await received.decryptToRecipient(key, options), unsealedBy: key };
    } catch (cause) {
      const refusal = unreadable(cause);
      if (refusal.code !== "unknown-recipient") throw refusal;
    }
  }
  throw new Refusal("unknown-recipient");
}

function unreadable(cause: unknown): Refusal {
  const code = cause instanceof EnvelopeError ? cause.code : undefined;
  switch (code) {
    case "unknown-recipient":
    case "too-complex":
      return new Refusal(code, undefined, { cause });
    case "too-deep":
      return new Refusal("too-complex", undefined, { cause });
    default:
      return new Refusal("malformed", undefined, { cause });
  }
}

const PREDICATES = [BODY, DATE, NOTE, SENDER, SENDER_CONTINUATION, RECIPIENT_CONTINUATION];
const PREDICATE_DIGESTS = new Set(PREDICATES.map((predicate) => Envelope.new(predicate).digest().hex()));

/** What stands under the signature: nothing obscured, nothing unexpected. */
function readSignedPart(signed: Envelope): Envelope {
  const signatures = signed.assertionsWithPredicate(SIGNED).length;
  if (!signed.subject().isWrapped() || signatures === 0) throw new Refusal("not-signed");
  if (signatures !== signed.assertions().length) {
    throw new Refusal("not-a-request", "only signatures may stand beside the signed request");
  }
  const request = signed.tryUnwrap();
  if (hidesMeaning(request.subject()) || request.assertions().some(hidesSomething)) {
    throw new Refusal("obscured");
  }
  const known = request.assertions().every((assertion) => {
    return assertion.isAssertion() && PREDICATE_DIGESTS.has(assertion.asPredicate()?.digest().hex() ?? "");
  });
  if (!known) throw new Refusal("not-a-request", "the request holds an assertion that is not expected");
  return request;
}

/** Continuations must be encrypted. Of everything else, only private keys in documents may be. */
function hidesSomething(assertion: Envelope): boolean {
  const object = assertion.asObject();
  // Most assertions hide nothing, which a short look tells; what the others hide takes a long one.
  if (!isContinuation(assertion) || object === undefined) {
    return assertion.hasObscured() && hidesMeaning(assertion);
  }
  if (!object.subject().isEncrypted()) throw new Refusal("not-a-request", "a continuation must be encrypted");
  return object.assertions().some((item) => item.hasObscured());
}

function readId(request: Envelope): ARID {
  if (!request.subject().isLeaf()) throw new Refusal("not-a-request");
  return parse(() => {
    return request.extractSubject((value) => ARID.fromCbor(expectTaggedContent(value, TAG_REQUEST.value)));
  });
}

function readSender(request: Envelope): XidDocument {
  const sender = parse(() => request.objectForPredicate(SENDER));
  const document = parse(() => documentOf(sender));
  if (document.keys.length === 0) throw new Refusal("bad-key", "sender must have a verification key");
  return document;
}

/** Bare keys of a scheme that is not supported verify nothing here. */
function documentOf(sender: Envelope): XidDocument {
  try {
    return readDocument(sender);
  } catch (cause) {
    if (isUnsupportedKey(cause)) throw new Refusal("bad-key", undefined, { cause });
    throw cause;
  }
}

/** The one key of the document that made the one signature. */
async function verifySender(signed: Envelope, document: XidDocument): Promise<PublicKeys> {
  if (signed.assertions().length !== 1) throw new Refusal("bad-signature", "exactly one signature is needed");
  const signers: PublicKeys[] = [];
  for (const keys of document.keys) {
    if (await isSignedBy(signed, keys)) signers.push(keys);
  }
  const [signer, ...others] = signers;
  if (signer === undefined) throw await whyUnverified(document);
  if (others.length > 0)
    throw new Refusal("bad-signature", "several keys of the sender verify the signature");
  if (!signer.encapsulation.isValid()) throw new Refusal("bad-key");
  return signer;
}

async function isSignedBy(signed: Envelope, keys: PublicKeys): Promise<boolean> {
  try {
    return await signed.hasSignatureFrom(keys.signing);
  } catch (cause) {
    throw new Refusal("bad-signature", undefined, { cause });
  }
}

/** Bytes that are no key can't verify anything. The refusal says so, since that is what the sender has to mend. */
async function whyUnverified(document: XidDocument): Promise<Refusal> {
  for (const keys of document.keys) {
    if (!(await keys.isValid())) return new Refusal("bad-key");
  }
  return new Refusal("bad-signature");
}

function checkDate(date: Date, { now, maxAge, maxAhead }: RequestRules): void {
  if (date.getTime() < now.getTime() - maxAge) throw new Refusal("expired");
  if (date.getTime() > now.getTime() + maxAhead) throw new Refusal("from-the-future");
}

function checkRecipient(named: XID | undefined, { sealed }: OpenedRequest, rules: RequestRules): void {
  if (named !== undefined) {
    if (!named.equals(rules.recipient)) throw new Refusal("wrong-recipient");
  } else if (!sealed || rules.requireRecipient) {
    throw new Refusal("missing-recipient");
  }
}

/** Whatever `read` throws means that the shape is not a request's. */
function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("not-a-request", undefined, { cause });
  }
}
