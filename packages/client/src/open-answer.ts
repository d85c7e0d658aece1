/**
 * From an answer to what the server said, without a network.
 *
 * Flow: (unseal) → one signature by the known server → nothing obscured → sender → ID → result or error.
 *
 * Traps: the transport is not trusted, so an answer counts only under the server's signature and for the ID that
 * was asked. Elision keeps signatures valid, so an answer with an obscured part is refused: a share that is missing
 * could be one that somebody took away.
 */

import type { ARID } from "@bc/envelope";
import { Envelope, NOTE, Response, type ResponseOutcome, SENDER, SIGNED } from "@bc/envelope";
import type { Identity } from "@bc/share-protocol";
import { decodeError, isContinuation, readDocument } from "@bc/share-protocol";
import { ClientError, type ServerRefusal } from "./client-error.ts";
import { followRotations, type KnownServer } from "./known-server.ts";

export type ExpectedAnswer = {
  /** The ID of the request. */
  readonly id: ARID;
  /** Who asked. */
  readonly identity: Identity;
  /** Who was asked. */
  readonly server: KnownServer;
};

export type OpenedAnswer = {
  readonly result: Envelope;
  /** Whether it came sealed, so that nobody on the way could read it. */
  readonly sealed: boolean;
  /** Something that the server wants the user to know, such as that somebody asks for the account. */
  readonly note: string | undefined;
  /** The server as it is known from now on: with new keys, if the answer tells of them. Keep it then. */
  readonly server: KnownServer;
};

/**
 * The result of the request `expected.id`, as the server signed it. `readResult` gives it its type.
 *
 * @throws {ClientError} `refused` when the server said no; `bad-answer`, `wrong-server` or `wrong-keys` when this is not the
 *   server's answer to that request.
 */
export async function openAnswer(envelope: Envelope, expected: ExpectedAnswer): Promise<OpenedAnswer> {
  const sealed = envelope.subject().isEncrypted();
  const signed = sealed ? await unseal(envelope, expected.identity) : envelope;
  const response = await verifyAnswer(signed, expected.server);
  const { id, outcome } = understand(() => Response.fromEnvelope(response));
  const note = understand(() => response.optionalObjectForPredicate(NOTE)?.asText());
  const early = id === undefined && !outcome.ok;
  if (!early && !id?.equals(expected.id)) throw badAnswer("the answer is to another request");
  if (!outcome.ok) throw refusalIn(outcome, { early, note });
  const server = await followRotations(expected.server, response.objectForPredicate(SENDER));
  return { result: outcome.result, sealed, note, server };
}

/**
 * What the server signed: the response with everything that stands on it.
 *
 * @throws {ClientError} `bad-answer` or `wrong-server`.
 */
export async function verifyAnswer(signed: Envelope, server: KnownServer): Promise<Envelope> {
  const [signature, ...others] = signed.assertions();
  const isSignature = signature?.asPredicate()?.isIdenticalTo(Envelope.new(SIGNED)) ?? false;
  if (!signed.subject().isWrapped() || !isSignature || others.length > 0) {
    throw badAnswer("the answer must be signed, once");
  }
  const response = understand(() => signed.tryUnwrap());
  const shown = [response.subject(), ...response.assertions().filter((item) => !isContinuation(item))];
  if (shown.some((part) => part.hasObscured())) throw badAnswer("a part of the answer is hidden");
  const sender = understand(() => readDocument(response.objectForPredicate(SENDER)));
  if (!sender.xid.equals(server.xid)) throw new ClientError("wrong-server", "another server answers there");
  if (!(await isSignedBy(signed, server))) throw badAnswer("the answer is not signed by the server");
  return response;
}

async function unseal(envelope: Envelope, { privateKeys }: Identity): Promise<Envelope> {
  try {
    return await envelope.decryptToRecipient(privateKeys.encapsulation, { strict: true });
  } catch (cause) {
    throw badAnswer("the answer is sealed to another key, or damaged", cause);
  }
}

async function isSignedBy(signed: Envelope, { keys }: KnownServer): Promise<boolean> {
  try {
    return await signed.hasSignatureFrom(keys.signing);
  } catch (cause) {
    throw badAnswer("the signature of the answer is none", cause);
  }
}

function refusalIn(
  { error }: Extract<ResponseOutcome, { ok: false }>,
  beside: Pick<ServerRefusal, "early" | "note">,
): ClientError {
  return understand(() => {
    const refusal = { ...decodeError(error), ...beside };
    return new ClientError("refused", refusal.text, { refusal });
  });
}

/** Whatever `read` throws means that the shape is not an answer's. */
function understand<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw badAnswer("not an answer", cause);
  }
}

function badAnswer(message: string, cause?: unknown): ClientError {
  return new ClientError("bad-answer", message, { cause });
}
