/**
 * Carries a request to the server, and judges the answer as far as that is possible without keys.
 *
 * A second try sends the same bytes: however often the server gets them, it carries the request out once.
 */
import { type Envelope, EnvelopeError, Response } from "@bc/envelope";
import type { Endpoint, KnownServer } from "@bc/share-client";
import { ClientError, sendEnvelope, verifyAnswer } from "@bc/share-client";
import { decodeError } from "@bc/share-protocol";

export type Verdict =
  /** Only the wallet can tell what it says. */
  | { readonly kind: "sealed" }
  | { readonly kind: "done" }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly text: string;
    }
  /** Readable, but not what this server would sign. */
  | { readonly kind: "not-genuine" };

export type JudgedAnswer = { readonly answer: Envelope; readonly verdict: Verdict };

/** @throws {ClientError} `unreachable`, or `bad-answer` when the answer is no envelope. */
export async function exchange(
  endpoint: Endpoint,
  server: KnownServer,
  request: Envelope,
): Promise<JudgedAnswer> {
  const answer = await sendEnvelope(endpoint, request, "cbor");
  return { answer, verdict: await judge(answer, server) };
}

async function judge(answer: Envelope, server: KnownServer): Promise<Verdict> {
  if (answer.subject().isEncrypted()) return { kind: "sealed" };
  try {
    const { outcome } = Response.fromEnvelope(await verifyAnswer(answer, server));
    if (outcome.ok) return { kind: "done" };
    const { code, text } = decodeError(outcome.error);
    return { kind: "refused", code, text };
  } catch (error) {
    if (error instanceof ClientError || error instanceof EnvelopeError) return { kind: "not-genuine" };
    throw error;
  }
}
