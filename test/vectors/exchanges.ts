/**
 * The life of an account as exchanges of requests and answers, carried out by the service with a fixed clock.
 *
 * Each request comes plain and sealed: the same signed envelope, so that the answer is the same too.
 */
import { Envelope, type Expression, ID, PublicKeys, SENDER_CONTINUATION } from "@bc/envelope";
import { type Identity, identityOf, OPERATIONS, proveKey, Receipt } from "@bc/share-protocol";
import type { Channel } from "../../src/fallback/channel.ts";
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import { confirmChallenge, handle } from "../../src/service/index.ts";
import { type Composition, plainRequest, sealFor, sign } from "../kit/compose.ts";
import { tokenIn } from "../kit/inbox.ts";
import { alice, bob, carol, idOf, otherServer, server } from "../kit/people.ts";
import { createTestService, openTestDatabase, type TestService } from "../kit/service.ts";

const { finishRecovery, getRecovery, getShares, startRecovery, updateRecovery, updateXIDDocument } =
  OPERATIONS;

export type Exchange = {
  readonly name: string;
  readonly function: string;
  readonly sender: Identity;
  /** A contact that confirms before the request is sent. */
  readonly confirmed: string | undefined;
  readonly plainRequest: Envelope;
  readonly sealedRequest: Envelope;
  /** What the server signed. The server's own sealing differs each time; {@link sealedAnswer} is the fixed one. */
  readonly answer: Envelope;
  readonly sealedAnswer: Envelope;
};

const DATA = new Uint8Array(327);
const RECEIPT = Receipt.of(alice.xid, DATA);
/** A real one is random. */
const NONCE = new Uint8Array(32).fill(1);
const CONTACT = "alice@example.com";
/** Alice's account with the key that she has lost it to, and found again. */
const aliceWithBobsKey = identityOf(bob.privateKeys, alice.xid);
const carolWithBobsKey = identityOf(bob.privateKeys, carol.xid);
const carolWithAlicesKey = identityOf(alice.privateKeys, carol.xid);

export async function exchanges(): Promise<readonly Exchange[]> {
  const database = await openTestDatabase();
  try {
    const service = await createTestService(database.sql);
    return await life(service);
  } finally {
    await database.close();
  }
}

async function life(service: TestService): Promise<readonly Exchange[]> {
  const recorded: Exchange[] = [];
  const record = async (name: string, body: Expression, sender: Identity, more: Circumstances = {}) => {
    recorded.push(await exchange(service, name, body, sender, more));
  };
  const op = OPERATIONS;
  await record("store a share", op.storeShare.encode({ data: DATA }), alice);
  await record("read all shares", op.retrieveShares.encode({ receipts: [] }), alice);
  await record("read one share", op.retrieveShares.encode({ receipts: [RECEIPT] }), alice);
  await record("audit the share", op.auditShares.encode({ receipts: [RECEIPT], nonce: NONCE }), alice);
  const foreign = Receipt.of(carol.xid, DATA);
  await record("read a share that is not there", op.retrieveShares.encode({ receipts: [foreign] }), alice);
  await record("read without an account", op.retrieveShares.encode({ receipts: [] }), carol);
  await record("set the fallback", op.updateFallback.encode({ fallback: CONTACT }), alice);
  const codeSent = async () => (await challengeTo(service, CONTACT)).code ?? "";
  await record("confirm it", op.verifyFallback.encode({ code: await codeSent() }), alice);
  await record("read the fallback", op.retrieveFallback.encode({}), alice);
  await record("ask for a transfer", op.fallbackTransfer.encode({ fallback: CONTACT }), bob);
  await record("be warned of it", op.retrieveFallback.encode({}), alice);
  await record("confirm with a wrong code", op.verifyFallback.encode({ code: "0000-0000" }), bob);
  await record("confirm the transfer", op.verifyFallback.encode({ code: await codeSent() }), bob);
  const again = { again: "ask for a transfer" };
  await record("ask how the transfer stands", op.fallbackTransfer.encode({ fallback: CONTACT }), bob, again);
  await record("read with the retired key", op.retrieveShares.encode({ receipts: [] }), alice);
  const newPublicKey = PublicKeys.fromCbor(carol.publicKeys.toCbor());
  const purpose = { id: idOf("change the key"), sender: alice.xid, server: server.xid };
  const proof = await proveKey(carol.privateKeys, purpose, { auxRand: new Uint8Array(32) });
  await record("change the key", op.updatePublicKey.encode({ newPublicKey, proof }), aliceWithBobsKey);
  const aliceWithCarolsKey = identityOf(carol.privateKeys, alice.xid);
  await record("delete a share", op.deleteShares.encode({ receipts: [RECEIPT] }), aliceWithCarolsKey);
  await record("delete the account", op.deleteAccount.encode({}), aliceWithCarolsKey);
  return [...recorded, ...(await depositoryLife(service))];
}

/** The same under the reference depository's names, with the continuations that its clients always send. */
async function depositoryLife(service: TestService): Promise<readonly Exchange[]> {
  const recorded: Exchange[] = [];
  const record = async (name: string, body: Expression, sender: Identity, more: Circumstances = {}) => {
    const asked = { continuation: await nothingToRemember(name, sender), ...more };
    recorded.push(await exchange(service, `depository: ${name}`, body, sender, asked));
  };
  const recoveryMethod = CONTACT;
  await record("store a share", OPERATIONS.storeShare.encode({ data: DATA }), carol);
  await record("read all shares", getShares.encode({ receipts: [] }), carol);
  await record("read a share that is not there", getShares.encode({ receipts: [RECEIPT] }), carol);
  await record("set the recovery method", updateRecovery.encode({ recoveryMethod }), carol);
  await record("read the recovery method", getRecovery.encode({}), carol, { confirmed: CONTACT });
  await record("lose the key", startRecovery.encode({ recoveryMethod }), carolWithBobsKey);
  const returned = continuationIn(recorded.at(-1));
  await record("recover too early", finishRecovery.encode({}), carolWithBobsKey, { returned });
  await record("recover", finishRecovery.encode({}), carolWithBobsKey, { returned, confirmed: CONTACT });
  await record("read with the new key", getShares.encode({ receipts: [] }), carolWithBobsKey);
  await record("read with the retired key", getShares.encode({ receipts: [] }), carol);
  const document = carolWithAlicesKey.document;
  const newXIDDocument = { xid: carol.xid, keys: [alice.publicKeys], envelope: document };
  await record("update the document", updateXIDDocument.encode({ newXIDDocument }), carolWithBobsKey);
  await record("remove the method", updateRecovery.encode({ recoveryMethod: null }), carolWithAlicesKey);
  await record("read without an account", getShares.encode({ receipts: [] }), otherServer);
  return recorded;
}

/** What the reference's clients seal to themselves when they have nothing to remember: null, and the ID. */
function nothingToRemember(name: string, sender: Identity): Promise<Envelope> {
  return sealFor(
    sender,
    Envelope.null()
      .wrap()
      .addAssertion(ID, idOf(`depository: ${name}`).toCbor()),
  );
}

/** The server's continuation in an answer. */
function continuationIn(recorded: Exchange | undefined): Envelope | undefined {
  return recorded?.answer.tryUnwrap().optionalObjectForPredicate(SENDER_CONTINUATION);
}

type Circumstances = Pick<Composition, "continuation" | "returned"> & {
  /** The name of an earlier exchange, if this one repeats its request. */
  readonly again?: string;
  /** A contact that confirms, by the link of its last message, before the request is sent. */
  readonly confirmed?: string;
};

async function exchange(
  service: TestService,
  name: string,
  body: Expression,
  sender: Identity,
  { again, confirmed, ...continuations }: Circumstances = {},
): Promise<Exchange> {
  const { context } = service;
  if (confirmed !== undefined)
    await confirmChallenge(context, tokenIn(await challengeTo(service, confirmed)));
  const addressed = body.withParameter("recipient", server.xid.toCbor());
  const signed = await plainRequest({ id: idOf(again ?? name), body: addressed, sender, ...continuations });
  const { body: bytes } = await handle(context, signed.cborData(), { request: "cbor", answer: "cbor" });
  const received = Envelope.fromCborData(bytes);
  const opened = received.subject().isEncrypted()
    ? await received.decryptToRecipient(sender.privateKeys.encapsulation)
    : received;
  const answer = await withFixedContinuation(opened);
  return {
    name,
    function: String(body.function),
    sender,
    confirmed,
    plainRequest: signed,
    sealedRequest: await sealFor(server, signed),
    answer,
    sealedAnswer: await sealFor(sender, answer),
  };
}

/** The same answer with the server's continuation sealed without randomness, and so signed anew. */
async function withFixedContinuation(answer: Envelope): Promise<Envelope> {
  const response = answer.tryUnwrap();
  const [sealed] = response.assertionsWithPredicate(SENDER_CONTINUATION);
  const state = await sealed?.asObject()?.decryptToRecipient(server.privateKeys.encapsulation);
  if (state === undefined) return answer;
  const others = response
    .assertions()
    .filter((item) => item.asPredicate()?.isKnownValue(SENDER_CONTINUATION) !== true);
  const fixed = response
    .subject()
    .addAssertionEnvelopes(others)
    .addAssertion(SENDER_CONTINUATION, await sealFor(server, state));
  return sign(fixed, server);
}

/** The challenge that the service has ready for the contact, after whatever notices. */
async function challengeTo({ context }: TestService, contact: string): Promise<Message> {
  const sent: Message[] = [];
  const channel: Channel = {
    kinds: CONTACT_KINDS,
    send: async (message) => {
      if (message.code !== undefined && message.to.address === contact) sent.push(message);
    },
  };
  await deliverDue({ ...context, channels: [channel], publicUrl: () => "https://shares.example.com" });
  const [challenge] = sent;
  if (challenge === undefined) throw new Error(`no challenge to ${contact}`);
  return challenge;
}
