/**
 * A fallback contact: where an account's owner can be reached when the key is lost.
 *
 * Written bare: `alice@example.com`, `+15551234567`; anything else as a URI: `matrix:u/alice:example.org`. A contact has one
 * written form, so `mailto:` and `tel:` are refused rather than read as a second spelling.
 *
 * People copy contacts from pages and address books, so what comes with them unseen is taken away: characters that nobody
 * sees at the ends, and within a number whatever kind of space, hyphen or digit it was written with.
 *
 * Traps: white space and control characters would let a contact write its own mail headers. The URL parser silently
 * drops tabs and line ends and decodes `%`, so both are refused before it sees them. It also turns a domain of numbers
 * into an IP address.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

export const CONTACT_KINDS = ["email", "phone", "uri"] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** A contact in its normal form. `address` is what messages are sent to; compare by {@link contactKey} only. */
export interface Contact {
  readonly kind: ContactKind;
  readonly address: string;
}

/** The longest address: what an SMTP path can carry (RFC 5321, erratum 1690). Bytes of UTF-8, all kinds. */
export const MAX_CONTACT_BYTES = 254;

const MAX_LOCAL_PART_BYTES = 64;
const MAX_DOMAIN_LENGTH = 253;

/** RFC 5321 dot-string, with letters beyond ASCII as RFC 6531 allows; quoted local parts are not taken. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const UNSAFE_IN_DOMAIN = /[/?#@:\\%[\]]/;
const DOMAIN_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** Control, format, private and unassigned characters, and every kind of space. */
const INVISIBLE = /[\p{C}\p{Z}]/u;
/** Spaces, byte order marks, joiners, and marks of direction. */
const UNSEEN_AT_ENDS = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
const HYPHENS = /[\p{Pd}\u2212]/gu;
const PHONE = /^\+[0-9 ()./-]+$/;
const URI = /^[a-z][a-z0-9+.-]*:./i;
/** What follows a `+` in a local part that does not begin with it (RFC 5233). */
const SUB_ADDRESS = /^(email:[^+]+)\+.*(?=@)/;
/** Schemes of contacts that have a bare form. */
const BARE_SCHEMES: ReadonlySet<string> = new Set(["mailto:", "tel:", "sms:"]);

/** Why a text is no contact that the server takes, for the person who typed it. The text is not in it. */
export class ContactError extends Error {
  override readonly name = "ContactError";
}

/**
 * Reads what a wallet gave as its fallback.
 *
 * @param kinds what the server's channels can reach; other contacts are refused.
 * @throws {ContactError}
 */
export function parseContact(text: string, kinds: readonly ContactKind[]): Contact {
  const contact = normalise(text.replaceAll(UNSEEN_AT_ENDS, "").normalize("NFC"));
  if (!kinds.includes(contact.kind)) {
    const taken = kinds.length === 0 ? "no contacts" : `${kinds.join(" and ")} only`;
    throw new ContactError(`this server takes ${taken}, not ${contact.kind}`);
  }
  if (utf8Length(contact.address) > MAX_CONTACT_BYTES) {
    throw new ContactError(`a contact has ${MAX_CONTACT_BYTES} bytes at most`);
  }
  return contact;
}

/**
 * The text by which contacts are the same. A mail server may tell `Alice@` from `alice@`, but hardly any does, and
 * people type either; so e-mail compares in lower case. Send to the stored `address`, never to the one a stranger asked
 * with: two addresses that compare alike may be two mailboxes.
 */
export function contactKey({ kind, address }: Contact): string {
  return `${kind}:${kind === "email" ? address.toLowerCase() : address}`;
}

/**
 * The text by which limits count contacts. Whoever reads `alice@example.com` reads `alice+shares@example.com` too. (If
 * a mail server gives them to two people, these share a limit, and that is all.) As {@link contactKey} for what has no
 * sub-address.
 */
export function mailboxKey(contact: Contact): string {
  const key = contactKey(contact);
  return contact.kind === "email" ? key.replace(SUB_ADDRESS, "$1") : key;
}

/** Enough for the owner to recognise, too little for a stranger to use: `a•••@example.com`, `+•••67`, `matrix:•••`. */
export function maskContact({ kind, address }: Contact): string {
  switch (kind) {
    case "email": {
      const [first = ""] = address;
      return `${first}•••${address.slice(address.lastIndexOf("@"))}`;
    }
    case "phone":
      return `+•••${address.slice(-2)}`;
    case "uri":
      return `${address.slice(0, address.indexOf(":") + 1)}•••`;
  }
}

function normalise(text: string): Contact {
  if (text === "") throw new ContactError("the contact is empty");
  if (/^[+\uff0b]/.test(text) && !text.includes("@")) return phone(text);
  if (INVISIBLE.test(text)) {
    throw new ContactError("the contact has a space in it, or a character that nobody sees");
  }
  return URI.test(text) ? uri(text) : email(text);
}

/** E.164. Only the length is checked against the country's plan: plans change faster than packages. */
function phone(text: string): Contact {
  const plain = text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(HYPHENS, "-");
  if (!PHONE.test(plain)) {
    throw new ContactError("a phone number has digits, spaces, hyphens, dots, slashes and brackets only");
  }
  // The package knows no slashes.
  const number = parsePhoneNumberFromString(plain.replaceAll("/", " "), { extract: false });
  if (!number?.isPossible()) {
    throw new ContactError(
      "a phone number begins with + and the country's code, and has as many digits as there",
    );
  }
  return { kind: "phone", address: number.number };
}

function email(text: string): Contact {
  const at = text.lastIndexOf("@");
  if (at === -1) {
    throw new ContactError("a contact is an e-mail address, a phone number that begins with +, or a URI");
  }
  const localPart = text.slice(0, at);
  if (!LOCAL_PART.test(localPart) || utf8Length(localPart) > MAX_LOCAL_PART_BYTES) {
    throw new ContactError("what stands before the @ is not what an e-mail address has there");
  }
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === undefined) throw new ContactError("what stands after the @ is no domain");
  return { kind: "email", address: `${localPart}@${domain}` };
}

/** Lower case and punycode, as the URL parser's IDNA makes them. At least two labels, the last one no number. */
function asciiDomain(domain: string): string | undefined {
  if (domain === "" || UNSAFE_IN_DOMAIN.test(domain)) return undefined;
  const hostname = parseUrl(`http://${domain}`)?.hostname;
  if (hostname === undefined || hostname.length > MAX_DOMAIN_LENGTH) return undefined;
  const labels = hostname.split(".");
  const numeric = /^[0-9]+$/.test(labels.at(-1) ?? "");
  return labels.length >= 2 && !numeric && labels.every((label) => DOMAIN_LABEL.test(label))
    ? hostname
    : undefined;
}

function uri(text: string): Contact {
  const url = parseUrl(text);
  if (url === undefined) throw new ContactError("the contact is no URI");
  if (BARE_SCHEMES.has(url.protocol)) throw new ContactError(`leave out ${url.protocol} before the contact`);
  if (url.password !== "") throw new ContactError("a URI with a password is no contact");
  return { kind: "uri", address: url.href };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
