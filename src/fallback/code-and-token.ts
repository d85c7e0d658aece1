/**
 * The two secrets of a challenge, either of which proves that somebody reads the messages sent to a contact: a token of
 * 160 bits in a link, and a code of 40 bits, `XXXX-XXXX`, for typing. Both are written in Crockford's base32: no I, L, O
 * or U, any case. The store sees only hashes of them.
 *
 * Whoever holds a plain hash of a code can try all codes in an afternoon. So the code's hash is keyed with a server
 * secret, and bound to the key that the challenge is for: with another key the right code is a wrong one.
 */
import { hmacSha256, sha256 } from "#bc/crypto";
import type { ContactKind } from "./contact.ts";

/** `size` bytes from a cryptographically secure source. */
export type RandomBytes = (size: number) => Uint8Array;

export interface ChallengeSecrets {
  /** 32 characters, 160 bits; goes into the link. */
  readonly token: string;
  /** `XXXX-XXXX`, 40 bits; for typing. */
  readonly code: string;
}

/** How many wrong codes make a challenge void: a guesser's chance is then 5 in 2^40. */
export const CODE_TRIES = 5;

/** Seconds from the making of a challenge until it is void. E-mail may be delayed by greylisting; phones are at hand. */
export const CHALLENGE_LIFETIME = { email: 30 * 60, phone: 10 * 60, uri: 10 * 60 } as const satisfies Record<
  ContactKind,
  number
>;

const TOKEN_BYTES = 20;
const CODE_BYTES = 5;
const TOKEN_LENGTH = 32;
const CODE_LENGTH = 8;
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Spaces, dashes, quotation marks and brackets of all languages, stops, and characters that nobody sees. */
const BESIDE_DIGITS = /[\s\p{Pd}\u2212\p{Pi}\p{Pf}\p{Ps}\p{Pe}\p{Cf}"'`.,:;!\u3002]/gu;

export function makeSecrets(randomBytes: RandomBytes): ChallengeSecrets {
  const code = base32(randomBytes(CODE_BYTES));
  return { token: base32(randomBytes(TOKEN_BYTES)), code: `${code.slice(0, 4)}-${code.slice(4)}` };
}

/**
 * A typed code in its normal form `XXXX-XXXX`, or undefined when it can't be one. Takes any case, O for 0, I or L for 1,
 * digits of full width, and whatever spaces, dashes, quotation marks and stops stand in it or around it.
 */
export function readCode(text: string): string | undefined {
  const digits = readBase32(text, CODE_LENGTH);
  return digits && `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** The token of a link in its normal form, or undefined when it can't be one. */
export function readToken(text: string): string | undefined {
  return readBase32(text, TOKEN_LENGTH);
}

/** What the store keeps of a token: 32 bytes. @param token as {@link readToken} or {@link makeSecrets} gives it. */
export function hashToken(token: string): Uint8Array {
  return sha256(utf8(`share fallback token\0${token}`));
}

/**
 * What the store keeps of a code: 32 bytes.
 *
 * @param secret a server secret of at least 32 bytes.
 * @param keyId the 32-byte id of the key that the challenge is for: the current key for a validation, the new one for a
 * transfer.
 * @param code as {@link readCode} or {@link makeSecrets} gives it.
 */
export function hashCode(secret: Uint8Array, keyId: Uint8Array, code: string): Uint8Array {
  const label = utf8(`share fallback code\0${code}\0`);
  const message = new Uint8Array(label.length + keyId.length);
  message.set(label);
  message.set(keyId, label.length);
  return hmacSha256(secret, message);
}

/** 5 bits a digit, most significant first. The size must be a multiple of 5 bytes. */
function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = (bytes.length * 8) / 5;
  return Array.from({ length }, (_, i) => DIGITS[Number((bits >> BigInt(5 * (length - 1 - i))) & 31n)]).join(
    "",
  );
}

function readBase32(text: string, length: number): string | undefined {
  const typed = text.normalize("NFKC").replaceAll(BESIDE_DIGITS, "");
  const digits = typed.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return digits.length === length && /^[0-9A-HJKMNP-TV-Z]+$/.test(digits) ? digits : undefined;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
