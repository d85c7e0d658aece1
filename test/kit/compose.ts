/** Requests put together step by step with nothing random in them, so that each step can also be done wrong. */
import {
  type ARID,
  Digest,
  Envelope,
  type Expression,
  HAS_RECIPIENT,
  RECIPIENT_CONTINUATION,
  Request,
  SENDER,
  SENDER_CONTINUATION,
  SymmetricKey,
} from "@bc/envelope";
import type { Identity } from "@bc/share-protocol";
import { taggedValue } from "#bc/dcbor";
import { TAG_MLKEM_CIPHERTEXT, TAG_SEALED_MESSAGE } from "#bc/tags";
import { NOW, server } from "./people.ts";

export type Composition = {
  readonly id: ARID;
  readonly body: Expression;
  readonly sender: Identity;
  /** Null leaves the date out. */
  readonly date?: Date | null;
  /** The sender's continuation, to be returned to it. */
  readonly continuation?: Envelope | undefined;
  /** The server's continuation, which the sender returns. */
  readonly returned?: Envelope | undefined;
};

/** The node that is signed: request, date, sender and continuations. */
export function requestNode(composition: Composition): Envelope {
  const { id, body, sender, date = NOW, continuation, returned } = composition;
  return new Request(id, body, date === null ? {} : { date })
    .toEnvelope()
    .addAssertion(SENDER, sender.document)
    .addOptionalAssertion(SENDER_CONTINUATION, continuation)
    .addOptionalAssertion(RECIPIENT_CONTINUATION, returned);
}

/** Signed without randomness. */
export function sign(node: Envelope, signer: Identity): Promise<Envelope> {
  return node.sign(signer.privateKeys.signing, { auxRand: new Uint8Array(32) });
}

export async function plainRequest(composition: Composition): Promise<Envelope> {
  return sign(requestNode(composition), composition.sender);
}

/** Sealed without randomness: keys and nonces come from the digest of what is sealed. */
export async function sealFor(recipient: Identity, content: Envelope): Promise<Envelope> {
  const derive = (purpose: string) => {
    return Digest.fromImage(new TextEncoder().encode(purpose + content.digest().hex())).data;
  };
  const contentKey = SymmetricKey.fromData(derive("content key"));
  return content
    .wrap()
    .encryptSubject(contentKey, { nonce: derive("nonce").slice(0, 12) })
    .addRecipient(recipient.publicKeys.encapsulation, contentKey, {
      ephemeralPrivateKey: derive("ephemeral key"),
      nonce: derive("key nonce").slice(0, 12),
    });
}

/**
 * What a recipient's assertion of ML-KEM-768 looks like, for one who will never open it: its bytes are `filler`, or under
 * `tag`.
 */
export function strangersRecipient(filler: number, tag = TAG_MLKEM_CIPHERTEXT): Envelope {
  const message = SymmetricKey.fromData(new Uint8Array(32)).encrypt(new Uint8Array(37), {
    nonce: new Uint8Array(12).fill(filler),
  });
  const ciphertext = taggedValue(tag, [768, new Uint8Array(1088).fill(filler)]);
  return Envelope.newAssertion(
    HAS_RECIPIENT,
    taggedValue(TAG_SEALED_MESSAGE, [message.toCbor(), ciphertext]),
  );
}

export async function sealedRequest(composition: Composition): Promise<Envelope> {
  return sealFor(server, await plainRequest(composition));
}
