/**
 * Requests that must be accepted: plain and sealed, by signing keys of each scheme, and with each form of XID document.
 */
import { Envelope, type Expression, PrivateKeys, Request, SENDER } from "@bc/envelope";
import { type Identity, identityOf, OPERATIONS, Receipt, readDocument } from "@bc/share-protocol";
import {
  type Composition,
  plainRequest,
  sealedRequest,
  sealFor,
  sign,
  strangersRecipient,
} from "../kit/compose.ts";
import { alice, bob, carol, idOf, NOW, server } from "../kit/people.ts";
import { sshEd25519Key } from "../kit/ssh-keys.ts";
import { acceptedDocuments } from "./documents.ts";

const { auditShares, retrieveShares, storeShare, updateXIDDocument } = OPERATIONS;

export type RequestVector = {
  readonly name: string;
  readonly function: string;
  readonly sender: Identity;
  readonly sealed: boolean;
  readonly envelope: Envelope;
  /** Also given as a UR of several parts, each of at most so many bytes of the message. */
  readonly maxFragmentBytes?: number;
  /** What is signed, as it stands inside. */
  readonly signed: Envelope;
};

const DATA = new TextEncoder().encode("a share");

/** The calls of the vectors, each by the sender it belongs to. */
function callsOf(sender: Identity): readonly Expression[] {
  return [
    storeShare.encode({ data: DATA }),
    retrieveShares.encode({ receipts: [] }),
    retrieveShares.encode({ receipts: [Receipt.of(sender.xid, DATA)] }),
    auditShares.encode({ receipts: [Receipt.of(sender.xid, DATA)], nonce: new Uint8Array(64).fill(1) }),
  ];
}

export async function requestVectors(): Promise<readonly RequestVector[]> {
  const people = { Schnorr: alice, Ed25519: bob, ECDSA: carol };
  const vectors: RequestVector[] = [];
  for (const [scheme, sender] of Object.entries(people)) {
    for (const [i, call] of callsOf(sender).entries()) {
      const about = `${call.function}${call.parameters.length === 0 ? ", all" : ""}, ${scheme}`;
      const composition: Composition = {
        id: idOf(`${about} ${i}`),
        body: call.withParameter("recipient", server.xid.toCbor()),
        sender,
      };
      const common = { function: String(call.function), sender };
      const signed = await plainRequest(composition);
      vectors.push({ ...common, name: `${about}, plain`, sealed: false, envelope: signed, signed });
      const sealed = await sealedRequest(composition);
      vectors.push({ ...common, name: `${about}, sealed`, sealed: true, envelope: sealed, signed });
    }
  }
  return [
    ...vectors,
    await bareKeysVector(),
    await sshVector(),
    ...(await twoRecipientVectors()),
    ...(await documentVectors()),
    ...(await newDocumentVectors()),
  ];
}

/** Each thing that may stand in the sender's document. */
async function documentVectors(): Promise<readonly RequestVector[]> {
  const documents = await acceptedDocuments();
  return Promise.all(
    documents.map(async ([about, document]): Promise<RequestVector> => {
      const name = `storeShare, the sender's document: ${about}, plain`;
      const body = storeShare.encode({ data: DATA }).withParameter("recipient", server.xid.toCbor());
      const node = new Request(idOf(name), body, { date: NOW }).toEnvelope().addAssertion(SENDER, document);
      const signed = await sign(node, alice);
      return { name, function: "storeShare", sender: alice, sealed: false, envelope: signed, signed };
    }),
  );
}

/** The same documents, as the new one of an account. */
async function newDocumentVectors(): Promise<readonly RequestVector[]> {
  const documents = await acceptedDocuments();
  return Promise.all(
    documents.map(async ([about, envelope]): Promise<RequestVector> => {
      const name = `updateXIDDocument, the new document: ${about}, sealed`;
      const body = updateXIDDocument.encode({ newXIDDocument: { ...readDocument(envelope), envelope } });
      const signed = await plainRequest({ id: idOf(name), body, sender: alice });
      const sealed = await sealFor(server, signed);
      return { name, function: "updateXIDDocument", sender: alice, sealed: true, envelope: sealed, signed };
    }),
  );
}

/** Sealed to somebody else besides, by ML-KEM: whose message comes first is up to digests. */
async function twoRecipientVectors(): Promise<readonly RequestVector[]> {
  const name = "storeShare, sealed to the server and to a recipient of ML-KEM-768";
  const body = storeShare.encode({ data: DATA });
  const signed = await plainRequest({ id: idOf(name), body, sender: alice });
  const sealed = await sealFor(server, signed);
  const own = sealed.assertions()[0]?.digest().hex() ?? "";
  return ["before", "after"].map((place) => {
    const fillers = Array.from({ length: 256 }, (_, filler) => strangersRecipient(filler));
    const stranger = fillers.find((it) => (it.digest().hex() < own ? "before" : "after") === place);
    if (stranger === undefined) throw new RangeError("no filler sorts there");
    const envelope = sealed.addAssertionEnvelope(stranger);
    return {
      name: `${name}, ${place} it`,
      function: "storeShare",
      sender: alice,
      sealed: true,
      envelope,
      signed,
    };
  });
}

/** Signed by a key of SSH, as `ssh-keygen -Y sign` signs for any namespace. */
async function sshVector(): Promise<RequestVector> {
  const name = "storeShare, Ed25519 of SSH, plain";
  const signing = sshEd25519Key(new Uint8Array(32).fill(7), { comment: "dave@example.com" });
  const sender = identityOf(new PrivateKeys(signing, bob.privateKeys.encapsulation));
  const body = storeShare.encode({ data: DATA }).withParameter("recipient", server.xid.toCbor());
  const signed = await plainRequest({ id: idOf(name), body, sender });
  return { name, function: "storeShare", sender, sealed: false, envelope: signed, signed };
}

/** The sender may be its bare public keys. */
async function bareKeysVector(): Promise<RequestVector> {
  const body = storeShare.encode({ data: DATA });
  const node = new Request(idOf("bare keys"), body, { date: NOW })
    .toEnvelope()
    .addAssertion(SENDER, Envelope.new(alice.publicKeys.toCbor()));
  const signed = await sign(node, alice);
  const envelope = await sealFor(server, signed);
  const name = "storeShare, the sender is bare public keys, no recipient, sealed";
  const common = { function: "storeShare", sender: alice, sealed: true };
  return { ...common, name, maxFragmentBytes: 150, envelope, signed };
}
