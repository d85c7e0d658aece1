/**
 * Getting to know a server by its address.
 *
 * `GET /` gives the document, but anybody on the way can give another one. Without `https:` the first contact is
 * therefore trust on first use, and it is the caller's to keep what was learnt: the client forgets it when it ends.
 *
 * A caller who knows the XID beforehand is safe from the start. The XID vouches for the signing key; for the rest of
 * the document, the key to seal to above all, the server has to sign. It signs its document with every answer, so
 * any answer will do, also one to a message that asks for nothing.
 */

import type { XID } from "@bc/envelope";
import { Envelope, SENDER } from "@bc/envelope";
import { ClientError } from "./client-error.ts";
import { type Endpoint, exchange, type HttpAnswer, notTheServer } from "./endpoint.ts";
import { verifyAnswer } from "./open-answer.ts";
import { MEDIA_TYPES, sendEnvelope } from "./send-envelope.ts";
import { type Server, serverFromUR } from "./server.ts";

/**
 * The server at this address.
 *
 * @param expected the XID that it must have and prove.
 * @throws {ClientError} `unreachable`, `bad-answer`, or `wrong-server` when it is not the expected one.
 */
export async function fetchServer(endpoint: Endpoint, expected?: XID): Promise<Server> {
  const answer = await exchange(endpoint, { path: "/", accept: MEDIA_TYPES.ur });
  const server = readServer(endpoint, answer);
  if (expected === undefined) return server;
  if (!server.xid.equals(expected)) {
    throw new ClientError("wrong-server", `the server at ${endpoint.url} is not the expected one`);
  }
  const greeting = Envelope.new("who are you?");
  const response = await verifyAnswer(await sendEnvelope(endpoint, greeting, "cbor"), server);
  if (!response.objectForPredicate(SENDER).isIdenticalTo(server.document)) {
    throw new ClientError(
      "wrong-server",
      `the server at ${endpoint.url} does not sign the document it gives`,
    );
  }
  return server;
}

/** What `GET /info` says, as JSON. It is not signed: for people to read, not to act on. */
export async function fetchInfo(endpoint: Endpoint): Promise<unknown> {
  const answer = await exchange(endpoint, { path: "/info", accept: "application/json" });
  try {
    return JSON.parse(textOf(answer));
  } catch (cause) {
    throw notTheServer(endpoint, answer, cause);
  }
}

function readServer(endpoint: Endpoint, answer: HttpAnswer): Server {
  try {
    return serverFromUR(textOf(answer));
  } catch (cause) {
    throw notTheServer(endpoint, answer, cause);
  }
}

function textOf({ status, body }: HttpAnswer): string {
  if (status !== 200) throw new TypeError("not a document");
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}
