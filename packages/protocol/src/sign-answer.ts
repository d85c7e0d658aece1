/**
 * From a result or a refusal to a signed answer.
 *
 * Sealed in, sealed out; plain in, plain out, except for secrets, which are always sealed to the sender. A
 * failure before the sender was known has no ID, and is signed but sealed to nobody.
 */
import {
  type Envelope,
  NOTE,
  RECIPIENT_CONTINUATION,
  Response,
  SENDER,
  SENDER_CONTINUATION,
} from "@bc/envelope";
import { encodeError } from "./error-envelope.ts";
import type { Identity } from "./identity.ts";
import type { OpenedRequest } from "./open-request.ts";
import { fixedText, type Refusal } from "./refusal.ts";

export type ResultToSign = {
  readonly result: Envelope;
  /** Whether only the sender may see it, even if the request came plain. */
  readonly secret: boolean;
  /** The server's continuation, which the sender gives back with its next request. */
  readonly continuation?: Envelope | undefined;
};

/** The answer to a call that was carried out. @param note what the sender should know beside the result. */
export async function signResult(
  identity: Identity,
  opened: OpenedRequest,
  { result, secret, continuation }: ResultToSign,
  note?: string,
): Promise<Envelope> {
  const response = new Response(opened.id, { ok: true, result }).toEnvelope();
  return sealFor(opened, await sign(identity, response, { opened, note, continuation }), secret);
}

/** The answer to a sender whose request was refused. @param note what the sender should know beside the error. */
export async function signRefusal(
  identity: Identity,
  opened: OpenedRequest,
  refusal: Refusal,
  note?: string,
): Promise<Envelope> {
  const { message: text, code, retryAfter, receipt } = refusal;
  const error = encodeError({ text, code, retryAfter, receipt });
  const response = new Response(opened.id, { ok: false, error }).toEnvelope();
  return sealFor(opened, await sign(identity, response, { opened, note }), false);
}

/** The answer when nobody knows who asked: fixed text, no ID, for all to read. */
export async function signEarlyFailure(identity: Identity, refusal: Refusal): Promise<Envelope> {
  const { code, message } = refusal;
  const error = encodeError({ text: code === "internal" ? message : fixedText(code), code });
  return sign(identity, new Response(undefined, { ok: false, error }).toEnvelope(), {});
}

type AnswerExtras = Pick<ResultToSign, "continuation"> & {
  readonly opened?: OpenedRequest;
  readonly note?: string | undefined;
};

async function sign(
  identity: Identity,
  response: Envelope,
  { opened, note, continuation }: AnswerExtras,
): Promise<Envelope> {
  return response
    .addOptionalAssertion(NOTE, note)
    .addAssertion(SENDER, identity.document)
    .addOptionalAssertion(SENDER_CONTINUATION, continuation)
    .addOptionalAssertion(RECIPIENT_CONTINUATION, opened?.continuation)
    .sign(identity.privateKeys.signing);
}

async function sealFor(
  { sealed, sender }: OpenedRequest,
  signed: Envelope,
  secret: boolean,
): Promise<Envelope> {
  return sealed || secret ? signed.encryptToRecipients([sender.keys.encapsulation]) : signed;
}
