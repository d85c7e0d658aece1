/** What a message is, as far as the page can tell without keys. */
import { Envelope, HAS_RECIPIENT, Request, Response } from "@bc/envelope";
import type { UR } from "#bc/ur";

export type Recognised =
  | { readonly kind: "sealed"; readonly envelope: Envelope; readonly bytes: number }
  | {
      readonly kind: "request";
      readonly envelope: Envelope;
      readonly bytes: number;
      /** The function, as the request names it. */
      readonly name: string;
    }
  /** Not a request. */
  | { readonly kind: "answer" | "envelope" | "malformed" };

/** @param ur of the type `envelope`. */
export function recognise(ur: UR): Recognised {
  let envelope: Envelope;
  try {
    envelope = Envelope.fromURString(ur.toString(), { strict: true });
  } catch {
    return { kind: "malformed" };
  }
  const bytes = envelope.cborData().length;
  if (envelope.subject().isEncrypted()) {
    const isSealed = envelope.objectsForPredicate(HAS_RECIPIENT).length > 0;
    return isSealed ? { kind: "sealed", envelope, bytes } : { kind: "envelope" };
  }
  const content = envelope.subject().isWrapped() ? envelope.subject().tryUnwrap() : envelope;
  const name = requestedFunction(content);
  if (name !== undefined) return { kind: "request", envelope, bytes, name };
  return { kind: isResponse(content) ? "answer" : "envelope" };
}

function requestedFunction(envelope: Envelope): string | undefined {
  try {
    return String(Request.fromEnvelope(envelope).body.function);
  } catch {
    return undefined;
  }
}

function isResponse(envelope: Envelope): boolean {
  try {
    Response.fromEnvelope(envelope);
    return true;
  } catch {
    return false;
  }
}

/** Types that hold secrets. A user who shows one to a web page has made a mistake. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ["seed", "a seed"],
  ["sskr", "a share of a seed"],
  ["prvkeys", "private keys"],
  ["key", "a secret key"],
  ["hdkey", "a key"],
  ["eckey", "a key"],
  ["bip39", "recovery words"],
  ["output-descriptor", "a wallet’s descriptor"],
  ["account", "a wallet’s keys"],
]);

/** Matches `prvkey-base`, `signing-private-key`, `ssh-private`, and types like them that may come later. */
const PRIVATE_KEY = /(?:^|-)(?:prv|private)/;

/** The secret that a UR of this type holds. Undefined when it holds none. */
export function secretOf(type: string): string | undefined {
  return SECRETS.get(type.replace(/^crypto-/, "")) ?? (PRIVATE_KEY.test(type) ? "a private key" : undefined);
}

/** A word of a BIP-39 recovery phrase, and how many words such a phrase has at least and at most. */
const RECOVERY_WORD = /^[a-z]{3,8}$/;
const RECOVERY_WORDS = [12, 24] as const;

/** Whether a text may be somebody's recovery words. */
export function looksLikeRecoveryWords(text: string): boolean {
  const [least, most] = RECOVERY_WORDS;
  const words = text.trim().split(/\s+/, most + 1);
  return words.length >= least && words.length <= most && words.every((word) => RECOVERY_WORD.test(word));
}
