/** Envelopes over HTTP: one is posted, and one comes back, whatever it says. */
import { Envelope } from "@bc/envelope";
import { encodeTransport, type Format } from "@bc/share-protocol";
import { ClientError } from "./client-error.ts";
import { type Endpoint, exchange, notTheServer } from "./endpoint.ts";
import { fetchInfo } from "./fetch-info.ts";

export const MEDIA_TYPES: Readonly<Record<Format, string>> = { ur: "text/plain", cbor: "application/cbor" };

/** Bytes up to which the client sends a request without asking for the server's limit: usual servers take more. */
const SURELY_TAKEN = 16_384;

/**
 * Sends one envelope and gives the server's, unopened. Before a large one it asks whether the server takes so much.
 *
 * @throws {ClientError} `unreachable`, `too-large`, or `bad-answer` when it is no envelope.
 */
export async function sendEnvelope(
  endpoint: Endpoint,
  envelope: Envelope,
  format: Format,
): Promise<Envelope> {
  const type = MEDIA_TYPES[format];
  const body = { type, bytes: encodeTransport(envelope, format) };
  if (body.bytes.length > SURELY_TAKEN) await expectToFit(endpoint, body.bytes.length);
  const response = await exchange(endpoint, { path: "/", accept: type, body });
  try {
    return response.type === MEDIA_TYPES.cbor
      ? Envelope.fromCborData(response.body, { strict: true })
      : Envelope.fromURString(new TextDecoder().decode(response.body).trim(), { strict: true });
  } catch (cause) {
    throw notTheServer(endpoint, response, cause);
  }
}

/** What `GET /info` says is not signed, and need not be there. The server's own refusal is what counts in the end. */
async function expectToFit(endpoint: Endpoint, bytes: number): Promise<void> {
  const info = await fetchInfo(endpoint).catch(() => undefined);
  const most = (info as { limits?: { maxRequestBytes?: unknown } } | null | undefined)?.limits
    ?.maxRequestBytes;
  if (typeof most === "number" && bytes > most)
    throw new ClientError("too-large", `the request has ${bytes} bytes, and ${endpoint.url} takes ${most}`);
}
