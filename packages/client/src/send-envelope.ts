/** Envelopes over HTTP: one is posted, and one comes back, whatever it says. */
import { Envelope } from "@bc/envelope";
import { encodeTransport, type Format } from "@bc/share-protocol";
import { type Endpoint, exchange, notTheServer } from "./endpoint.ts";

export const MEDIA_TYPES: Readonly<Record<Format, string>> = { ur: "text/plain", cbor: "application/cbor" };

/**
 * Sends one envelope and gives the server's, unopened.
 *
 * @throws {ClientError} `unreachable`, or `bad-answer` when it is no envelope.
 */
export async function sendEnvelope(
  endpoint: Endpoint,
  envelope: Envelope,
  format: Format,
): Promise<Envelope> {
  const type = MEDIA_TYPES[format];
  const body = { type, bytes: encodeTransport(envelope, format) };
  const response = await exchange(endpoint, { path: "/", accept: type, body });
  try {
    return response.type === MEDIA_TYPES.cbor
      ? Envelope.fromCborData(response.body, { strict: true })
      : Envelope.fromURString(new TextDecoder().decode(response.body).trim(), { strict: true });
  } catch (cause) {
    throw notTheServer(endpoint, response, cause);
  }
}
