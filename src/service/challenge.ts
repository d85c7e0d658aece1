/** Contacts and challenges, between the forms that people, the store and the channels know. */

import { concatBytes, XID } from "@bc/envelope";
import { Refusal } from "@bc/share-protocol";
import { hkdfSha256 } from "#bc/crypto";
import {
  CHALLENGE_LIFETIME,
  type Challenge,
  hashCode,
  hashToken,
  makeChallenge,
} from "../fallback/challenge.ts";
import { CONTACT_KINDS, type Contact, contactKey, parseContact } from "../fallback/contact.ts";
import {
  CHALLENGES_PER_CONTACT_PER_HOUR,
  CHALLENGES_PER_KEY_PER_HOUR,
  CHALLENGES_PER_ORIGIN_PER_HOUR,
  LIMIT_WINDOW,
} from "../fallback/limits.ts";
import type { NewChallenge, Contact as StoredContact } from "../store/challenge.ts";
import { confirmByToken } from "../store/confirmation-link.ts";
import { type ChallengeLimits, codeHash, contactHmac, originHmac, tokenHash } from "../store/types.ts";
import type { Caller } from "./caller.ts";
import type { Context } from "./context.ts";

export const CHALLENGE_LIMITS: ChallengeLimits = {
  windowSeconds: LIMIT_WINDOW,
  maxPerContact: CHALLENGES_PER_CONTACT_PER_HOUR,
  maxPerKey: CHALLENGES_PER_KEY_PER_HOUR,
  maxPerOrigin: CHALLENGES_PER_ORIGIN_PER_HOUR,
};

/** @throws {Refusal} `unsupported-fallback` for what is no contact, or none that the server can reach. */
export function readContact({ policy }: Context, text: string): Contact {
  const contact = parseContact(text, policy.fallbackKinds);
  if (contact === "unsupported-fallback") throw new Refusal(contact);
  return contact;
}

export async function sealContact(
  { cipher }: Pick<Context, "cipher">,
  contact: Contact,
): Promise<StoredContact> {
  const hmac = contactHmac(cipher.contactHmac(contactKey(contact)));
  const ciphertext = await cipher.contacts.seal(utf8(contact.address), hmac);
  return { hmac, ciphertext, kind: contact.kind };
}

export async function openContact(
  { cipher }: Pick<Context, "cipher">,
  stored: StoredContact,
): Promise<Contact> {
  const address = text(await cipher.contacts.open(stored.ciphertext, stored.hmac));
  const kind = CONTACT_KINDS.find((known) => known === stored.kind);
  if (kind === undefined) throw new TypeError("a contact of a kind that is not known");
  return { kind, address };
}

/**
 * The challenge to `contact` about the key that calls. Its secrets follow from the request and the storage key, so
 * that the same request, sent again, has the same ones; nobody else can compute them.
 */
export async function challengeFor(
  { cipher }: Pick<Context, "cipher">,
  contact: Contact,
  { keyId, requestKey, requestDigest, origin, now }: Caller,
): Promise<NewChallenge> {
  const seed = concatBytes(requestKey, requestDigest);
  const challenge = makeChallenge((size) =>
    hkdfSha256(cipher.codeSecret, concatBytes(seed, Uint8Array.of(size)), { dkLen: size }),
  );
  const hmac = cipher.contactHmac(contactKey(contact));
  return {
    tokenHash: tokenHash(hashToken(challenge.token)),
    codeHash: codeHash(hashCode(cipher.codeSecret, keyId, challenge.code)),
    secret: await cipher.messages.seal(utf8(JSON.stringify(challenge)), hmac),
    expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME[contact.kind] * 1000),
    origin: origin === undefined ? null : originHmac(cipher.originHmac(origin)),
  };
}

/** The token and code that {@link challengeFor} sealed. */
export async function openSecret(
  { cipher }: Pick<Context, "cipher">,
  secret: Uint8Array,
  hmac: Uint8Array,
): Promise<Challenge> {
  const { token, code }: Record<string, unknown> = JSON.parse(text(await cipher.messages.open(secret, hmac)));
  if (typeof token !== "string" || typeof code !== "string") throw new TypeError("not a challenge");
  return { token, code };
}

/**
 * For development (`FALLBACK_TRUST`): what was just asked counts as answered.
 *
 * @returns the account, if there was something to confirm and it has taken effect.
 */
export async function confirmUnasked(
  { sql, policy, now }: Context,
  challenge: Pick<NewChallenge, "tokenHash">,
): Promise<XID | undefined> {
  const result = await confirmByToken(sql, challenge.tokenHash, now(), policy.transferDelay);
  if (result.outcome === "challenge-void") return undefined;
  if (result.outcome !== "ok") throw new Refusal(result.outcome);
  const isWaiting = result.effectiveAt !== null && result.effectiveAt > now();
  return isWaiting ? undefined : XID.fromData(result.account);
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
