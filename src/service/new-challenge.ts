/** Challenges to contacts: what the store gets to see of one, and its secrets again when the message is due. */
import { concatBytes, XID } from "@bc/envelope";
import { Refusal } from "@bc/share-protocol";
import { hkdfSha256 } from "#bc/crypto";
import {
  CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR,
  CHALLENGES_PER_CONTACT_PER_HOUR,
  CHALLENGES_PER_KEY_PER_HOUR,
  CHALLENGES_PER_NETWORK_PER_HOUR,
  LIMIT_WINDOW,
  maxPerHour,
} from "../fallback/challenge-limits.ts";
import {
  CHALLENGE_LIFETIME,
  type ChallengeSecrets,
  hashCode,
  hashToken,
  makeSecrets,
} from "../fallback/code-and-token.ts";
import { type Contact, contactKey } from "../fallback/contact.ts";
import { confirmByToken } from "../store/challenge-by-token.ts";
import type { ChallengePurpose, NewChallenge } from "../store/contact-challenge.ts";
import {
  type ChallengeLimits,
  type ContactHmac,
  codeHash,
  networkHmac,
  type TokenHash,
  tokenHash,
} from "../store/types.ts";
import type { Caller } from "./caller.ts";
import { formerHmacOf } from "./contact-cipher.ts";
import type { Context, Encrypting } from "./context.ts";
import type { Names } from "./key-cipher.ts";

export function challengeLimits(
  { policy }: Pick<Context, "policy">,
  purpose: ChallengePurpose,
): ChallengeLimits {
  const { transfers, validations } = maxPerHour(policy.maxMessages);
  return {
    windowSeconds: LIMIT_WINDOW,
    maxPerContact: CHALLENGES_PER_CONTACT_PER_HOUR,
    maxPerContactAndNetwork: CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR,
    maxPerKey: CHALLENGES_PER_KEY_PER_HOUR,
    maxPerNetwork: CHALLENGES_PER_NETWORK_PER_HOUR,
    maxMessages: purpose === "transfer" ? transfers : validations,
  };
}

/**
 * The challenge to `contact` for the sender's key. Its secrets are derived from the request and the data key: the
 * same request, sent again, has the same ones until the next rekey, and only the server can compute them.
 */
export async function newChallenge(
  { cipher }: Encrypting,
  contact: Contact,
  { keyId, requestKey, requestDigest, network, now }: Caller,
): Promise<NewChallenge> {
  const secrets = secretsOf(cipher, { requestKey, requestDigest });
  const json = new TextEncoder().encode(JSON.stringify(secrets));
  const formerHmac = formerHmacOf(cipher, contact);
  const hmac = cipher.contactHmac(contactKey(contact));
  return {
    tokenHash: tokenHash(hashToken(secrets.token)),
    codeHash: codeHash(hashCode(cipher.codeSecret, keyId, secrets.code)),
    secret: await cipher.secrets.encrypt(json, hmac),
    formerSecret: formerHmac && (await cipher.secrets.encrypt(json, formerHmac)),
    expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME[contact.kind] * 1000),
    network: network === undefined ? null : networkHmac(cipher.networkHmac(network)),
  };
}

function secretsOf(
  { codeSecret }: Pick<Names, "codeSecret">,
  { requestKey, requestDigest }: Pick<Caller, "requestKey" | "requestDigest">,
): ChallengeSecrets {
  const seed = concatBytes(requestKey, requestDigest);
  return makeSecrets((size) =>
    hkdfSha256(codeSecret, concatBytes(seed, Uint8Array.of(size)), { dkLen: size }),
  );
}

/** The tokens that the challenge of this request may have: that of {@link newChallenge}, and one from before a rekey. */
export function tokenHashesOf({ cipher }: Encrypting, caller: Caller): readonly TokenHash[] {
  const names = cipher.former === undefined ? [cipher] : [cipher, cipher.former];
  return names.map((of) => tokenHash(hashToken(secretsOf(of, caller).token)));
}

/** The token and the code that {@link newChallenge} encrypted. */
export async function decryptSecrets(
  { cipher }: Encrypting,
  ciphertext: Uint8Array,
  hmac: ContactHmac,
): Promise<ChallengeSecrets> {
  const json = new TextDecoder().decode(await cipher.secrets.decrypt(ciphertext, hmac));
  const { token, code }: Record<string, unknown> = JSON.parse(json);
  if (typeof token !== "string" || typeof code !== "string") throw new TypeError("not a challenge's secrets");
  return { token, code };
}

/**
 * For development (`FALLBACK_TRUST`): confirms the challenge that was just made.
 *
 * @returns the account, if a challenge was open and its confirmation has taken effect.
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
