/** A request that was built, as a profile keeps it. */
import { ARID, Envelope } from "@bc/envelope";
import type { BuiltRequest } from "../../build-request.ts";
import type { KeptRequest } from "./profile.ts";

export function toKeptRequest({ id, envelope, signed }: BuiltRequest): KeptRequest {
  return {
    id: id.urString(),
    envelope: envelope.urString(),
    ...(signed !== undefined && { signed: signed.urString() }),
  };
}

/** @throws {EnvelopeError | KeyError} when it is damaged. */
export function fromKeptRequest({ id, envelope, signed }: KeptRequest): BuiltRequest {
  return {
    id: ARID.fromURString(id),
    envelope: Envelope.fromURString(envelope),
    ...(signed !== undefined && { signed: Envelope.fromURString(signed) }),
  };
}
