/**
 * Keys and signatures in one line, as the reference shows them: keys by short hashes, of SSH keys of all schemes, also of
 * those that are not supported here.
 */
import { asArray, asTaggedValue, asText, type Cbor, getTaggedContent, type Tag } from "#bc/dcbor";
import {
  TAG_SIGNATURE,
  TAG_SIGNING_PRIVATE_KEY,
  TAG_SIGNING_PUBLIC_KEY,
  TAG_SSH_TEXT_PRIVATE_KEY,
  TAG_SSH_TEXT_PUBLIC_KEY,
  TAG_SSH_TEXT_SIGNATURE,
} from "#bc/tags";
import * as keys from "../../keys/index.ts";

export function signingPublicKeySummary(tagged: Cbor): string {
  const text = sshTextIn(tagged, TAG_SIGNING_PUBLIC_KEY, TAG_SSH_TEXT_PUBLIC_KEY);
  if (text === undefined) return keys.SigningPublicKey.fromCbor(tagged).toString();
  return `SigningPublicKey(${shortReference(tagged)}, ${sshKeySummary("SSHPublicKey", text)})`;
}

export function signingPrivateKeySummary(tagged: Cbor): string {
  const text = sshTextIn(tagged, TAG_SIGNING_PRIVATE_KEY, TAG_SSH_TEXT_PRIVATE_KEY);
  if (text === undefined) return keys.SigningPrivateKey.fromCbor(tagged).toString();
  return `SigningPrivateKey(${shortReference(tagged)}, ${sshKeySummary("SSHPrivateKey", text)})`;
}

export function publicKeysSummary(tagged: Cbor): string {
  const [signing, encapsulation] = pairIn(tagged);
  const parts = [signingPublicKeySummary(signing), keys.EncapsulationPublicKey.fromCbor(encapsulation)];
  return `PublicKeys(${[shortReference(tagged), ...parts].join(", ")})`;
}

export function privateKeysSummary(tagged: Cbor): string {
  const [signing, encapsulation] = pairIn(tagged);
  const parts = [signingPrivateKeySummary(signing), keys.EncapsulationPrivateKey.fromCbor(encapsulation)];
  return `PrivateKeys(${[shortReference(tagged), ...parts].join(", ")})`;
}

/** The scheme shows, but for the default one, Schnorr. */
export function signatureSummary(tagged: Cbor): string {
  try {
    return keys.Signature.fromCbor(tagged).toString();
  } catch (error) {
    const isSsh = sshTextIn(tagged, TAG_SIGNATURE, TAG_SSH_TEXT_SIGNATURE) !== undefined;
    if (isSsh && isUnsupported(error)) return "Signature(Unknown)";
    throw error;
  }
}

/** The scheme shows, but for the default one, X25519. Of a scheme that nobody knows, the reference's words. */
export function sealedMessageSummary(tagged: Cbor): string {
  try {
    return keys.SealedMessage.fromCbor(tagged).toString();
  } catch (error) {
    if (isUnsupported(error)) throw new TypeError("Invalid encapsulation ciphertext");
    throw error;
  }
}

/** @param name what the reference calls such a key. @param text the key, as OpenSSH writes it. */
export function sshKeySummary(name: string, text: string): string {
  return `${name}(${shortHash(new TextEncoder().encode(text))})`;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof keys.KeyError && error.code === "unsupported-scheme";
}

function sshTextIn(tagged: Cbor, outer: Tag, inner: Tag): string | undefined {
  const content = getTaggedContent(tagged, outer.value);
  const text = content && getTaggedContent(content, inner.value);
  return text && asText(text);
}

function pairIn(tagged: Cbor): readonly [signing: Cbor, encapsulation: Cbor] {
  const [signing, encapsulation, ...more] = asArray(asTaggedValue(tagged)?.[1] ?? tagged) ?? [];
  if (signing === undefined || encapsulation === undefined || more.length > 0)
    throw new TypeError("not a pair of keys");
  return [signing, encapsulation];
}

function shortReference(tagged: Cbor): string {
  return shortHash(tagged.toData());
}

function shortHash(image: Uint8Array): string {
  return keys.Digest.fromImage(image).hex().slice(0, 8);
}
