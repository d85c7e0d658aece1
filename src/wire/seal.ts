/**
 * From an outcome to a signed answer.
 *
 * Sealed in, sealed out; plain in, plain out, except for secrets, which are always sealed to the sender. A
 * failure before the sender was known has no ID, and is signed but sealed to nobody.
 */
import { Envelope, RECIPIENT_CONTINUATION, Response, SENDER } from "#bc/envelope";
import type { Identity } from "./identity.ts";
import type { VerifiedMessage } from "./open.ts";
import { fixedText, type Refusal } from "./refusal.ts";

/** The answer to a call that was carried out. */
export async function sealResult(
  identity: Identity,
  message: VerifiedMessage,
  { result, secret }: { readonly result: Envelope; readonly secret: boolean },
): Promise<Envelope> {
  const response = new Response(message.id, { ok: true, result });
  return sealFor(message, await sign(identity, response, message), secret);
}

/** The answer to a sender whose request was refused. */
export async function sealRefusal(
  identity: Identity,
  message: VerifiedMessage,
  refusal: Refusal,
): Promise<Envelope> {
  const response = new Response(message.id, {
    ok: false,
    error: errorEnvelope(refusal.message, refusal.code),
  });
  return sealFor(message, await sign(identity, response, message), false);
}

/** The answer when nobody knows who asked: fixed text, no ID, for all to read. */
export async function sealEarlyFailure(identity: Identity, refusal: Refusal): Promise<Envelope> {
  const error = errorEnvelope(fixedText(refusal.code), refusal.code);
  return sign(identity, new Response(undefined, { ok: false, error }), undefined);
}

function errorEnvelope(text: string, code: string): Envelope {
  return Envelope.new(text).addAssertion("code", code);
}

async function sign(identity: Identity, response: Response, message: VerifiedMessage | undefined) {
  return response
    .toEnvelope()
    .addAssertion(SENDER, identity.document)
    .addOptionalAssertion(RECIPIENT_CONTINUATION, message?.continuation)
    .sign(identity.privateKeys.signing);
}

async function sealFor({ sealed, sender }: VerifiedMessage, signed: Envelope, secret: boolean) {
  return sealed || secret ? signed.encryptToRecipients([sender.keys.encapsulation]) : signed;
}
