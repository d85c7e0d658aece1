/** Hostile requests from a few words: what fills them, where it stands, and how they travel. */
import {
  BODY,
  Envelope,
  type EnvelopeEncodable,
  HAS_RECIPIENT,
  KEY,
  NOTE,
  PrivateKeys,
  SENDER,
  SENDER_CONTINUATION,
  SIGNED,
  SymmetricKey,
} from "@bc/envelope";
import { buildRequest, type KnownServer, Receipt } from "@bc/share-client";
import { type Format, type Identity, identityOf } from "@bc/share-protocol";
import { type CborInput, cbor } from "#bc/dcbor";
import { MultipartEncoder } from "#bc/ur";
import { CONTENTS, type ContentKind } from "./content.ts";

/** Where in a request the content stands. */
export const PLACES = {
  alone: async (content) => Envelope.new(content),
  "in the data": async (content, party) => signed(party, await request(party, content)),
  "in the note": async (content, party) => signed(party, (await request(party)).addAssertion(NOTE, content)),
  "as a parameter": async (content, party) => {
    const plain = await request(party);
    const body = plain.objectForPredicate(BODY).addAssertion("x", content);
    return signed(party, without(plain, BODY).addAssertion(BODY, body));
  },
  "in the sender's document": async (content, party) => {
    const plain = await request(party);
    const document = plain.objectForPredicate(SENDER).addAssertion("x", content);
    return signed(party, without(plain, SENDER).addAssertion(SENDER, document));
  },
  "at the sender's key": async (content, party) => {
    const plain = await request(party);
    const { document, publicKeys } = party.sender;
    const key = Envelope.new(publicKeys.toCbor()).addAssertion("x", content);
    const other = document.subject().addAssertion(KEY, key);
    return signed(party, without(plain, SENDER).addAssertion(SENDER, other));
  },
  "as several senders' keys": async (content, party) => {
    const plain = await request(party);
    const keys = Array.from({ length: 8 }, () => identityOf(PrivateKeys.generate("schnorr")).publicKeys);
    const objects = keys.map((key) => Envelope.newAssertion(KEY, key.toCbor()));
    const other = party.sender.document.subject().addAssertionEnvelopes(objects);
    return signed(party, without(plain, SENDER).addAssertion(SENDER, other).addAssertion(NOTE, content));
  },
  "as a continuation": async (content, party) => {
    const hidden = Envelope.new(content).wrap().encryptSubject(SymmetricKey.generate());
    return signed(party, (await request(party)).addAssertion(SENDER_CONTINUATION, hidden));
  },
  "beside the signature": async (content, party) => {
    return (await signed(party, await request(party))).addAssertion("x", content);
  },
  "as a signature": async (content, party) => (await request(party)).wrap().addAssertion(SIGNED, content),
  "as a recipient": async (content, party) => {
    const sealed = await (await signed(party, await request(party))).encryptToRecipients([
      party.server.keys.encapsulation,
    ]);
    return sealed.subject().addAssertion(HAS_RECIPIENT, content);
  },
} as const satisfies Record<string, (content: EnvelopeEncodable, party: Party) => Promise<Envelope>>;

export type Place = keyof typeof PLACES;

export type Party = { readonly sender: Identity; readonly server: KnownServer; readonly now: Date };

export type Gene = {
  readonly kind: ContentKind | "receipts";
  readonly place: Place;
  /** From 1. */
  readonly depth: number;
  readonly sealed: boolean;
  readonly carried: Format | "parts" | "mixed parts";
  /** Bytes of a part. */
  readonly partSize: number;
  /** The part of the size that is one string of bytes beside the content: so the rest may stay within other limits. */
  readonly filling: number;
};

export type Body = { readonly bytes: Uint8Array; readonly format: Format };

/** The largest request of its kind that has at most so many bytes. Nothing when the smallest has more. */
export async function bodyOf(gene: Gene, party: Party, size: number): Promise<Body | undefined> {
  let [fits, exceeds] = [0, size + 1];
  let best: Body | undefined;
  // A body with twice the content has at most about twice the bytes, so a guess is soon close enough.
  for (let count = 64, tries = 0; tries < 14 && exceeds - fits > 1 + fits / 50; tries++) {
    const body = carry(await compose(gene, party, count, size), gene, size);
    if (body.bytes.length <= size) {
      [best, fits] = [body, count];
      const grown = Math.floor((count * size) / body.bytes.length);
      count = Math.min(Math.max(grown, count + 1), Math.floor((fits + exceeds) / 2) || 1);
      if (exceeds > size) count = Math.max(fits + 1, grown);
    } else {
      exceeds = count;
      count = Math.max(fits + 1, Math.floor((fits + exceeds) / 2));
    }
    if (gene.carried === "mixed parts" && best !== undefined && tries > 6) break;
  }
  return best;
}

/** A gene's bodies of these sizes. Nothing when there is none of the smallest. */
export async function bodiesOf(
  gene: Gene,
  party: Party,
  sizes: readonly number[],
): Promise<readonly Body[] | undefined> {
  const bodies = await Promise.all(sizes.map((size) => bodyOf(gene, party, size)));
  return bodies.every((body) => body !== undefined) ? bodies : undefined;
}

async function compose(
  { kind, place, depth, sealed, filling }: Gene,
  party: Party,
  count: number,
  size: number,
): Promise<Envelope> {
  if (kind === "receipts") {
    const receipts = Array.from({ length: count }, (_, i) =>
      Receipt.of(party.sender.xid, Uint8Array.of(i, i >> 8)),
    );
    const call = { name: "retrieveShares", parameters: { receipts } } as const;
    const { envelope } = await buildRequest(call, party.sender, party.server, { date: party.now });
    return envelope;
  }
  const content: EnvelopeEncodable = filled(CONTENTS[kind](count, depth), Math.floor(filling * size));
  const envelope = await PLACES[place](content, party);
  const isSealed = envelope.subject().isEncrypted();
  return sealed && !isSealed ? envelope.encryptToRecipients([party.server.keys.encapsulation]) : envelope;
}

/** A value stays one, so that the server may look into it where it expects one. */
function filled(content: Envelope | CborInput, bytes: number): EnvelopeEncodable {
  const filling = new Uint8Array(bytes);
  if (content instanceof Envelope) return bytes > 0 ? content.addAssertion("filling", filling) : content;
  return cbor(bytes > 0 ? [content, filling] : content);
}

function carry(envelope: Envelope, { carried, partSize }: Gene, size: number): Body {
  switch (carried) {
    case "cbor":
      return { bytes: envelope.cborData(), format: "cbor" };
    case "ur":
      return { bytes: ascii(envelope.urString()), format: "ur" };
    default:
      return { bytes: ascii(lines(envelope, partSize, carried === "mixed parts", size)), format: "ur" };
  }
}

/** The parts, one after the other; or mixed ones alone, as many as there is room for. */
function lines(envelope: Envelope, partSize: number, isMixed: boolean, size: number): string {
  const encoder = new MultipartEncoder(envelope.ur(), partSize);
  const texts: string[] = [];
  if (isMixed) for (let i = 0; i < encoder.partCount; i++) encoder.nextPart();
  for (let length = 0; isMixed || texts.length < encoder.partCount; ) {
    const part = encoder.nextPart();
    length += part.length + 1;
    if (isMixed && (length > size || texts.length > 3 * encoder.partCount)) break;
    texts.push(part);
  }
  return texts.join("\n");
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A plain request to store, opened up: what its sender signs. */
async function request(
  { sender, server, now }: Party,
  data: EnvelopeEncodable = new Uint8Array(8),
): Promise<Envelope> {
  const call = { name: "storeShare", parameters: { data: new Uint8Array(8) } } as const;
  const { envelope } = await buildRequest(call, sender, server, { date: now, sealed: false });
  const plain = envelope.tryUnwrap();
  if (data instanceof Uint8Array && data.length === 8) return plain;
  const body = plain.objectForPredicate(BODY).subject().addAssertion("x", data);
  return without(plain, BODY).addAssertion(BODY, body);
}

function without(envelope: Envelope, predicate: EnvelopeEncodable): Envelope {
  const gone = envelope.assertionsWithPredicate(predicate);
  const kept = envelope.assertions().filter((item) => !gone.some((other) => other.isEquivalentTo(item)));
  return envelope.subject().addAssertionEnvelopes(kept);
}

function signed({ sender }: Party, envelope: Envelope): Promise<Envelope> {
  return envelope.sign(sender.privateKeys.signing);
}
