/**
 * From a call to a signed request, without a network: what an air-gapped wallet shows as a QR code.
 *
 * Every request names its recipient, sealed or not. Otherwise a server that the wallet talks to could pass the
 * request on, under the wallet's own signature, to another server where the wallet uses the same key.
 */
import { ARID, type Envelope, Request, SENDER } from "@bc/envelope";
import type { Call, Identity, NativeName } from "@bc/share-protocol";
import type { KnownServer } from "./known-server.ts";
import { operations } from "./operations.ts";
import { systemClock } from "./system-clock.ts";

export type RequestOptions = {
  /**
   * The date of the request; the server takes it for 24 hours, unless it is set up otherwise. Default: now. `none` is for
   * devices without a clock: the server takes it at any time, but only sealed.
   */
  readonly date?: Date | "none";
  /** The request's ID, for single use. Default: a random one. */
  readonly id?: ARID;
  /** Whether nobody but the server can read the request. Default: true. */
  readonly sealed?: boolean;
  /** A text that the server ignores. */
  readonly note?: string;
};

export type BuiltRequest = {
  /** Keep it: the answer is opened with it. */
  readonly id: ARID;
  readonly envelope: Envelope;
  /** What is sealed. With it the same request can be sealed anew when the server has new keys. Absent: not kept. */
  readonly signed?: Envelope | undefined;
};

/**
 * Builds, signs and seals one request.
 *
 * To repeat a request whose answer was lost, send this envelope again. Building it anew makes another request,
 * and with the same ID one that the server refuses.
 *
 * @throws {RangeError} for a request without a date that is not sealed: whoever reads it on the way could send it again.
 */
export async function buildRequest<Name extends NativeName>(
  call: Call<Name>,
  identity: Identity,
  server: KnownServer,
  { id = ARID.generate(), date = systemClock(), sealed = true, note }: RequestOptions = {},
): Promise<BuiltRequest> {
  if (date === "none" && !sealed) throw new RangeError("a request without a date has to be sealed");
  const body = operations[call.name].encode(call.parameters).withParameter("recipient", server.xid.toCbor());
  const request = new Request(id, body, {
    ...(date !== "none" && { date: wholeSeconds(date) }),
    ...(note !== undefined && { note }),
  });
  const signed = await request
    .toEnvelope()
    .addAssertion(SENDER, identity.document)
    .sign(identity.privateKeys.signing);
  return { id, signed, envelope: sealed ? await sealRequest(signed, server) : signed };
}

/** Seals a signed request to the server's present keys. */
export function sealRequest(signed: Envelope, { keys }: KnownServer): Promise<Envelope> {
  return signed.encryptToRecipients([keys.encapsulation]);
}

/** Whole seconds are four bytes shorter, and fine enough for the server's date window. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
