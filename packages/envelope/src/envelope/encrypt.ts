/**
 * Encrypting a subject to a content key.
 *
 * Spec: draft-mcnally-envelope, "Encrypted Case"; BCR-2022-001. The plaintext is the subject's tagged bytes,
 * the additional data is its tagged digest, so every digest above stays as it was.
 *
 * Trap: only the subject is covered. Assertions beside it (recipients, say) are neither hidden nor
 * authenticated by the key.
 */
import { encodeCbor } from "#bc/dcbor";
import type { SymmetricKey } from "../keys/index.ts";
import { type Element, encrypted, nodeInOrder, subjectOf } from "./element.ts";
import { EnvelopeError } from "./error.ts";
import { type ReadOptions, readTagged } from "./read/read.ts";
import { writeTagged } from "./write.ts";

export type EncryptSubjectOptions = {
  /** 12 bytes, used once per key. Default: fresh random ones. */
  readonly nonce?: Uint8Array;
};

/** @throws {EnvelopeError} `obscured` for a subject that is elided or encrypted already. */
export function encryptSubject(
  element: Element,
  key: SymmetricKey,
  options: EncryptSubjectOptions = {},
): Element {
  const subject = subjectOf(element);
  if (subject.kind === "elided" || subject.kind === "encrypted") {
    throw new EnvelopeError("obscured", `the subject is already ${subject.kind}`);
  }
  const message = key.encrypt(writeTagged(subject), {
    ...options,
    aad: encodeCbor(subject.digest.toCbor()),
  });
  return withSubject(element, encrypted(message, subject.digest));
}

/**
 * @throws {EnvelopeError} `wrong-case` when the subject is not encrypted, `decryption-failed` with a wrong
 *   key, `malformed`, `too-deep`, `too-complex` or `digest-mismatch` when the content is not what the digest promises.
 */
export function decryptSubject(element: Element, key: SymmetricKey, options?: ReadOptions): Element {
  const subject = subjectOf(element);
  if (subject.kind !== "encrypted") throw new EnvelopeError("wrong-case", "the subject is not encrypted");
  const content = readTagged(openMessage(subject, key), options);
  if (!content.digest.equals(subject.digest)) {
    throw new EnvelopeError("digest-mismatch", "the decrypted content has another digest than promised");
  }
  return withSubject(element, content);
}

function openMessage({ message }: Extract<Element, { kind: "encrypted" }>, key: SymmetricKey): Uint8Array {
  try {
    return key.decrypt(message);
  } catch (cause) {
    throw new EnvelopeError("decryption-failed", "wrong key, or a changed message", { cause });
  }
}

/** The element with another form of the same subject; its digests stay. */
export function withSubject(element: Element, subject: Element): Element {
  return element.kind === "node" ? nodeInOrder(subject, element.assertions) : subject;
}
