/**
 * One-line summaries of leaves: `ARID(c66be27d)`, `Bytes(327)`, `«"storeShare"»`.
 *
 * They follow the reference's notation. Text is shown with control characters escaped, so that an envelope
 * from a stranger can't drive the terminal or the log that it is printed to.
 */
import {
  asArray,
  asBytes,
  asNumber,
  asTaggedValue,
  asText,
  asUnsigned,
  type Cbor,
  CborError,
  cbor,
  Err,
  isArray,
  isBytes,
  isMap,
  isTagged,
  isText,
  Ok,
  type Tag,
  TagsStore,
  taggedValue,
} from "#bc/dcbor";
import { diagnostic } from "#bc/dcbor/diagnostic";
import * as tags from "#bc/tags";
import * as keys from "../../keys/index.ts";
import { readCbor } from "../read/value.ts";
import {
  privateKeysSummary,
  publicKeysSummary,
  sealedMessageSummary,
  signatureSummary,
  signingPrivateKeySummary,
  signingPublicKeySummary,
  sshKeySummary,
} from "./key-summary.ts";
import { knownValueName } from "./known-value-names.ts";
import { provenanceMarkId } from "./provenance-mark.ts";

/** A leaf's value in one line; text is cut after `maxLength` characters. */
export function summarize(value: Cbor, maxLength = Number.POSITIVE_INFINITY): string {
  if (isBytes(value)) return `Bytes(${value.value.length})`;
  if (isText(value)) return quote(cut(value.value, maxLength));
  if (isArray(value) || isMap(value) || isTagged(value)) {
    return escapeControls(diagnostic(value, { summarize: true, tags: store }));
  }
  return diagnostic(value, { tags: "none" });
}

/** `'isA'`, or `'123'` for a number without a name. */
export function knownValueSummary(value: number | bigint): string {
  return `'${knownValueName(value)}'`;
}

function cut(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length > maxLength ? `${characters.slice(0, maxLength).join("")}…` : text;
}

function quote(text: string): string {
  return `"${escapeControls(text.replaceAll("\n", "\\n"))}"`;
}

/** Control characters, line separators and bidirectional overrides, as `\u{…}`. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

const FUNCTION_NAMES = [
  ...["add", "sub", "mul", "div", "neg", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "xor", "not"],
];
const PARAMETER_NAMES = ["_", "lhs", "rhs"];
/** The reference registers names for the first four functions only. */
const NAMED_FUNCTIONS = FUNCTION_NAMES.slice(0, 4);

/** Tags without a summarizer show as numbers, big numbers among them, as by the reference with its default features. */
const store = new TagsStore();

/** A summarizer that gets the tagged value back whole; what it throws becomes `<error: …>`. */
function register(tag: Tag, summary: (tagged: Cbor) => string): void {
  store.setSummarizer(tag.value, (content) => {
    try {
      return Ok(summary(taggedValue(tag, content)));
    } catch (cause) {
      return Err(CborError.custom(cause instanceof Error ? cause.message : "unreadable"));
    }
  });
}

register(tags.TAG_DIGEST, (value) => `Digest(${keys.Digest.fromCbor(value).hex().slice(0, 8)})`);
register(tags.TAG_ARID, (value) => keys.ARID.fromCbor(value).toString());
register(tags.TAG_XID, (value) => keys.XID.fromCbor(value).toString());
register(tags.TAG_REFERENCE, (value) => `Reference(${hexOf(contentOf(value)).slice(0, 8)})`);
register(tags.TAG_PUBLIC_KEYS, publicKeysSummary);
register(tags.TAG_PRIVATE_KEYS, privateKeysSummary);
register(tags.TAG_PRIVATE_KEY_BASE, (value) => keys.PrivateKeyBase.fromCbor(value).toString());
register(tags.TAG_SIGNING_PUBLIC_KEY, signingPublicKeySummary);
register(tags.TAG_SIGNING_PRIVATE_KEY, signingPrivateKeySummary);
register(tags.TAG_SSH_TEXT_PUBLIC_KEY, (value) => sshKeySummary("SSHPublicKey", textIn(value)));
register(tags.TAG_SSH_TEXT_PRIVATE_KEY, (value) => sshKeySummary("SSHPrivateKey", textIn(value)));
register(tags.TAG_SSH_TEXT_SIGNATURE, () => "SSHSignature");
register(tags.TAG_SSH_TEXT_CERTIFICATE, () => "SSHCertificate");
register(tags.TAG_PROVENANCE_MARK, (value) => `ProvenanceMark(${provenanceMarkId(value, contentOf(value))})`);
register(tags.TAG_URI, (value) => `URI(${asText(contentOf(value))})`);
register(tags.TAG_UUID, (value) => `UUID(${uuidText(hexOf(contentOf(value)))})`);
register(tags.TAG_JSON, (value) => `JSON(${utf8(contentOf(value))})`);
register(tags.TAG_NONCE, () => "Nonce");
register(tags.TAG_SALT, () => "Salt");
register(tags.TAG_SEED, () => "Seed");
register(tags.TAG_SSKR_SHARE, () => "SSKRShare");
register(tags.TAG_ENCRYPTED_KEY, (value) => `EncryptedKey(${derivationSummary(contentOf(value))})`);
register(tags.TAG_SIGNATURE, signatureSummary);
register(tags.TAG_SEALED_MESSAGE, sealedMessageSummary);
register(tags.TAG_KNOWN_VALUE, (value) => knownValueSummary(asUnsigned(contentOf(value)) ?? 0));
register(tags.TAG_FUNCTION, (value) => `«${nameIn(NAMED_FUNCTIONS, contentOf(value))}»`);
register(tags.TAG_PARAMETER, (value) => `❰${nameIn(PARAMETER_NAMES, contentOf(value))}❱`);
register(tags.TAG_REQUEST, (value) => `request(${summarize(contentOf(value))})`);
register(tags.TAG_RESPONSE, (value) => `response(${summarize(contentOf(value))})`);
register(tags.TAG_EVENT, (value) => `event(${summarize(contentOf(value))})`);
store.setSummarizer(1, (content) => {
  const seconds = asNumber(content);
  return Ok(seconds === undefined ? "<error: not a date>" : dateSummary(Number(seconds)));
});

/** How the key that locks another one is derived; the message's associated data says so. */
function derivationSummary(message: Cbor): string {
  const derivation = asArray(readCbor(keys.EncryptedMessage.fromCbor(message).aad)) ?? [];
  const numberAt = (place: number) => Number(asUnsigned(derivation.at(place) ?? cbor(null)));
  const hash = () => ["SHA256", "SHA512"][numberAt(-1)] ?? "?";
  switch (numberAt(0)) {
    case 0:
      return `HKDF(${hash()})`;
    case 1:
      return `PBKDF2(${hash()})`;
    case 2:
      return "Scrypt";
    case 3:
      return "Argon2id";
    case 4:
      return `SSHAgent("${asText(derivation.at(-1) ?? cbor(""))}")`;
    default:
      throw new TypeError("a key derivation that is not known");
  }
}

function contentOf(tagged: Cbor): Cbor {
  const parts = asTaggedValue(tagged);
  if (parts === undefined) throw new TypeError("not tagged");
  return parts[1];
}

function textIn(tagged: Cbor): string {
  const text = asText(contentOf(tagged));
  if (text === undefined) throw new TypeError("not text");
  return text;
}

function hexOf(value: Cbor): string {
  const bytes = asBytes(value);
  if (bytes === undefined) throw new TypeError("not bytes");
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function utf8(value: Cbor): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(asBytes(value) ?? new Uint8Array());
}

function uuidText(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Seconds since the epoch as `2024-07-04T11:11:11Z`, without the time at midnight. */
function dateSummary(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return "<error: date out of range>";
  const text = `${date.toISOString().slice(0, -5)}Z`;
  return text.endsWith("T00:00:00Z") ? text.slice(0, -10) : text;
}

/** Numbered functions and parameters start at 1; named ones are shown as text. */
function nameIn(names: readonly string[], value: Cbor): string {
  const number = asUnsigned(value);
  if (number === undefined) return quote(asText(value) ?? "");
  return names[Number(number) - 1] ?? String(number);
}
