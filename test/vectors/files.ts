/** The vector files that are made from this code, as text: the same text each time. */

import { type Envelope, flatNotation, notation } from "@bc/envelope";
import { documentToUR } from "@bc/share-protocol";
import { bytesToHex } from "#bc/dcbor";
import { MultipartDecoder, MultipartEncoder } from "#bc/ur";
import { alice, bob, carol, NOW, otherServer, server } from "../kit/people.ts";
import { MAX_REQUEST_BYTES, STORAGE_KEY } from "../kit/service.ts";
import { exchanges } from "./exchanges.ts";
import { postQuantumVectors } from "./post-quantum.ts";
import { requestRefusals } from "./request-refusals.ts";
import { requestVectors } from "./requests.ts";
import { rotationVectors } from "./rotations.ts";
import { statefulRefusals } from "./stateful-refusals.ts";
import { transportRefusals } from "./transport-refusals.ts";

/** File names with their contents. */
export async function vectorFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    "requests.json": asText({
      description:
        "Requests that a server with the identity `server` accepts at `now`. `signedNotation` shows what is " +
        "signed; a sealed request holds it encrypted.",
      ...commonInputs(),
      vectors: (await requestVectors()).map(({ sender, signed, envelope, maxFragmentBytes, ...about }) => ({
        ...about,
        ...(maxFragmentBytes !== undefined && { multipart: partsOf(envelope, maxFragmentBytes) }),
        senderXidHex: sender.xid.hex(),
        signedDigestHex: signed.subject().digest().hex(),
        signedNotation: flatNotation(signed),
        ...bytesOf(envelope),
      })),
    }),
    "exchanges.json": asText({
      description:
        "The life of an account, request by request, with the answers that the server with the identity `server` " +
        "gives at `now`. A sealed request holds the plain one, a sealed answer the signed one; the server seals with " +
        "fresh random values, so its own sealed answers differ from these in everything but what they hold.",
      ...commonInputs(),
      vectors: (await exchanges()).map(({ sender, ...exchanged }) => ({
        name: exchanged.name,
        function: exchanged.function,
        ...(exchanged.confirmed !== undefined && { confirmedBefore: exchanged.confirmed }),
        senderPrivateKeys: sender.privateKeys.urString(),
        senderXidHex: sender.xid.hex(),
        requestNotation: notation(exchanged.plainRequest),
        answerNotation: notation(exchanged.answer),
        plainRequest: bytesOf(exchanged.plainRequest),
        sealedRequest: bytesOf(exchanged.sealedRequest),
        answer: bytesOf(exchanged.answer),
        sealedAnswer: bytesOf(exchanged.sealedAnswer),
      })),
    }),
    "rotations.json": asText({
      description:
        "What a client makes of a document that somebody announces in the name of the server `xidHex`, whose document it " +
        "knows.",
      xidHex: server.xid.hex(),
      vectors: (await rotationVectors()).map(({ name, known, announced, outcome, keys }) => ({
        name,
        ...(known !== undefined && { known: documentToUR(known) }),
        announced: documentToUR(announced),
        notation: flatNotation(announced),
        outcome,
        ...(keys !== undefined && { keys: keys.urString() }),
      })),
    }),
    "stateful-refusals.json": asText({
      description:
        "Requests that a server with the identity `server` refuses at `now` with `code`, after what stands in `before` " +
        "and with the `settings` given.",
      storageKeyHex: bytesToHex(STORAGE_KEY),
      ...commonInputs(),
      vectors: (await statefulRefusals()).map(({ name, code, settings, before, sender, envelope }) => ({
        name,
        code,
        settings,
        before: before.map((step) => {
          if (!("request" in step)) return step;
          return { outcome: step.outcome, notation: flatNotation(step.request), ...bytesOf(step.request) };
        }),
        senderPrivateKeys: sender.privateKeys.urString(),
        notation: flatNotation(envelope),
        ...bytesOf(envelope),
      })),
    }),
    "transport-refusals.json": asText({
      description:
        "HTTP requests that a server refuses with `status` and, in an answer to nobody, with `code`.",
      ...commonInputs(),
      maxRequestBytes: MAX_REQUEST_BYTES,
      vectors: (await transportRefusals()).map(({ body, ...about }) => ({ ...about, ...bodyOf(body) })),
    }),
    "post-quantum.json": asText({
      description:
        "Keys of ML-DSA and ML-KEM, signatures and sealed messages by them (`…Hex` is the complete tagged CBOR), public keys " +
        "of two schemes, and CBOR that is no key, signature or sealed message (`refusals`).",
      ...postQuantumVectors(),
    }),
    "request-refusals.json": asText({
      description:
        "Requests that a server with the identity `server` refuses at `now` with `code`, whatever it has stored.",
      ...commonInputs(),
      vectors: (await requestRefusals()).map(({ envelope, ...about }) => ({
        ...about,
        notation: flatNotation(envelope),
        ...bytesOf(envelope),
      })),
    }),
  };
}

function commonInputs() {
  const people = { server, otherServer, alice, bob, carol };
  const identities = Object.entries(people).map(([name, { privateKeys, xid }]) => {
    return [name, { privateKeys: privateKeys.urString(), xidHex: xid.hex() }] as const;
  });
  return { now: NOW.toISOString(), identities: Object.fromEntries(identities) };
}

/** All parts in order, and the mixed parts that follow them, which make the same request by themselves. */
function partsOf(envelope: Envelope, maxFragmentBytes: number) {
  const encoder = new MultipartEncoder(envelope.ur(), maxFragmentBytes);
  const parts = Array.from({ length: encoder.partCount }, () => encoder.nextPart());
  const decoder = new MultipartDecoder();
  const mixedParts: string[] = [];
  while (decoder.result === undefined) {
    const part = encoder.nextPart();
    decoder.add(part);
    mixedParts.push(part);
  }
  return { maxFragmentBytes, parts, mixedParts };
}

/** Long bodies of one byte over and over are written short. */
function bodyOf(body: Uint8Array) {
  const [first = 0] = body;
  const isLong = body.length > MAX_REQUEST_BYTES && body.every((byte) => byte === first);
  return isLong
    ? { repeatHex: bytesToHex(Uint8Array.of(first)), bodyBytes: body.length }
    : { bodyHex: bytesToHex(body) };
}

function bytesOf(envelope: Envelope) {
  return { cborHex: bytesToHex(envelope.cborData()), ur: envelope.urString() };
}

function asText(file: object): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
