/**
 * Getting to know a server by its address.
 *
 * `GET /` gives the document, but anybody on the way can give another one. Without `https:` the first contact is
 * therefore trust on first use, and the caller has to keep what it learns: the client forgets it when it ends.
 *
 * A caller who knows the XID beforehand is safe from the start. The XID vouches for the signing key; for the rest of
 * the document, the key to seal to above all, the server has to sign. It signs its document with every answer, so
 * any answer will do, even the refusal of an envelope that is no request.
 */

import type { XID } from "@bc/envelope";
import { Envelope, SENDER } from "@bc/envelope";
import { readDocument } from "@bc/share-protocol";
import { ClientError } from "./client-error.ts";
import { type Endpoint, exchange, type HttpResponse, notTheServer, textOf } from "./endpoint.ts";
import { type KnownServer, serverFromUR } from "./known-server.ts";
import { verifyAnswer } from "./open-answer.ts";
import { MEDIA_TYPES, sendEnvelope } from "./send-envelope.ts";

/**
 * The server at this address.
 *
 * @param expected the XID that it must have and prove.
 * @throws {ClientError} `unreachable`, `bad-answer`, or `wrong-server` when it is not the expected one.
 */
export async function fetchServer(endpoint: Endpoint, expected?: XID): Promise<KnownServer> {
  const document = exchange(endpoint, { path: "/", accept: MEDIA_TYPES.ur });
  if (expected === undefined) return await readServer(endpoint, await document);
  // Neither needs the other, so both leave together.
  const greeting = sendEnvelope(endpoint, Envelope.new("who are you?"), "cbor");
  const [response, greeted] = await Promise.all([document, greeting]);
  const server = await readServer(endpoint, response);
  if (!server.xid.equals(expected)) {
    throw new ClientError("wrong-server", `the server at ${endpoint.url} is not the expected one`);
  }
  const answer = await verifyAnswer(greeted, server);
  const { keys } = readDocument(answer.objectForPredicate(SENDER));
  if (!keys.some((own) => own.equals(server.keys))) {
    throw new ClientError(
      "wrong-server",
      `the server at ${endpoint.url} does not sign the document it gives`,
    );
  }
  return server;
}

async function readServer(endpoint: Endpoint, response: HttpResponse): Promise<KnownServer> {
  try {
    return await serverFromUR(textOf(response));
  } catch (cause) {
    throw notTheServer(endpoint, response, cause);
  }
}
