/** The confirmation page's side of a challenge: what its token would confirm, and confirming it. */
import { shortIdentifier } from "@bc/envelope";
import { hashToken, readToken } from "../fallback/code-and-token.ts";
import { maskContact } from "../fallback/contact.ts";
import { confirmByToken, type FoundChallenge, lookUpToken } from "../store/challenge-by-token.ts";
import type { ChallengePurpose } from "../store/contact-challenge.ts";
import { tokenHash } from "../store/types.ts";
import { decryptContact } from "./contact-cipher.ts";
import type { Context } from "./context.ts";
import { withCipher } from "./storage-keys.ts";

/** A challenge, as far as a page may show it. */
export type ShownChallenge = {
  readonly purpose: ChallengePurpose;
  /** The account's short identifier. */
  readonly account: string;
  /** The short identifier of the key that asks: of a transfer, the new one. */
  readonly key: string;
  /** Masked: enough for its owner to recognise. */
  readonly contact: string;
  readonly isOpen: boolean;
};

/** Changes nothing, so that a mail scanner may follow the link. Undefined: no such challenge, or not any more. */
export async function lookUpChallenge(context: Context, text: string): Promise<ShownChallenge | undefined> {
  const token = readToken(text);
  const found = token && (await lookUpToken(context.sql, tokenHash(hashToken(token)), context.now()));
  if (!found) return undefined;
  return {
    purpose: found.purpose,
    account: shortIdentifier(found.account),
    key: shortIdentifier(found.keyId),
    contact: await maskedContact(context, found),
    isOpen: found.state === "open",
  };
}

async function maskedContact(context: Context, found: FoundChallenge): Promise<string> {
  const { contactHmac: hmac, contactCiphertext: ciphertext, contactKind: kind } = found;
  return ciphertext === null || kind === null
    ? ""
    : withCipher(context.keys, async (cipher) =>
        maskContact(await decryptContact({ cipher }, { hmac, ciphertext, kind })),
      );
}

export type Confirmation =
  | {
      readonly outcome: "ok";
      readonly purpose: ChallengePurpose;
      readonly account: string;
      readonly effectiveAt: Date | null;
    }
  | { readonly outcome: "challenge-void" | "fallback-in-use" | "key-in-use" };

/** Confirms the challenge with this token. Twice is fine. */
export async function confirmChallenge(context: Context, text: string): Promise<Confirmation> {
  const token = readToken(text);
  if (token === undefined) return { outcome: "challenge-void" };
  const { sql, policy } = context;
  const result = await confirmByToken(sql, tokenHash(hashToken(token)), context.now(), policy.transferDelay);
  if (result.outcome !== "ok") return result;
  context.wakeDelivery();
  return { ...result, account: shortIdentifier(result.account) };
}
