/**
 * Requests that are refused for what a server has stored, for how it is set up, or for what has happened to it.
 *
 * Each names what comes before it, starting from an empty server. Everybody in it has keys of their own, so that one
 * server can be taken through all of them. Nothing is random, also not the continuation that a server gives out.
 */
import {
  type Envelope,
  Expression,
  PrivateKeyBase,
  PublicKeys,
  RECIPIENT_CONTINUATION,
  SigningPublicKey,
  type XID,
} from "@bc/envelope";
import type { RefusalCode } from "@bc/share-protocol";
import {
  continuationEnvelope,
  documentFor,
  type Identity,
  identityOf,
  OPERATIONS,
  openRequest,
  proveKey,
  Receipt,
} from "@bc/share-protocol";
import { callerOf } from "../../src/service/caller.ts";
import { encodeState } from "../../src/service/depository/recovery-state.ts";
import { newChallenge } from "../../src/service/new-challenge.ts";
import { createStorageCipher } from "../../src/service/storage-cipher.ts";
import { plainRequest, requestNode, sealFor, sign } from "../kit/compose.ts";
import { idOf, NOW, server } from "../kit/people.ts";
import { STORAGE_KEY } from "../kit/service.ts";

/** How the server differs from a fresh one with default limits. */
export type Circumstances = {
  readonly maxShareBytes?: number;
  readonly maxShares?: number;
  readonly maxAccountBytes?: number;
  readonly requireRecipient?: true;
  readonly requireKeyProof?: true;
  /** There is no room when the request under test comes. */
  readonly isFull?: true;
  /** Contacts count without anyone's confirmation. */
  readonly trustFallback?: true;
  readonly depositoryNames?: false;
  /** What happens to the request under test: the database can't be reached, something nobody foresaw, damaged shares. */
  readonly fault?: "database-down" | "unforeseen" | "damaged-shares";
};

/** What comes before: a request with its outcome, or the owner of a contact pressing the button behind the link. */
export type Step =
  | { readonly request: Envelope; readonly outcome: "ok" | RefusalCode }
  | { readonly confirm: string };

export type StatefulRefusal = {
  readonly name: string;
  readonly code: RefusalCode;
  readonly settings: Circumstances;
  readonly before: readonly Step[];
  readonly sender: Identity;
  readonly envelope: Envelope;
};

const DATA = new TextEncoder().encode("a share");
const MORE = new TextEncoder().encode("another");
/** As short as it may be. */
const NONCE = new Uint8Array(16).fill(1);
const DAY = 86_400_000;
const op = OPERATIONS;

/** The people and requests of one vector, all named after it. */
function scene(name: string) {
  const person = (who: string): Identity => {
    const keys = PrivateKeyBase.fromData(new TextEncoder().encode(`${name}: ${who}`));
    return identityOf(keys.privateKeys("ed25519"));
  };
  const contact = `${name.replace(/[^a-z]+/gi, "-")}@example.com`;
  let count = 0;
  const request = (sender: Identity, body: Expression, id?: string) => {
    count += 1;
    const addressed = body.withParameter("recipient", server.xid.toCbor());
    return plainRequest({ id: idOf(id ?? `${name} ${count}`), body: addressed, sender });
  };
  const step = async (
    sender: Identity,
    body: Expression,
    outcome: "ok" | RefusalCode = "ok",
    id?: string,
  ) => {
    return { request: await request(sender, body, id), outcome };
  };
  return { person, contact, request, step, confirm: { confirm: contact } };
}

type Scene = ReturnType<typeof scene>;
type RefusalCase = {
  readonly settings?: Circumstances;
  readonly before?: readonly (Step | Promise<Step>)[];
  readonly sender: Identity;
  readonly request: Envelope | Promise<Envelope>;
};
type MakeRefusalCase = (scene: Scene) => RefusalCase | Promise<RefusalCase>;

const store = (data = DATA) => op.storeShare.encode({ data });
const retrieve = () => op.retrieveShares.encode({ receipts: [] });
const changeKeyTo = ({ publicKeys: newPublicKey }: Identity) => op.updatePublicKey.encode({ newPublicKey });
const verify = () => op.verifyFallback.encode({ code: "0000-0000" });
const setFallback = (fallback: string | null) => op.updateFallback.encode({ fallback });
const transfer = (fallback: string) => op.fallbackTransfer.encode({ fallback });

function updateTo(envelope: Envelope): Expression {
  return new Expression("updateXIDDocument").withParameter("newXIDDocument", envelope);
}

/** A recovery that was started and waits for the contact: what it takes, and the server's continuation. */
async function recoveryOf({ person, step, contact, confirm }: Scene) {
  const [owner, successor] = [person("owner"), person("successor")];
  const before = [
    step(owner, store()),
    step(owner, op.updateRecovery.encode({ recoveryMethod: contact })),
    confirm,
    step(successor, op.startRecovery.encode({ recoveryMethod: contact })),
  ];
  const started = await before[3];
  if (started === undefined || !("request" in started)) throw new TypeError("no request");
  return { before, successor, continuationOn: (day: Date) => continuation(started.request, contact, day) };
}

/** What a server with the vectors' keys answers to `startRecovery`, valid until a day after `day`. */
async function continuation(started: Envelope, contact: string, day: Date): Promise<Envelope> {
  const opened = await openRequest(started.cborData(), [server.privateKeys.encapsulation]);
  const call = { name: "startRecovery", parameters: { recoveryMethod: contact } } as const;
  const caller = callerOf({ opened, call, expiresAt: undefined, date: undefined }, { now: NOW });
  const cipher = await createStorageCipher({ id: 0, key: STORAGE_KEY });
  const { tokenHash } = await newChallenge({ cipher }, { kind: "email", address: contact }, caller);
  const state = encodeState({ cipher }, { ...caller, tokenHash });
  const validUntil = new Date(day.getTime() + DAY);
  return sealFor(server, continuationEnvelope({ state, validUntil }));
}

async function finishing({ request }: Scene, sender: Identity, returned: Envelope): Promise<Envelope> {
  const node = (await request(sender, op.finishRecovery.encode({}))).tryUnwrap();
  return sign(node.addAssertion(RECIPIENT_CONTINUATION, returned), sender);
}

function inTheNameOf(xid: XID, { privateKeys }: Identity): Identity {
  return identityOf(privateKeys, xid);
}

const offCurve = (keys: PublicKeys) =>
  new PublicKeys(SigningPublicKey.fromData(new Uint8Array(32).fill(5), "schnorr"), keys.encapsulation);

/** In the order of the table of codes. */
const CASES: readonly (readonly [RefusalCode, string, MakeRefusalCase])[] = [
  [
    "unavailable",
    "the database is down",
    ({ person, request }) => ({
      settings: { fault: "database-down" },
      sender: person("wallet"),
      request: request(person("wallet"), store()),
    }),
  ],
  [
    "internal",
    "something that nobody foresaw",
    ({ person, request }) => ({
      settings: { fault: "unforeseen" },
      sender: person("wallet"),
      request: request(person("wallet"), store()),
    }),
  ],
  [
    "bad-key",
    "the new key is not on the curve",
    ({ person, request, step }) => {
      const [wallet, next] = [person("wallet"), offCurve(person("next").publicKeys)];
      const body = op.updatePublicKey.encode({ newPublicKey: next });
      return { before: [step(wallet, store())], sender: wallet, request: request(wallet, body) };
    },
  ],
  [
    "bad-key",
    "the key of the new document is not on the curve",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const document = documentFor(wallet.xid, offCurve(person("next").publicKeys));
      return {
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, updateTo(document)),
      };
    },
  ],
  [
    "server-full",
    "a new account",
    ({ person, request }) => ({
      settings: { isFull: true },
      sender: person("wallet"),
      request: request(person("wallet"), store()),
    }),
  ],
  [
    "server-full",
    "another share",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        settings: { isFull: true },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, store(MORE)),
      };
    },
  ],
  [
    "missing-proof",
    "the new key has not signed, where it must",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        settings: { requireKeyProof: true },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, changeKeyTo(person("next"))),
      };
    },
  ],
  [
    "bad-proof",
    "the new key has signed for another request",
    async ({ person, request, step }) => {
      const [wallet, next] = [person("wallet"), person("next")];
      const purpose = { id: idOf("another request"), sender: wallet.xid, server: server.xid };
      const proof = await proveKey(next.privateKeys, purpose);
      const body = op.updatePublicKey.encode({ newPublicKey: next.publicKeys, proof });
      return { before: [step(wallet, store())], sender: wallet, request: request(wallet, body) };
    },
  ],
  [
    "not-account-key",
    "a contact for whoever gave their account the key that signs",
    ({ person, request, step }) => {
      const [thief, owner] = [person("thief"), person("owner")];
      return {
        before: [step(thief, store()), step(thief, changeKeyTo(owner))],
        sender: owner,
        request: request(owner, setFallback("owner@example.com")),
      };
    },
  ],
  [
    "unknown-function",
    "a name of the depository, where those are turned off",
    ({ person, request }) => ({
      settings: { depositoryNames: false },
      sender: person("wallet"),
      request: request(person("wallet"), op.getShares.encode({ receipts: [] })),
    }),
  ],
  [
    "bad-parameter",
    "the new document has neither its inception key nor exactly one other",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const [one, two] = [person("one"), person("two")].map(({ publicKeys }) => {
        return documentFor(wallet.xid, publicKeys);
      });
      const several = one?.addAssertionEnvelopes(two?.assertions() ?? []) ?? wallet.document;
      return {
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, updateTo(several)),
      };
    },
  ],
  [
    "bad-parameter",
    "the new document is a bare XID",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const body = updateTo(wallet.document.subject());
      return { before: [step(wallet, store())], sender: wallet, request: request(wallet, body) };
    },
  ],
  [
    "bad-parameter",
    "finishRecovery without a continuation",
    ({ person, request }) => ({
      sender: person("wallet"),
      request: request(person("wallet"), op.finishRecovery.encode({})),
    }),
  ],
  [
    "bad-parameter",
    "finishRecovery with a continuation that somebody else wrote",
    async (here) => {
      const wallet = here.person("wallet");
      const state = wallet.document.addAssertion("newXIDDocument", wallet.document);
      const validUntil = new Date(NOW.getTime() + DAY);
      const forged = await sealFor(server, continuationEnvelope({ state, validUntil }));
      return { sender: wallet, request: finishing(here, wallet, forged) };
    },
  ],
  [
    "missing-recipient",
    "sealed, where every request must name its server",
    async ({ person }) => {
      const wallet = person("wallet");
      const node = requestNode({ id: idOf("no recipient"), body: store(), sender: wallet });
      return {
        settings: { requireRecipient: true },
        sender: wallet,
        request: sealFor(server, await sign(node, wallet)),
      };
    },
  ],
  [
    "id-reused",
    "the ID was used for another share",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const id = "used twice";
      return {
        before: [step(wallet, store(), "ok", id)],
        sender: wallet,
        request: request(wallet, store(MORE), id),
      };
    },
  ],
  [
    "invalid-sender-key",
    "the key was changed",
    ({ person, request, step }) => {
      const [wallet, next] = [person("wallet"), person("next")];
      const before = [step(wallet, store()), step(wallet, changeKeyTo(next))];
      return { before, sender: wallet, request: request(wallet, retrieve()) };
    },
  ],
  [
    "invalid-sender-key",
    "a retired key opens no account",
    ({ person, request, step }) => {
      const [wallet, next] = [person("wallet"), person("next")];
      const before = [step(wallet, store()), step(wallet, changeKeyTo(next))];
      return { before, sender: wallet, request: request(wallet, store(MORE)) };
    },
  ],
  [
    "invalid-sender-key",
    "finishRecovery by another key than startRecovery",
    async (here) => {
      const { before, continuationOn } = await recoveryOf(here);
      const owner = here.person("owner");
      return { before, sender: owner, request: finishing(here, owner, await continuationOn(NOW)) };
    },
  ],
  [
    "unknown-account",
    "nobody has stored anything",
    ({ person, request }) => ({
      sender: person("wallet"),
      request: request(person("wallet"), retrieve()),
    }),
  ],
  [
    "unknown-account",
    "the account was deleted",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const before = [step(wallet, store()), step(wallet, op.deleteAccount.encode({}))];
      return { before, sender: wallet, request: request(wallet, retrieve()) };
    },
  ],
  [
    "not-account-key",
    "a new key that writes into somebody's account",
    ({ person, request, step }) => {
      const [owner, stranger] = [person("owner"), person("stranger")];
      const sender = inTheNameOf(owner.xid, stranger);
      return { before: [step(owner, store())], sender, request: request(sender, store(MORE)) };
    },
  ],
  [
    "not-account-key",
    "a new key that takes the XID of somebody who has no account yet",
    ({ person, request }) => {
      const sender = inTheNameOf(person("owner").xid, person("stranger"));
      return { sender, request: request(sender, store()) };
    },
  ],
  [
    "not-account-key",
    "the key of one account that names another",
    ({ person, request, step }) => {
      const [owner, neighbour] = [person("owner"), person("neighbour")];
      const sender = inTheNameOf(owner.xid, neighbour);
      const before = [step(owner, store()), step(neighbour, store())];
      return { before, sender, request: request(sender, retrieve()) };
    },
  ],
  [
    "not-account-key",
    "the new document is of another XID",
    ({ person, request, step }) => {
      const [wallet, owner] = [person("wallet"), person("owner")];
      const document = documentFor(owner.xid, person("next").publicKeys);
      return {
        before: [step(wallet, store()), step(owner, store())],
        sender: wallet,
        request: request(wallet, updateTo(document)),
      };
    },
  ],
  [
    "unknown-receipt",
    "the receipt of another account",
    ({ person, request, step }) => {
      const [wallet, owner] = [person("wallet"), person("owner")];
      const body = op.retrieveShares.encode({ receipts: [Receipt.of(owner.xid, DATA)] });
      return {
        before: [step(wallet, store()), step(owner, store())],
        sender: wallet,
        request: request(wallet, body),
      };
    },
  ],
  [
    "unknown-receipt",
    "an audit of a share of another account",
    ({ person, request, step }) => {
      const [wallet, other] = [person("wallet"), person("other")];
      const before = [step(wallet, store()), step(other, store())];
      const receipts = [Receipt.of(other.xid, DATA)];
      return {
        before,
        sender: wallet,
        request: request(wallet, op.auditShares.encode({ receipts, nonce: NONCE })),
      };
    },
  ],
  [
    "damaged-share",
    "the share was damaged, and is read",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      const receipts = [Receipt.of(wallet.xid, DATA)];
      return {
        settings: { fault: "damaged-shares" },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, op.retrieveShares.encode({ receipts })),
      };
    },
  ],
  [
    "damaged-share",
    "the share was damaged, and is audited",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        settings: { fault: "damaged-shares" },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, op.auditShares.encode({ receipts: [], nonce: NONCE })),
      };
    },
  ],
  [
    "share-too-large",
    "a share of a byte too many",
    ({ person, request }) => ({
      settings: { maxShareBytes: DATA.length - 1 },
      sender: person("wallet"),
      request: request(person("wallet"), store()),
    }),
  ],
  [
    "too-many-shares",
    "a second share where one is allowed",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        settings: { maxShares: 1 },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, store(MORE)),
      };
    },
  ],
  [
    "account-full",
    "a byte more than the account may have",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        settings: { maxAccountBytes: DATA.length + MORE.length - 1 },
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, store(MORE)),
      };
    },
  ],
  [
    "key-in-use",
    "the new key is another account's",
    ({ person, request, step }) => {
      const [wallet, owner] = [person("wallet"), person("owner")];
      return {
        before: [step(wallet, store()), step(owner, store())],
        sender: wallet,
        request: request(wallet, changeKeyTo(owner)),
      };
    },
  ],
  [
    "key-in-use",
    "the new key was the account's own once",
    ({ person, request, step }) => {
      const [wallet, next] = [person("wallet"), person("next")];
      const sender = inTheNameOf(wallet.xid, next);
      return {
        before: [step(wallet, store()), step(wallet, changeKeyTo(next))],
        sender,
        request: request(sender, changeKeyTo(wallet)),
      };
    },
  ],
  [
    "key-in-use",
    "a transfer asked for by a key that has an account",
    ({ person, request, step, contact }) => {
      const wallet = person("wallet");
      return {
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, transfer(contact)),
      };
    },
  ],
  [
    "unsupported-fallback",
    "what is no contact",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return {
        before: [step(wallet, store())],
        sender: wallet,
        request: request(wallet, setFallback("my cousin")),
      };
    },
  ],
  [
    "fallback-in-use",
    "the contact counts for another account",
    ({ person, request, step, contact }) => {
      const [wallet, owner] = [person("wallet"), person("owner")];
      return {
        settings: { trustFallback: true },
        before: [step(wallet, store()), step(owner, store()), step(owner, setFallback(contact))],
        sender: wallet,
        request: request(wallet, setFallback(contact)),
      };
    },
  ],
  [
    "unknown-recovery",
    "nobody has the contact",
    ({ person, request, contact }) => ({
      sender: person("wallet"),
      request: request(person("wallet"), op.startRecovery.encode({ recoveryMethod: contact })),
    }),
  ],
  [
    "unknown-recovery",
    "the contact has not confirmed yet that it is somebody's",
    ({ person, request, step, contact }) => {
      const owner = person("owner");
      const setting = op.updateRecovery.encode({ recoveryMethod: contact });
      return {
        before: [step(owner, store()), step(owner, setting)],
        sender: person("wallet"),
        request: request(person("wallet"), op.startRecovery.encode({ recoveryMethod: contact })),
      };
    },
  ],
  [
    "not-confirmed",
    "finishRecovery before the contact has confirmed",
    async (here) => {
      const { before, successor, continuationOn } = await recoveryOf(here);
      return { before, sender: successor, request: finishing(here, successor, await continuationOn(NOW)) };
    },
  ],
  [
    "wrong-code",
    "another code than the one that was sent",
    ({ person, request, step, contact }) => {
      const wallet = person("wallet");
      return {
        before: [step(wallet, store()), step(wallet, setFallback(contact))],
        sender: wallet,
        request: request(wallet, verify()),
      };
    },
  ],
  [
    "challenge-void",
    "a code when nobody was asked anything",
    ({ person, request, step }) => {
      const wallet = person("wallet");
      return { before: [step(wallet, store())], sender: wallet, request: request(wallet, verify()) };
    },
  ],
  [
    "challenge-void",
    "finishRecovery after the owner has changed the recovery method",
    async (here) => {
      const { before, successor, continuationOn } = await recoveryOf(here);
      const removing = op.updateRecovery.encode({ recoveryMethod: null });
      return {
        before: [...before, here.step(here.person("owner"), removing)],
        sender: successor,
        request: finishing(here, successor, await continuationOn(NOW)),
      };
    },
  ],
  [
    "challenge-void",
    "finishRecovery with a continuation that has expired",
    async (here) => {
      const { before, successor, continuationOn } = await recoveryOf(here);
      const old = await continuationOn(new Date(NOW.getTime() - DAY - 1_000));
      return { before, sender: successor, request: finishing(here, successor, old) };
    },
  ],
  [
    "too-many-attempts",
    "the fifth wrong code",
    ({ person, request, step, contact }) => {
      const wallet = person("wallet");
      const wrong = Array.from({ length: 4 }, () => step(wallet, verify(), "wrong-code"));
      return {
        before: [step(wallet, store()), step(wallet, setFallback(contact)), ...wrong],
        sender: wallet,
        request: request(wallet, verify()),
      };
    },
  ],
  [
    "rate-limited",
    "the eleventh transfer that a key asks for within an hour",
    ({ person, request, step, contact }) => {
      const wallet = person("wallet");
      return {
        before: Array.from({ length: 10 }, () => step(wallet, transfer(contact))),
        sender: wallet,
        request: request(wallet, transfer(contact)),
      };
    },
  ],
];

export function statefulRefusals(): Promise<readonly StatefulRefusal[]> {
  return Promise.all(
    CASES.map(async ([code, name, make]) => {
      const { settings = {}, before = [], sender, request } = await make(scene(name));
      return { name, code, settings, before: await Promise.all(before), sender, envelope: await request };
    }),
  );
}
