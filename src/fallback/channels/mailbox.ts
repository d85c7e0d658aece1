/** The mailbox that e-mail comes from, as the operator writes it (RFC 5322, one mailbox). */
import { domainToASCII } from "node:url";
import addressparser from "nodemailer/lib/addressparser";

export type Mailbox = {
  /** What mail programs show; may be empty. */
  readonly name: string;
  /** The domain in ASCII. Before the @ there may be letters beyond it. */
  readonly address: string;
  /** In ASCII. */
  readonly domain: string;
};

/**
 * An address alone, or in brackets after a name, which is in quotation marks if it has a comma or the like in it.
 * Nodemailer's parser guesses an address in whatever it is given.
 */
const FORM = /^(?:(?:"(?:[^"\\]|\\.)*"|[^<>"@,;:]*)\s*<([^<>\s]+)>|([^<>\s"]+))$/;
/** RFC 5321 dot-string, with letters beyond ASCII as RFC 6531 allows. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

/** Undefined for anything but one mailbox: none, several, or a group. */
export function parseMailbox(text: string): Mailbox | undefined {
  const given = text.trim().normalize("NFC");
  const [, bracketed, bare] = FORM.exec(given) ?? [];
  const address = bracketed ?? bare;
  const [mailbox, ...others] = addressparser(given);
  const isOne = mailbox !== undefined && others.length === 0 && !("group" in mailbox);
  if (address === undefined || !isOne || mailbox.address !== address || /\p{Cc}/u.test(given))
    return undefined;
  const at = address.lastIndexOf("@");
  const [localPart, domain] = [address.slice(0, Math.max(at, 0)), domainToASCII(address.slice(at + 1))];
  if (!LOCAL_PART.test(localPart) || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(domain)) return undefined;
  return { name: mailbox.name, address: `${localPart}@${domain}`, domain };
}

export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
