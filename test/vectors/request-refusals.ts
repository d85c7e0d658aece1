/**
 * Requests that must be refused, at least one for each code that needs no state of the server.
 *
 * Each is dated {@link NOW}, and would be accepted but for what its name says.
 */

import {
  ALLOW,
  ALLOW_ALL,
  BODY,
  DATE,
  EncapsulationPublicKey,
  Envelope,
  Expression,
  KEY,
  NOTE,
  PublicKeys,
  Request,
  SENDER,
  SENDER_CONTINUATION,
  SIGNED,
  SigningPublicKey,
  SymmetricKey,
} from "@bc/envelope";
import type { RefusalCode } from "@bc/share-protocol";
import { OPERATIONS } from "@bc/share-protocol";
import { cbor, decodeCbor, hexToBytes, Tag, taggedValue } from "#bc/dcbor";
import { TAG_PUBLIC_KEYS } from "#bc/tags";
import ssh from "../../test-vectors/ssh.json" with { type: "json" };
import {
  type Composition,
  plainRequest,
  requestNode,
  sealedRequest,
  sealFor,
  sign,
  strangersRecipient,
} from "../kit/compose.ts";
import { alice, bob, idOf, NOW, otherServer, server } from "../kit/people.ts";
import { badDocuments, keylessDocuments, obscuredDocuments } from "./documents.ts";

const { storeShare } = OPERATIONS;

export type RefusedRequest = {
  readonly name: string;
  readonly code: RefusalCode;
  readonly envelope: Envelope;
};

const DATA = new TextEncoder().encode("a share");
const HOUR = 3_600_000;
const FIXED_KEY = SymmetricKey.fromData(new Uint8Array(32).fill(1));
const FIXED_NONCE = { nonce: new Uint8Array(12).fill(2) };

/** Public keys whose signing key is one of SSH that is not supported: of P-521. */
const unsupportedKeys = taggedValue(TAG_PUBLIC_KEYS, [
  cborNamed("signing-public-key: of P-521", ssh.refusals),
  alice.publicKeys.encapsulation.toCbor(),
]);

const sshOffCurve = SigningPublicKey.fromCbor(cborNamed("P-256, not on the curve", ssh.keys));

function cborNamed(
  wanted: string,
  vectors: readonly { readonly name: string; readonly cborHex?: string; readonly publicKeyHex?: string }[],
) {
  const vector = vectors.find(({ name }) => name === wanted);
  return decodeCbor(hexToBytes(vector?.cborHex ?? vector?.publicKeyHex ?? ""));
}

const body = storeShare.encode({ data: DATA }).withParameter("recipient", server.xid.toCbor());
const good: Composition = { id: idOf("refused"), body, sender: alice };
const node = requestNode(good);

function withBody(other: Expression): Promise<Envelope> {
  return plainRequest({ ...good, body: other });
}

function auditWith(nonce: Uint8Array): Expression {
  return new Expression("auditShares").withParameter("nonce", nonce);
}

/** A body that `Expression` would not write. */
function withBodyEnvelope(envelope: Envelope): Promise<Envelope> {
  const date = taggedValue(1, NOW.getTime() / 1000);
  const subject = Envelope.new(taggedValue(40004, good.id.toCbor()));
  return sign(
    subject.addAssertion(BODY, envelope).addAssertion(DATE, date).addAssertion(SENDER, alice.document),
    alice,
  );
}

/** The good request, signed, then changed inside without touching the signature. */
async function changedAfterSigning(change: (node: Envelope) => Envelope): Promise<Envelope> {
  const signed = await plainRequest(good);
  return change(signed.tryUnwrap()).wrap().addAssertionEnvelopes(signed.assertions());
}

function withSender(document: Envelope): Promise<Envelope> {
  const unsigned = new Request(good.id, body, { date: NOW }).toEnvelope().addAssertion(SENDER, document);
  return sign(unsigned, alice);
}

function documentWith(keys: PublicKeys): Envelope {
  return Envelope.new(alice.xid.toCbor()).addAssertion(
    KEY,
    Envelope.new(keys.toCbor()).addAssertion(ALLOW, ALLOW_ALL),
  );
}

/** The sender's key is one of SSH, and the signature is that key's, over the message of a vector. */
function signedElsewhere(): Envelope {
  const [{ publicKeyHex, signatureHex } = { publicKeyHex: "", signatureHex: "" }] = ssh.signing;
  const publicKey = SigningPublicKey.fromCbor(decodeCbor(hexToBytes(publicKeyHex)));
  const document = documentWith(new PublicKeys(publicKey, alice.publicKeys.encapsulation));
  const unsigned = new Request(good.id, body, { date: NOW }).toEnvelope().addAssertion(SENDER, document);
  return unsigned.wrap().addAssertion(SIGNED, decodeCbor(hexToBytes(signatureHex)));
}

function objectOf(envelope: Envelope): Envelope {
  return envelope.objectForPredicate(BODY);
}

async function withUnsignedMetadata(): Promise<Envelope> {
  const signed = await plainRequest(good);
  const [signature] = signed.objectsForPredicate(SIGNED);
  if (signature === undefined) throw new TypeError("not signed");
  return signed.subject().addAssertion(SIGNED, signature.addAssertion(NOTE, "metadata").wrap());
}

type Case = readonly [RefusalCode, string, Envelope | Promise<Envelope>];

function senderRefusal(code: RefusalCode, name: string, document: Envelope): Case {
  return [code, `the sender's document: ${name}`, withSender(document)];
}

function newDocumentRefusal(code: RefusalCode, name: string, document: Envelope): Case {
  const call = new Expression("updateXIDDocument")
    .withParameter("newXIDDocument", document)
    .withParameter("recipient", server.xid.toCbor());
  return [code, `the new document: ${name}`, withBody(call)];
}

/** In the order of the checks. */
export async function requestRefusals(): Promise<readonly RefusedRequest[]> {
  const signed = await plainRequest(good);
  const offCurve = SigningPublicKey.fromData(new Uint8Array(32).fill(5), "schnorr");
  const smallOrder = SigningPublicKey.fromData(
    Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)),
    "ed25519",
  );
  const zero = EncapsulationPublicKey.fromData(new Uint8Array(32));
  const refusals: readonly Case[] = [
    ["unknown-recipient", "sealed to another server", sealFor(otherServer, signed)],
    [
      "unknown-recipient",
      "sealed to a stranger's key of ML-KEM-768",
      signed.wrap().encryptSubject(FIXED_KEY, FIXED_NONCE).addAssertionEnvelope(strangersRecipient(1)),
    ],
    [
      "unknown-recipient",
      "sealed to a stranger's key, of a scheme that nobody knows",
      signed
        .wrap()
        .encryptSubject(FIXED_KEY, FIXED_NONCE)
        .addAssertionEnvelope(strangersRecipient(1, Tag.from(40999, "unknown"))),
    ],
    [
      "unknown-recipient",
      "encrypted without a recipient",
      signed.wrap().encryptSubject(FIXED_KEY, FIXED_NONCE),
    ],
    ["not-signed", "not signed", node],
    ["not-signed", "wrapped, not signed", node.wrap()],
    [
      "not-signed",
      "the signature covers the ID only",
      node.addSignature(alice.privateKeys.signing, { auxRand: new Uint8Array(32) }),
    ],
    ["not-signed", "sealed, not signed", sealFor(server, node)],
    ["not-a-request", "an assertion beside the signature", signed.addAssertion(NOTE, "unsigned")],
    [
      "obscured",
      "a parameter is elided",
      changedAfterSigning((it) => it.elideRemovingSet(objectOf(it).assertions())),
    ],
    ["obscured", "the body is elided", changedAfterSigning((it) => it.elideRemovingSet([objectOf(it)]))],
    [
      "obscured",
      "the function is elided",
      changedAfterSigning((it) => it.elideRemovingSet([objectOf(it).subject()])),
    ],
    [
      "obscured",
      "the date is elided",
      changedAfterSigning((it) => it.elideRemovingSet(it.assertionsWithPredicate(DATE))),
    ],
    [
      "obscured",
      "a permission of the sender is elided",
      changedAfterSigning((it) => it.elideRemovingSet([Envelope.newAssertion(ALLOW, ALLOW_ALL)])),
    ],
    [
      "obscured",
      "the subject is encrypted",
      changedAfterSigning((it) => it.encryptSubject(FIXED_KEY, FIXED_NONCE)),
    ],
    [
      "not-a-request",
      "a response",
      sign(Envelope.new(taggedValue(40005, good.id.toCbor())).addAssertion(SENDER, alice.document), alice),
    ],
    ["not-a-request", "an assertion that is not expected", sign(node.addAssertion("urgent", true), alice)],
    ["not-a-request", "no sender", sign(new Request(good.id, body, { date: NOW }).toEnvelope(), alice)],
    ["not-a-request", "two senders", sign(node.addAssertion(SENDER, bob.document), alice)],
    [
      "not-a-request",
      "two bodies",
      sign(node.addAssertion(BODY, new Expression("deleteAccount").toEnvelope()), alice),
    ],
    ["not-a-request", "two dates", sign(node.addAssertion(DATE, taggedValue(1, 0)), alice)],
    [
      "not-a-request",
      "a date beyond all time",
      sign(requestNode({ ...good, date: null }).addAssertion(DATE, taggedValue(1, 1e300)), alice),
    ],
    ["not-a-request", "a note that is no text", sign(node.addAssertion(NOTE, 5), alice)],
    [
      "not-a-request",
      "a continuation in the clear",
      sign(node.addAssertion(SENDER_CONTINUATION, Envelope.null().wrap()), alice),
    ],
    [
      "not-a-request",
      "an assertion beside the parameters",
      withBodyEnvelope(body.toEnvelope().addAssertion(NOTE, "note")),
    ],
    ...(await obscuredDocuments()).flatMap(([name, document]) => [
      senderRefusal("obscured", name, document),
      newDocumentRefusal("obscured", name, document),
    ]),
    ...(await badDocuments()).flatMap(([name, document]) => [
      senderRefusal("not-a-request", name, document),
      newDocumentRefusal("bad-parameter", name, document),
    ]),
    ...keylessDocuments().map(([name, document]) => senderRefusal("bad-key", name, document)),
    senderRefusal(
      "bad-key",
      "is bare public keys of a scheme that is not supported",
      Envelope.new(unsupportedKeys),
    ),
    [
      "bad-key",
      "a signing key of SSH that is not on the curve",
      withSender(documentWith(new PublicKeys(sshOffCurve, alice.publicKeys.encapsulation))),
    ],
    [
      "bad-key",
      "a signing key that is not on the curve",
      withSender(documentWith(new PublicKeys(offCurve, alice.publicKeys.encapsulation))),
    ],
    [
      "bad-key",
      "a signing key of small order",
      withSender(documentWith(new PublicKeys(smallOrder, alice.publicKeys.encapsulation))),
    ],
    [
      "bad-key",
      "an encapsulation key of zeros",
      withSender(documentWith(new PublicKeys(alice.publicKeys.signing, zero))),
    ],
    ["bad-signature", "signed by somebody else", sign(node, bob)],
    [
      "bad-signature",
      "signed for another content",
      changedAfterSigning((it) => it.addAssertion(NOTE, "added")),
    ],
    ["bad-signature", "a signature of SSH over something else", signedElsewhere()],
    ["bad-signature", "two signatures", signed.addSignature(bob.privateKeys.signing)],
    ["bad-signature", "a signature that is a text", node.wrap().addAssertion(SIGNED, "alice")],
    ["bad-signature", "metadata that is not signed", withUnsignedMetadata()],
    ["missing-date", "plain, without a date", plainRequest({ ...good, date: null })],
    [
      "expired",
      "a day and an hour old",
      plainRequest({ ...good, date: new Date(NOW.getTime() - 25 * HOUR) }),
    ],
    [
      "expired",
      "sealed, a day and an hour old",
      sealedRequest({ ...good, date: new Date(NOW.getTime() - 25 * HOUR) }),
    ],
    ["from-the-future", "an hour early", plainRequest({ ...good, date: new Date(NOW.getTime() + HOUR) })],
    [
      "unknown-function",
      "a function that does not exist",
      withBody(new Expression("storeShares").withParameter("data", DATA)),
    ],
    ["unknown-function", "a numbered function", withBody(new Expression(1))],
    ["unknown-function", "a name that every object has", withBody(new Expression("constructor"))],
    [
      "bad-parameter",
      "the data is missing",
      withBody(new Expression("storeShare").withParameter("recipient", server.xid.toCbor())),
    ],
    [
      "bad-parameter",
      "the data is a text",
      withBody(new Expression("storeShare").withParameter("data", "a share")),
    ],
    [
      "bad-parameter",
      "a fallback of null, for a transfer",
      withBody(
        new Expression("fallbackTransfer")
          .withParameter("fallback", Envelope.null())
          .withParameter("recipient", server.xid.toCbor()),
      ),
    ],
    ["bad-parameter", "the data twice", withBody(body.withParameter("data", new Uint8Array()))],
    ["bad-parameter", "a parameter too many", withBody(body.withParameter("date", 5))],
    [
      "bad-parameter",
      "a misspelt receipt",
      withBody(new Expression("retrieveShares").withParameter("reciept", new Uint8Array(32))),
    ],
    [
      "bad-parameter",
      "a receipt without its type",
      withBody(new Expression("retrieveShares").withParameter("receipt", new Uint8Array(32))),
    ],
    [
      "bad-parameter",
      "a receipt of 31 bytes",
      withBody(
        new Expression("retrieveShares").withParameter(
          "receipt",
          Envelope.new(new Uint8Array(31)).addType("Receipt"),
        ),
      ),
    ],
    ["bad-parameter", "an audit without a nonce", withBody(new Expression("auditShares"))],
    ["bad-parameter", "an audit with a nonce of 15 bytes", withBody(auditWith(new Uint8Array(15)))],
    ["bad-parameter", "an audit with a nonce of 65 bytes", withBody(auditWith(new Uint8Array(65)))],
    ["bad-parameter", "a numbered parameter", withBody(body.withParameter(1, 5))],
    [
      "bad-parameter",
      "a recipient that is no XID",
      withBody(storeShare.encode({ data: DATA }).withParameter("recipient", cbor("server"))),
    ],
    ["missing-recipient", "plain, without a recipient", withBody(storeShare.encode({ data: DATA }))],
    [
      "wrong-recipient",
      "for another server",
      withBody(storeShare.encode({ data: DATA }).withParameter("recipient", otherServer.xid.toCbor())),
    ],
    [
      "wrong-recipient",
      "sealed to this server, for another",
      sealedRequest({
        ...good,
        body: storeShare.encode({ data: DATA }).withParameter("recipient", otherServer.xid.toCbor()),
      }),
    ],
  ];
  return Promise.all(
    refusals.map(async ([code, name, envelope]) => ({ name, code, envelope: await envelope })),
  );
}
