/**
 * A fallback contact: where an account's owner can be reached when the key is lost.
 *
 * Written bare: `alice@example.com`, `+15551234567`; anything else as a URI: `matrix:u/alice:example.org`. A contact has one
 * written form, so `mailto:` and `tel:` are refused rather than read as a second spelling.
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
const PHONE = /^\+[0-9 ().-]+$/;
const URI = /^[a-z][a-z0-9+.-]*:./i;
/** What follows a `+` in a local part that does not begin with it (RFC 5233). */
const SUB_ADDRESS = /^(email:[^+]+)\+.*(?=@)/;
/** Schemes of contacts that have a bare form. */
const BARE_SCHEMES: ReadonlySet<string> = new Set(["mailto:", "tel:", "sms:"]);

/**
 * Reads what a wallet gave as its fallback.
 *
 * @param kinds what the server's channels can reach; other contacts are refused.
 */
export function parseContact(text: string, kinds: readonly ContactKind[]): Contact | "unsupported-fallback" {
  const contact = normalise(text.trim().normalize("NFC"));
  if (contact === undefined || !kinds.includes(contact.kind)) return "unsupported-fallback";
  return utf8Length(contact.address) > MAX_CONTACT_BYTES ? "unsupported-fallback" : contact;
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

function normalise(text: string): Contact | undefined {
  if (text.startsWith("+") && !text.includes("@")) return phone(text);
  if (INVISIBLE.test(text)) return undefined;
  return URI.test(text) ? uri(text) : email(text);
}

/** E.164. Only the length is checked against the country's plan: plans change faster than packages. */
function phone(text: string): Contact | undefined {
  if (!PHONE.test(text)) return undefined;
  const number = parsePhoneNumberFromString(text, { extract: false });
  return number?.isPossible() ? { kind: "phone", address: number.number } : undefined;
}

function email(text: string): Contact | undefined {
  const at = text.lastIndexOf("@");
  const localPart = text.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(localPart) || utf8Length(localPart) > MAX_LOCAL_PART_BYTES) return undefined;
  const domain = asciiDomain(text.slice(at + 1));
  return domain === undefined ? undefined : { kind: "email", address: `${localPart}@${domain}` };
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

function uri(text: string): Contact | undefined {
  const url = parseUrl(text);
  if (url === undefined || BARE_SCHEMES.has(url.protocol) || url.password !== "") return undefined;
  return { kind: "uri", address: url.href };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
