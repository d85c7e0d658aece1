/**
 * A wallet that knows the depository names only, and that speaks as the reference's clients do: sealed, without a
 * date or a recipient, with a continuation of its own.
 *
 * It calls the service in the test's own process and believes only answers that the server signed.
 */
import {
  ARID,
  Envelope,
  type Expression,
  PrivateKeys,
  RECIPIENT_CONTINUATION,
  Response,
  SENDER_CONTINUATION,
  type XID,
} from "@bc/envelope";
import { type Identity, identityOf, sealContinuation } from "@bc/share-protocol";
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import { handle } from "../../src/service/index.ts";
import { requestNode, sign } from "../kit/compose.ts";
import { NOW, server } from "../kit/people.ts";
import type { TestService } from "../kit/service.ts";

export type DepositoryAnswer = {
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
  readonly text: string | undefined;
  readonly result: Envelope | undefined;
  /** The server's continuation, for the next request. */
  readonly continuation: Envelope | undefined;
};

export type AskOptions = {
  readonly id?: ARID;
  /** The server's continuation of an earlier answer, or what the test passes off as one. */
  readonly returned?: Envelope | undefined;
};

export type DepositoryWallet = {
  readonly identity: Identity;
  readonly ask: (body: Expression, options?: AskOptions) => Promise<DepositoryAnswer>;
  /** Signed and not sealed yet, for whoever wants to change or to repeat it. */
  readonly request: (body: Expression, options?: AskOptions) => Promise<Envelope>;
  /** Seals what is signed, and sends it. */
  readonly send: (signed: Envelope) => Promise<DepositoryAnswer>;
};

/** @param xid the account's, where the keys are not those that opened it. */
export function newIdentity(xid?: XID): Identity {
  return identityOf(PrivateKeys.generate("schnorr"), xid);
}

export function depositoryWallet(service: TestService, identity: Identity = newIdentity()): DepositoryWallet {
  async function request(body: Expression, { id = ARID.generate(), returned }: AskOptions = {}) {
    const own = await sealContinuation(Envelope.null(), NOW, identity.publicKeys.encapsulation);
    const node = requestNode({ id, body, sender: identity, date: null })
      .addAssertion(SENDER_CONTINUATION, own)
      .addOptionalAssertion(RECIPIENT_CONTINUATION, returned);
    return sign(node, identity);
  }

  async function send(signed: Envelope): Promise<DepositoryAnswer> {
    return exchange(service, await signed.encryptToRecipients([server.publicKeys.encapsulation]), identity);
  }

  return {
    identity,
    request,
    send,
    ask: async (body, options) => send(await request(body, options)),
  };
}

/** Sends an envelope as it is. @param identity whom the answer may be sealed to. */
export async function exchange(
  { context }: TestService,
  envelope: Envelope,
  { privateKeys }: Identity,
): Promise<DepositoryAnswer> {
  const { body } = await handle(context, envelope.cborData(), { request: "cbor", answer: "cbor" });
  const answer = Envelope.fromCborData(body, { strict: true });
  const isSealed = answer.subject().isEncrypted();
  return read(isSealed ? await answer.decryptToRecipient(privateKeys.encapsulation) : answer);
}

async function read(signed: Envelope): Promise<DepositoryAnswer> {
  const response = await signed.verify(server.publicKeys.signing);
  const continuation = response.optionalObjectForPredicate(SENDER_CONTINUATION);
  const { outcome } = Response.fromEnvelope(response);
  if (outcome.ok) return { outcome: "ok", text: undefined, result: outcome.result, continuation };
  const { error } = outcome;
  const code = error.objectForPredicate("code").asText() ?? "none";
  return { outcome: code, text: error.asText(), result: undefined, continuation };
}

/** Sends what is due, and gives the challenges to this contact. */
export async function challengesTo({ context }: TestService, contact: string): Promise<readonly Message[]> {
  const sent: Message[] = [];
  const send = async (message: Message) => {
    sent.push(message);
  };
  const channels = [{ kinds: CONTACT_KINDS, send }];
  await deliverDue({ ...context, channels, publicUrl: () => "http://server.test" });
  return sent.filter(({ link, to }) => link !== undefined && to.address === contact);
}

/** Presses the button behind the link of a message: the status of the page. */
export async function confirm({ app }: TestService, { link = "" }: Message): Promise<number> {
  const token = new URL(link).searchParams.get("token") ?? "";
  const body = new URLSearchParams({ token }).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(body.length),
  };
  return (await app.request("/verify", { method: "POST", body, headers })).status;
}

/** Confirms the one challenge to this contact that is due. */
export async function confirmDue(service: TestService, contact: string): Promise<void> {
  const [message, ...others] = await challengesTo(service, contact);
  if (message === undefined || others.length > 0) throw new TypeError("one challenge was expected");
  if ((await confirm(service, message)) !== 200) throw new TypeError("the link does not confirm");
}
