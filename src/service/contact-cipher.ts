/** Contacts, between the text that a wallet gives, the form that the store keeps, and the one that channels send to. */
import { Refusal } from "@bc/share-protocol";
import { CONTACT_KINDS, type Contact, contactKey, mailboxKey, parseContact } from "../fallback/contact.ts";
import type { NamedContact, StoredContact } from "../store/contact-challenge.ts";
import { contactHmac, mailboxHmac } from "../store/types.ts";
import type { Context } from "./context.ts";

/** @throws {Refusal} `unsupported-fallback` for what is no contact, or none that the server can reach. */
export function readContact({ policy }: Context, text: string): Contact {
  const contact = parseContact(text, policy.fallbackKinds);
  if (contact === "unsupported-fallback") throw new Refusal(contact);
  return contact;
}

export async function encryptContact(
  { cipher }: Pick<Context, "cipher">,
  contact: Contact,
): Promise<NamedContact> {
  const hmac = contactHmac(cipher.contactHmac(contactKey(contact)));
  const ciphertext = await cipher.contacts.encrypt(new TextEncoder().encode(contact.address), hmac);
  const mailbox = mailboxHmac(cipher.contactHmac(mailboxKey(contact)));
  return { hmac, mailbox, ciphertext, kind: contact.kind };
}

export async function decryptContact(
  { cipher }: Pick<Context, "cipher">,
  stored: StoredContact,
): Promise<Contact> {
  const plaintext = await cipher.contacts.decrypt(stored.ciphertext, stored.hmac);
  const address = new TextDecoder("utf-8", { fatal: true }).decode(plaintext);
  const kind = CONTACT_KINDS.find((known) => known === stored.kind);
  if (kind === undefined) throw new TypeError("a contact of a kind that is not known");
  return { kind, address };
}
