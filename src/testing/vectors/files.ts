/** The vector files that are made from this code, as text: the same text each time. */
import { bytesToHex } from "#bc/dcbor";
import type { Envelope } from "#bc/envelope";
import { alice, bob, carol, NOW, otherServer, server } from "../people.ts";
import { exchanges } from "./exchanges.ts";
import { requestRefusals } from "./request-refusals.ts";
import { requestVectors } from "./requests.ts";

/** File names with their contents. */
export async function vectorFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    "requests.json": asText({
      description:
        "Requests that a server with the identity `server` accepts at `now`. `signedNotation` shows what is " +
        "signed; a sealed request holds it encrypted.",
      ...commonInputs(),
      vectors: (await requestVectors()).map(({ sender, signed, envelope, ...about }) => ({
        ...about,
        senderXidHex: sender.xid.hex(),
        signedDigestHex: signed.subject().digest().hex(),
        signedNotation: signed.formatFlat(),
        ...bytesOf(envelope),
      })),
    }),
    "exchanges.json": asText({
      description:
        "The life of an account, request by request, with the answers that the server with the identity `server` " +
        "gives at `now`. A sealed request holds the plain one, a sealed answer the signed one; the server seals with " +
        "fresh random values, so its own sealed answers differ from these in everything but what they hold.",
      ...commonInputs(),
      vectors: (await exchanges()).map(({ sender, ...told }) => ({
        name: told.name,
        function: told.function,
        senderPrivateKeys: sender.privateKeys.urString(),
        senderXidHex: sender.xid.hex(),
        requestNotation: told.plainRequest.format(),
        answerNotation: told.answer.format(),
        plainRequest: bytesOf(told.plainRequest),
        sealedRequest: bytesOf(told.sealedRequest),
        answer: bytesOf(told.answer),
        sealedAnswer: bytesOf(told.sealedAnswer),
      })),
    }),
    "request-refusals.json": asText({
      description:
        "Requests that a server with the identity `server` refuses at `now` with `code`, whatever it has stored.",
      ...commonInputs(),
      vectors: (await requestRefusals()).map(({ envelope, ...about }) => ({
        ...about,
        notation: envelope.formatFlat(),
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

function bytesOf(envelope: Envelope) {
  return { cborHex: bytesToHex(envelope.cborData()), ur: envelope.urString() };
}

function asText(file: object): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
