/** Contacts, between the text that a wallet gives, the form that the store keeps, and the one that channels send to. */
import { Refusal } from "@bc/share-protocol";
import {
  CONTACT_KINDS,
  type Contact,
  ContactError,
  contactKey,
  mailboxKey,
  parseContact,
} from "../fallback/contact.ts";
import type { NamedContact, StoredContact } from "../store/contact-challenge.ts";
import { type ContactHmac, contactHmac, mailboxHmac } from "../store/types.ts";
import type { Context, Encrypting } from "./context.ts";

/** @throws {Refusal} `unsupported-fallback` for what is no contact, or none that the server can reach. */
export function readContact({ policy }: Context, text: string): Contact {
  try {
    return parseContact(text, policy.fallbackKinds);
  } catch (cause) {
    if (!(cause instanceof ContactError)) throw cause;
    throw new Refusal("unsupported-fallback", cause.message, { cause });
  }
}

export async function encryptContact({ cipher }: Encrypting, contact: Contact): Promise<NamedContact> {
  const hmac = contactHmac(cipher.contactHmac(contactKey(contact)));
  const ciphertext = await cipher.contacts.encrypt(new TextEncoder().encode(contact.address), hmac);
  const mailbox = mailboxHmac(cipher.contactHmac(mailboxKey(contact)));
  const formerHmac = formerHmacOf(cipher, contact);
  return { hmac, formerHmac, mailbox, ciphertext, kind: contact.kind };
}

/** What the contact is looked up by under the former data key, while a rekey is under way. */
export function formerHmacOf({ former }: Encrypting["cipher"], contact: Contact): ContactHmac | undefined {
  return former && contactHmac(former.contactHmac(contactKey(contact)));
}

export async function decryptContact({ cipher }: Encrypting, stored: StoredContact): Promise<Contact> {
  const plaintext = await cipher.contacts.decrypt(stored.ciphertext, stored.hmac);
  const address = new TextDecoder("utf-8", { fatal: true }).decode(plaintext);
  const kind = CONTACT_KINDS.find((known) => known === stored.kind);
  if (kind === undefined) throw new TypeError("a contact of a kind that is not known");
  return { kind, address };
}
