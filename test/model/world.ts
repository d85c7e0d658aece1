/**
 * The real service as the model's counterpart: the same requests, signed, sealed and handled, and their answers in the
 * model's words.
 */
import { Envelope, type Expression, equalBytes, PrivateKeys, Request, SENDER, type XID } from "@bc/envelope";
import { ClientError, openAnswer, serverFromDocument } from "@bc/share-client";
import { encodeTransport, identityOf, proveKey, Receipt } from "@bc/share-protocol";
import { operations } from "../../packages/client/src/operations.ts";
import type { ChallengeSecrets } from "../../src/fallback/code-and-token.ts";
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import { confirmChallenge, handle, lookUpChallenge } from "../../src/service/index.ts";
import { prune } from "../../src/store/prune.ts";
import type { Sql } from "../../src/store/sql.ts";
import { idOf, server } from "../kit/people.ts";
import { createTestService, keysWith } from "../kit/service.ts";
import {
  type ModelCall,
  type ModelRequest,
  networkOf,
  type Observation,
  RULES,
  receipt,
  type Sent,
} from "./vocabulary.ts";

/** All histories share one database and its count of messages, so no history may reach the limit. */
const NO_LIMIT = 1_000_000_000;

export type World = Awaited<ReturnType<typeof createWorld>>;

export type WorldOptions = {
  readonly sql: Sql;
  /** Sets this history apart from others in the same database. */
  readonly name: string;
  readonly keyCount: number;
  /** Every share that a history may store. */
  readonly shares: readonly string[];
  /** Seconds. */
  readonly transferDelay: number;
  /** The history's moment 0: after all others in the same database, whose requests it prunes. */
  readonly begin: Date;
};

export async function createWorld({ sql, name, keyCount, shares, transferDelay, begin }: WorldOptions) {
  const service = await createTestService(sql);
  const { context: fresh, clock } = service;
  const moment = (seconds: number) => new Date(begin.getTime() + seconds * 1000);
  clock.now = begin;
  const { maxAge, ...limits } = RULES;
  const begun = new Map<ModelRequest, ChallengeSecrets>();
  let lastMade: ChallengeSecrets | undefined;
  const context = {
    ...fresh,
    policy: {
      ...fresh.policy,
      maxAge: maxAge * 1000,
      quotas: limits,
      maxNewAccounts: limits.maxNewAccounts,
      transferDelay,
      maxMessages: NO_LIMIT,
    },
    keys: keysWith(await fresh.keys.cipher(), ({ secrets }) => ({
      secrets: {
        ...secrets,
        // The secrets of a challenge are known as soon as they are made, even where no message is due.
        encrypt: (plaintext: Uint8Array, context: Uint8Array) => {
          lastMade = JSON.parse(new TextDecoder().decode(plaintext));
          return secrets.encrypt(plaintext, context);
        },
      },
    })),
  };
  const known = await serverFromDocument(context.identity.document);
  const people = Array.from({ length: keyCount }, () => identityOf(PrivateKeys.generate("ed25519")));
  const names = new Map<string, { readonly account: number; readonly data: string }>();
  for (const account of people.keys()) {
    for (const data of shares) names.set(receiptOf(account, data).hex(), { account, data });
  }
  const signed = new Map<ModelRequest, ReturnType<typeof sign>>();

  function person(key: number) {
    const found = people[key];
    if (found === undefined) throw new RangeError("no such key");
    return found;
  }

  function receiptOf(account: number, data: string): Receipt {
    return Receipt.of(person(account).xid, utf8(data));
  }

  /** A contact of this history's own, and back. */
  function contactOf(contact: string): string {
    return contact.replace("@", `@${name}.`);
  }

  function bare(contact: string): string {
    return contact.replace(`@${name}.`, "@");
  }

  async function expressionOf({ call, sender, id }: ModelRequest): Promise<Expression> {
    switch (call.name) {
      case "storeShare":
        return operations.storeShare.encode({ data: utf8(call.data) });
      case "retrieveShares":
      case "deleteShares":
        return operations[call.name].encode({
          receipts: call.shares.map((it) => receiptOf(it.account, it.data)),
        });
      case "updateFallback":
        return operations.updateFallback.encode({ fallback: call.fallback && contactOf(call.fallback) });
      case "fallbackTransfer":
        return operations.fallbackTransfer.encode({ fallback: contactOf(call.fallback) });
      case "verifyFallback":
        return operations.verifyFallback.encode({ code: codeOf(call.codeOf) });
      case "updatePublicKey": {
        const { publicKeys, privateKeys } = person(call.newKey);
        const purpose = { id: idOf(`${name} ${id}`), sender: person(sender).xid, server: server.xid };
        const signer = call.proof === "another's" ? PrivateKeys.generate("ed25519") : privateKeys;
        const proof = call.proof === "none" ? undefined : await proveKey(signer, purpose);
        return operations.updatePublicKey.encode({ newPublicKey: publicKeys, proof });
      }
      case "retrieveFallback":
      case "deleteAccount":
        return operations[call.name].encode({});
    }
  }

  function codeOf(request: ModelRequest | undefined): string {
    return (request && begun.get(request)?.code) ?? "0000-0000";
  }

  async function sign(request: ModelRequest) {
    const { key, sender, id, date } = request;
    const body = (await expressionOf(request)).withParameter("recipient", server.xid.toCbor());
    const identity = identityOf(person(key).privateKeys, person(sender).xid);
    return new Request(idOf(`${name} ${id}`), body, date === null ? {} : { date: moment(date) })
      .toEnvelope()
      .addAssertion(SENDER, identity.document)
      .sign(identity.privateKeys.signing);
  }

  async function ask(request: ModelRequest, { sealed }: { readonly sealed: boolean }): Promise<Observation> {
    const before = signed.get(request) ?? sign(request);
    signed.set(request, before);
    const envelope = await before;
    const sent = sealed ? await envelope.encryptToRecipients([server.publicKeys.encapsulation]) : envelope;
    lastMade = undefined;
    const { body } = await handle(context, encodeTransport(sent, "cbor"), {
      request: "cbor",
      answer: "cbor",
      network: `network ${networkOf(request.key)} of ${name}`,
    });
    if (lastMade !== undefined && !begun.has(request)) begun.set(request, lastMade);
    return readAnswer(request, Envelope.fromCborData(body, { strict: true }));
  }

  async function readAnswer({ key, id, call }: ModelRequest, envelope: Envelope): Promise<Observation> {
    const expected = { id: idOf(`${name} ${id}`), identity: person(key), server: known };
    try {
      const { result, sealed, note } = await openAnswer(envelope, expected);
      if (operations[call.name].secret && !sealed) throw new TypeError("a secret for all to read");
      return { ...inWords(call, result), note: note !== undefined };
    } catch (error) {
      if (!(error instanceof ClientError) || error.refusal === undefined) throw error;
      return { code: error.refusal.code, note: error.refusal.note !== undefined };
    }
  }

  /** What a result says. */
  function inWords(
    { name: operation }: ModelCall,
    result: Envelope,
  ): { readonly code: string; readonly value?: string } {
    switch (operation) {
      case "storeShare":
        return ok(nameOf(operations.storeShare.decodeResult(result)));
      case "retrieveShares": {
        const given = operations.retrieveShares.decodeResult(result);
        return ok(
          given
            .map(({ receipt, data }) => nameOf(receipt, data))
            .sort()
            .join(),
        );
      }
      case "retrieveFallback": {
        const fallback = operations.retrieveFallback.decodeResult(result);
        return ok(fallback === null ? "none" : `${bare(fallback.contact)} ${fallback.validated}`);
      }
      case "fallbackTransfer": {
        const { account } = operations.fallbackTransfer.decodeResult(result);
        return account === undefined ? { code: "processing" } : ok(accountOf(account));
      }
      case "updatePublicKey":
        return ok(accountOf(operations.updatePublicKey.decodeResult(result).account));
      case "deleteShares":
      case "updateFallback":
      case "verifyFallback":
      case "deleteAccount":
        operations[operation].decodeResult(result);
        return { code: "ok" };
    }
  }

  function nameOf(given: Receipt, data?: Uint8Array): string {
    const known = names.get(given.hex());
    const fits = known !== undefined && (data === undefined || equalBytes(data, utf8(known.data)));
    return fits ? receipt(known.account, known.data) : "a receipt of nothing";
  }

  function accountOf(xid: XID): string {
    return `account ${people.findIndex((it) => it.xid.equals(xid))}`;
  }

  /** The link that this request caused, or one that nobody was sent. */
  function linkOf(request: ModelRequest): string {
    return begun.get(request)?.token ?? "0".repeat(32);
  }

  /** What is sent now to contacts of this history. */
  async function deliver(): Promise<readonly Sent[]> {
    const sent: Message[] = [];
    const send = async (message: Message) => {
      sent.push(message);
    };
    const channel = { kinds: CONTACT_KINDS, send };
    await deliverDue({ ...context, channels: [channel], publicUrl: () => "http://server.test" });
    const mine = sent.filter(({ to }) => to.address.includes(`@${name}.`));
    return mine.map(({ topic, to, code, link, short }) => {
      const [codeOf] = [...begun].find(([, it]) => it.code === code && link?.endsWith(it.token)) ?? [];
      const times = Number(/ \((\d+) times\)$/.exec(short)?.[1] ?? 1);
      return { topic, to: bare(to.address), codeOf, times };
    });
  }

  return {
    ask,
    deliver,
    setTime: (time: number) => {
      clock.now = moment(time);
    },
    now: () => clock.now,
    prune: () => prune(sql, clock.now),
    confirmChallenge: async (request: ModelRequest): Promise<string> => {
      const { outcome, ...confirmed } = await confirmChallenge(context, linkOf(request));
      return "purpose" in confirmed ? `ok ${confirmed.purpose}` : outcome;
    },
    lookUpChallenge: async (request: ModelRequest): Promise<string> => {
      const shown = await lookUpChallenge(context, linkOf(request));
      return shown === undefined ? "nothing" : `${shown.purpose} ${shown.isOpen}`;
    },
  };
}

function ok(value: string) {
  return { code: "ok", value };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
