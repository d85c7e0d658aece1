/**
 * The life of an account as exchanges of requests and answers, carried out by the service with a fixed clock.
 *
 * Each request comes plain and sealed: the same signed envelope, so that the answer is the same too.
 */
import { Envelope, type Expression } from "#bc/envelope";
import { PublicKeys } from "#bc/keys";
import type { Channel } from "../../fallback/channel.ts";
import { CONTACT_KINDS } from "../../fallback/contact.ts";
import { deliverDue } from "../../service/deliver.ts";
import { handle } from "../../service/index.ts";
import { getRecovery } from "../../wire/depository/get-recovery.ts";
import { getShares } from "../../wire/depository/get-shares.ts";
import { updateRecovery } from "../../wire/depository/update-recovery.ts";
import { updateXIDDocument } from "../../wire/depository/update-xid-document.ts";
import { type Identity, identityOf } from "../../wire/identity.ts";
import { OPERATIONS } from "../../wire/operations/index.ts";
import { Receipt } from "../../wire/receipt.ts";
import { plainRequest, sealFor } from "../compose.ts";
import { alice, bob, carol, idOf, server } from "../people.ts";
import { createTestService, openTestDatabase, type TestService } from "../service.ts";

export type Exchange = {
  readonly name: string;
  readonly function: string;
  readonly sender: Identity;
  readonly plainRequest: Envelope;
  readonly sealedRequest: Envelope;
  /** What the server signed; sealed it looks different each time but for {@link sealedAnswer}. */
  readonly answer: Envelope;
  readonly sealedAnswer: Envelope;
};

const DATA = new Uint8Array(327);
const RECEIPT = Receipt.of(alice.xid, DATA);
const CONTACT = "alice@example.com";
/** Alice's account with the key that she has lost it to, and found again. */
const aliceWithBobsKey = identityOf(bob.privateKeys, alice.xid);

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
  const told: Exchange[] = [];
  const tell = async (name: string, body: Expression, sender: Identity) => {
    told.push(await exchange(service, name, body, sender));
  };
  const op = OPERATIONS;
  await tell("store a share", op.storeShare.encode({ data: DATA }), alice);
  await tell("read all shares", op.retrieveShares.encode({ receipts: [] }), alice);
  await tell("read one share", op.retrieveShares.encode({ receipts: [RECEIPT] }), alice);
  const foreign = Receipt.of(carol.xid, DATA);
  await tell("read a share that is not there", op.retrieveShares.encode({ receipts: [foreign] }), alice);
  await tell("read without an account", op.retrieveShares.encode({ receipts: [] }), carol);
  await tell("set the fallback", op.updateFallback.encode({ fallback: CONTACT }), alice);
  await tell("confirm it", op.verifyFallback.encode({ code: await codeSentBy(service) }), alice);
  await tell("read the fallback", op.retrieveFallback.encode({}), alice);
  await tell("ask for a transfer", op.fallbackTransfer.encode({ fallback: CONTACT }), bob);
  await tell("be warned of it", op.retrieveFallback.encode({}), alice);
  await tell("confirm with a wrong code", op.verifyFallback.encode({ code: "0000-0000" }), bob);
  await tell("confirm the transfer", op.verifyFallback.encode({ code: await codeSentBy(service) }), bob);
  await tell("read with the retired key", op.retrieveShares.encode({ receipts: [] }), alice);
  const newPublicKey = PublicKeys.fromCbor(carol.publicKeys.toCbor());
  await tell("change the key", op.updatePublicKey.encode({ newPublicKey }), aliceWithBobsKey);
  const aliceWithCarolsKey = identityOf(carol.privateKeys, alice.xid);
  await tell("delete a share", op.deleteShares.encode({ receipts: [RECEIPT] }), aliceWithCarolsKey);
  await tell("delete the account", op.deleteAccount.encode({}), aliceWithCarolsKey);
  return [...told, ...(await depositoryLife(service))];
}

/** The same under the reference depository's names, as far as it needs nobody's confirmation. */
async function depositoryLife(service: TestService): Promise<readonly Exchange[]> {
  const ask = (name: string, body: Expression, sender: Identity) => exchange(service, name, body, sender);
  const document = carol.document;
  const newXIDDocument = { xid: carol.xid, keys: [carol.publicKeys], envelope: document };
  return [
    await ask("depository: store a share", OPERATIONS.storeShare.encode({ data: DATA }), carol),
    await ask("depository: read all shares", getShares.encode({ receipts: [] }), carol),
    await ask("depository: read a share that is not there", getShares.encode({ receipts: [RECEIPT] }), carol),
    await ask(
      "depository: set the recovery method",
      updateRecovery.encode({ recoveryMethod: CONTACT }),
      carol,
    ),
    await ask("depository: read the recovery method", getRecovery.encode({}), carol),
    await ask("depository: remove it", updateRecovery.encode({ recoveryMethod: null }), carol),
    await ask("depository: update the document", updateXIDDocument.encode({ newXIDDocument }), carol),
    await ask("depository: read without an account", getShares.encode({ receipts: [] }), alice),
  ];
}

async function exchange(
  { context }: TestService,
  name: string,
  body: Expression,
  sender: Identity,
): Promise<Exchange> {
  const addressed = body.withParameter("recipient", server.xid.toCbor());
  const signed = await plainRequest({ id: idOf(name), body: addressed, sender });
  const { body: bytes } = await handle(context, signed.cborData(), { request: "cbor", answer: "cbor" });
  const received = Envelope.fromCborData(bytes);
  const answer = received.subject().isEncrypted()
    ? await received.decryptToRecipient(sender.privateKeys.encapsulation)
    : received;
  return {
    name,
    function: String(body.function),
    sender,
    plainRequest: signed,
    sealedRequest: await sealFor(server, signed),
    answer,
    sealedAnswer: await sealFor(sender, answer),
  };
}

/** The code in the message that the service has ready. */
async function codeSentBy({ context }: TestService): Promise<string> {
  let code = "";
  const channel: Channel = {
    kinds: CONTACT_KINDS,
    send: async (message) => {
      code = message.code ?? code;
    },
  };
  await deliverDue({ ...context, channels: [channel], publicUrl: () => "https://shares.example.com" });
  return code;
}
