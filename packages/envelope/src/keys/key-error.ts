/**
 * Why a key, identifier, signature or message was refused.
 * - `malformed`: the wrong CBOR shape, tag or size, or the wrong UR type;
 * - `unsupported-scheme`: well known but not supported here (private keys of SSH, and public keys of some of its schemes);
 * - `bad-key`: the right size, but no key: off the curve, of small order, out of range;
 * - `decryption-failed`: the wrong key, or a message that was changed;
 * - `not-loaded`: `loadPostQuantum()` has to be called, and awaited, before.
 */
export type KeyErrorCode =
  | "malformed"
  | "unsupported-scheme"
  | "bad-key"
  | "decryption-failed"
  | "not-loaded";

/** The one error class of this room. Its text names types and sizes, never bytes. */
export class KeyError extends Error {
  override readonly name = "KeyError";
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
