/**
 * Content keys for recipients: `ENCRYPTED [ 'hasRecipient': SealedMessage … ]`.
 *
 * Spec: BCR-2023-013. Each recipient's sealed message holds the tagged content key `40023(bytes)`.
 *
 * Trap: the assertions are not covered by the key. Anyone can add, drop or replace a recipient.
 */
import { encodeCbor } from "#bc/dcbor";
import {
  type EncapsulationPrivateKey,
  type EncapsulationPublicKey,
  KeyError,
  SealedMessage,
  type SealOptions,
  SymmetricKey,
} from "../keys/index.ts";
import { assertion, type Element, isObscured, knownValue, leaf, subjectOf } from "./element.ts";
import { decryptSubject } from "./encrypt.ts";
import { EnvelopeError } from "./error.ts";
import { HAS_RECIPIENT } from "./known-values.ts";
import { objectsForPredicate } from "./queries.ts";
import type { ReadOptions } from "./read/read.ts";
import { readCbor } from "./read/value.ts";

/** The sealed messages tried before an envelope is taken to be for somebody else. */
const MAX_RECIPIENTS = 16;

/** A content key is a byte string under a tag. What else strangers seal costs no more than that to refuse. */
const CONTENT_KEY_LIMITS = { items: 2 };

/** The assertion that gives `contentKey` to `recipient`. */
export async function recipientAssertion(
  recipient: EncapsulationPublicKey,
  contentKey: SymmetricKey,
  options: SealOptions = {},
): Promise<Element> {
  const sealed = await SealedMessage.seal(encodeCbor(contentKey.toCbor()), recipient, options);
  return assertion(knownValue(HAS_RECIPIENT.value), leaf(sealed.toCbor()));
}

/**
 * Decrypts the subject with the content key that is sealed to `privateKey`.
 *
 * @throws {EnvelopeError} `unknown-recipient` when no sealed message opens (or there are more than 16),
 *   otherwise as {@link decryptSubject}.
 */
export async function decryptSubjectToRecipient(
  element: Element,
  privateKey: EncapsulationPrivateKey,
  options?: ReadOptions,
): Promise<Element> {
  const recipients = objectsForPredicate(element, knownValue(HAS_RECIPIENT.value)).filter(
    (object) => !isObscured(object),
  );
  if (recipients.length > MAX_RECIPIENTS) throw new EnvelopeError("unknown-recipient", "too many recipients");
  for (const object of recipients) {
    const sealed = sealedMessageIn(object);
    const contentKey = sealed && (await openContentKey(sealed, privateKey));
    if (contentKey !== undefined) return decryptSubject(element, contentKey, options);
  }
  throw new EnvelopeError("unknown-recipient", "unknown recipient");
}

/** undefined for a message that is sealed by a scheme which nobody here knows: to somebody else, then. */
function sealedMessageIn(object: Element): SealedMessage | undefined {
  const subject = subjectOf(object);
  if (subject.kind !== "leaf") throw new EnvelopeError("wrong-type", "a recipient must be a sealed message");
  try {
    return SealedMessage.fromCbor(subject.cbor);
  } catch (cause) {
    if (cause instanceof KeyError && cause.code === "unsupported-scheme") return undefined;
    throw new EnvelopeError("wrong-type", "a recipient must be a sealed message", { cause });
  }
}

/** The content key, or nothing when the message is sealed to another key. */
async function openContentKey(
  sealed: SealedMessage,
  privateKey: EncapsulationPrivateKey,
): Promise<SymmetricKey | undefined> {
  let plaintext: Uint8Array;
  try {
    plaintext = await sealed.open(privateKey);
  } catch {
    return undefined;
  }
  try {
    return SymmetricKey.fromCbor(readCbor(plaintext, CONTENT_KEY_LIMITS));
  } catch (cause) {
    throw new EnvelopeError("malformed", "a sealed message holds no content key", { cause });
  }
}
