/** The confirmation page's side of a challenge: what a link would do, and doing it. */
import { shortIdentifier } from "@bc/envelope";
import { hashToken, readToken } from "../fallback/challenge-secrets.ts";
import { maskContact } from "../fallback/contact.ts";
import { confirmByToken, lookUpToken } from "../store/challenge-by-token.ts";
import type { ChallengePurpose } from "../store/contact-challenge.ts";
import { tokenHash } from "../store/types.ts";
import { decryptContact } from "./contact-cipher.ts";
import type { Context } from "./context.ts";

/** What a link is about, as far as a page may show it. */
export type LinkedQuestion = {
  readonly purpose: ChallengePurpose;
  /** The account's short identifier. */
  readonly account: string;
  /** The short identifier of the key that asks: of a transfer, the new one. */
  readonly key: string;
  /** Masked: enough for its owner to recognise. */
  readonly contact: string;
  readonly isOpen: boolean;
};

/** Changes nothing, so that a link scanner may follow the link. Undefined: no such link, or not any more. */
export async function lookUpLink(context: Context, text: string): Promise<LinkedQuestion | undefined> {
  const token = readToken(text);
  const linked = token && (await lookUpToken(context.sql, tokenHash(hashToken(token)), context.now()));
  if (!linked) return undefined;
  return {
    purpose: linked.purpose,
    account: shortIdentifier(linked.account),
    key: shortIdentifier(linked.keyId),
    contact: await maskedContact(context, linked),
    isOpen: linked.state === "open",
  };
}

type Linked = NonNullable<Awaited<ReturnType<typeof lookUpToken>>>;

async function maskedContact(context: Context, linked: Linked): Promise<string> {
  const { contactHmac: hmac, contactCiphertext: ciphertext, contactKind: kind } = linked;
  return ciphertext === null || kind === null
    ? ""
    : maskContact(await decryptContact(context, { hmac, ciphertext, kind }));
}

export type Confirmation =
  | {
      readonly outcome: "ok";
      readonly purpose: ChallengePurpose;
      readonly account: string;
      readonly effectiveAt: Date | null;
    }
  | { readonly outcome: "challenge-void" | "fallback-in-use" | "key-in-use" };

/** Confirms what the link stands for. Twice is fine. */
export async function confirmLink(context: Context, text: string): Promise<Confirmation> {
  const token = readToken(text);
  if (token === undefined) return { outcome: "challenge-void" };
  const { sql, policy } = context;
  const result = await confirmByToken(sql, tokenHash(hashToken(token)), context.now(), policy.transferDelay);
  if (result.outcome !== "ok") return result;
  context.wakeDelivery();
  return { ...result, account: shortIdentifier(result.account) };
}
