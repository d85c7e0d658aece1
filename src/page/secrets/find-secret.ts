/**
 * Secrets that must not be sent, in whatever a user gives to the page.
 *
 * The page looks for them before it looks for anything else, in the whole text. Damage must not hide one: what is secret
 * with a letter wrong is as secret.
 */
import { Envelope, EnvelopeError } from "@bc/envelope";
import { findURs } from "@bc/share-client";
import { keyIn } from "./key-texts.ts";
import { hasRecoveryWords } from "./recovery-words.ts";
import type { SecretKind } from "./secret-kind.ts";
import { secretInEnvelope, secretOf } from "./secret-urs.ts";
import { hasSeedDigits, isCompactSeed } from "./seed-digits.ts";
import type { WordList } from "./word-lists.ts";

/** Fewer letters of a UR tell nothing: somebody writes about `ur:seed/…`. */
const FEWEST_LETTERS = 12;

/** What the secret in a text is. Undefined when there is none. */
export function secretIn(text: string, lists: readonly WordList[]): SecretKind | undefined {
  if (isCompactSeed(text)) return "seed";
  for (const { type, sequence, bytewords, letters } of findURs(text)) {
    const isWhole = type === "envelope" && sequence === undefined && bytewords !== undefined;
    const byType = letters < FEWEST_LETTERS ? undefined : secretOf(type);
    const found = byType ?? (isWhole ? secretInUR(`ur:envelope/${bytewords}`, lists) : undefined);
    if (found !== undefined) return found;
  }
  return secretInText(text, lists);
}

/** What is in sight in an envelope. @param ur `ur:envelope/…`, in one piece. */
export function secretInUR(ur: string, lists: readonly WordList[]): SecretKind | undefined {
  try {
    return secretInEnvelope(Envelope.fromURString(ur), (text) => secretInText(text, lists));
  } catch (error) {
    if (error instanceof EnvelopeError) return undefined;
    throw error;
  }
}

/** Soft hyphens, joiners, marks of direction and of byte order, and their like. */
const INVISIBLE = /\p{Cf}/gu;

function secretInText(text: string, lists: readonly WordList[]): SecretKind | undefined {
  const visible = text.replaceAll(INVISIBLE, "");
  if (hasSeedDigits(visible)) return "seed";
  return keyIn(visible) ?? (hasRecoveryWords(visible, lists) ? "recovery-words" : undefined);
}
