/** What a server's answer says, once its signature is checked. */
import { Envelope, NOTE, Response } from "@bc/envelope";
import { serverFromDocument, verifyAnswer } from "@bc/share-client";
import type { Identity } from "@bc/share-protocol";
import {
  decodeError,
  decodeTransport,
  type Format,
  isRefusalCode,
  type RefusalCode,
} from "@bc/share-protocol";

export type ReadAnswer = {
  /** Undefined for a result. */
  readonly code: RefusalCode | undefined;
  readonly text: string | undefined;
  /** When a limit is over, if the error says so. */
  readonly retryAfter?: Date | undefined;
  /** Whether it is addressed to nobody, as when no sender is known. */
  readonly early: boolean;
  /** What stands beside the result or the error. */
  readonly note: string | undefined;
};

/**
 * Reads an answer of `server`; throws unless the server signed it and its code is one of the stable ones.
 *
 * @param wallets who an answer may be sealed to.
 */
export async function readAnswer(
  body: Uint8Array,
  format: Format,
  { server, wallets = [] }: { readonly server: Identity; readonly wallets?: readonly Identity[] },
): Promise<ReadAnswer> {
  const answer = Envelope.fromCborData(decodeTransport(body, format), { strict: true });
  const signed = answer.subject().isEncrypted() ? await openFor(answer, wallets) : answer;
  const verified = await verifyAnswer(signed, await serverFromDocument(server.document));
  const note = verified.optionalObjectForPredicate(NOTE)?.asText();
  const response = Response.fromEnvelope(verified);
  const early = response.id === undefined;
  if (response.outcome.ok) return { code: undefined, text: undefined, early, note };
  const { code, text, retryAfter } = decodeError(response.outcome.error);
  if (!isRefusalCode(code)) throw new TypeError(`${code} is no code`);
  return { code, text, retryAfter, early, note };
}

async function openFor(answer: Envelope, wallets: readonly Identity[]): Promise<Envelope> {
  for (const { privateKeys } of wallets) {
    const opened = await answer.decryptToRecipient(privateKeys.encapsulation).catch(() => undefined);
    if (opened !== undefined) return opened;
  }
  throw new TypeError("sealed to somebody else");
}
