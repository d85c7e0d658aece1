/** What one function looks like on the wire, in both directions: the client's half and the server's half. */
import type { Envelope, Expression } from "@bc/envelope";
import type { ParameterReader } from "../parameters.ts";

export type Operation<Parameters, Result> = {
  readonly encode: (parameters: Parameters) => Expression;
  /** @throws {Refusal} `bad-parameter` */
  readonly decode: (reader: ParameterReader) => Parameters;
  readonly encodeResult: (result: Result) => Envelope;
  /** The same for a result that may be large. It awaits `pause` now and then, so that others get their turn. */
  readonly encodeLargeResult?: (result: Result, pause: () => Promise<void>) => Promise<Envelope>;
  /** @throws {EnvelopeError} for a result of another shape. */
  readonly decodeResult: (envelope: Envelope) => Result;
  /**
   * Whether the result must not be seen by others. It is then sealed to the sender even when the request came
   * plain, so that a replayed or forwarded request never leaks it.
   */
  readonly secret: boolean;
};
