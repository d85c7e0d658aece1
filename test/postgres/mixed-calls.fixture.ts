/**
 * A program that makes random calls of all kinds to a database, many at a time, about a few keys and contacts, and prints
 * how many of each had which outcome. Several of them with one seed ask half of it at about the same time, under the same
 * IDs. Arguments: the database's URL, how many calls, the seed, the program's number.
 */
import { createHash } from "node:crypto";
import { confirmByToken } from "../../src/store/challenge-by-token.ts";
import type { NamedContact, NewChallenge } from "../../src/store/contact-challenge.ts";
import { delegated } from "../../src/store/delegate.ts";
import { deleteAccount } from "../../src/store/delete-account.ts";
import { deleteShares } from "../../src/store/delete-shares.ts";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { fallbackTransfer } from "../../src/store/fallback-transfer.ts";
import { gathered } from "../../src/store/gather.ts";
import { lookUpTransfer } from "../../src/store/look-up-transfer.ts";
import { claimMessages, failMessage, finishMessage } from "../../src/store/outbox.ts";
import { prune } from "../../src/store/prune.ts";
import { retrieveFallback } from "../../src/store/retrieve-fallback.ts";
import { retrieveShares } from "../../src/store/retrieve-shares.ts";
import { schemaState } from "../../src/store/schema.ts";
import { StoreError } from "../../src/store/sql.ts";
import { storeShare } from "../../src/store/store-share.ts";
import {
  accountXid,
  codeHash,
  contactHmac,
  type KeyId,
  keyId,
  mailboxHmac,
  networkHmac,
  type RequestIdentity,
  requestDigest,
  requestKey,
  shareId,
  tokenHash,
} from "../../src/store/types.ts";
import { updateFallback } from "../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { verifyFallback } from "../../src/store/verify-fallback.ts";
import { randomOf } from "../reader/random.ts";
import { CHALLENGE_LIMITS, EVERYTHING, hex, later, QUOTAS } from "../store/fixtures.ts";

type Call = () => Promise<{ readonly outcome: string; readonly account?: Uint8Array | null | undefined }>;
type Asked = { readonly request: RequestIdentity; readonly name: string; readonly call: Call };

const KEYS = 24;
const CONTACTS = 10;
const SHARES = 8;
/** One call in so many is the last one of its key over again, or another call under its ID. */
const SAME_REQUEST = 6;
const SAME_ID = 20;
const AT_ONCE = 24;
const UNLIMITED = 1_000_000;
const LIMITS = {
  ...CHALLENGE_LIMITS,
  maxPerContact: UNLIMITED,
  maxPerContactAndNetwork: UNLIMITED,
  maxPerKey: UNLIMITED,
  maxPerNetwork: UNLIMITED,
};
const ROOMY = { ...QUOTAS, maxShares: 100, maxAccountBytes: 1_000_000 };

const [url = "", count = "0", seed = "0", program = "0"] = process.argv.slice(2);
const random = randomOf(Number(seed));
const database = connectPostgres(url, { connections: 10 });
const { isDistributed } = await schemaState(database.sql);
const sql = isDistributed ? delegated(database.sql) : gathered(database.sql, 2);

const named = (...what: readonly (string | number)[]) =>
  Uint8Array.from(
    createHash("sha256")
      .update([seed, ...what].join(" "))
      .digest(),
  );
const keys = Array.from({ length: KEYS }, (_, index) => keyId(named("key", index)));
const contacts = Array.from({ length: CONTACTS }, (_, index): NamedContact => {
  const hmac = named("contact", index);
  return {
    hmac: contactHmac(hmac),
    mailbox: mailboxHmac(hmac),
    ciphertext: named("text", index),
    kind: "email",
  };
});
/** The account of each key, as far as answers have told. */
const accounts = new Map<string, Uint8Array>();
const latest = new Map<string, Asked>();
const tokens: NewChallenge["tokenHash"][] = [];
const outcomes = new Map<string, number>();

function newRequest(key: KeyId, index: number): RequestIdentity {
  const now = new Date();
  const whose = random.once(2) ? "all" : program;
  const before = latest.get(hex(key));
  const senderXid = accountXid(random.once(2) ? key : (accounts.get(hex(key)) ?? key));
  return {
    keyId: key,
    senderXid,
    requestKey:
      before !== undefined && random.once(SAME_ID)
        ? before.request.requestKey
        : requestKey(named("id", whose, index)),
    requestDigest: requestDigest(named("digest", whose, index, hex(senderXid))),
    expiresAt: later(60 + random.below(60), now),
    datedAt: now,
    now,
  };
}

function challengeOf({
  keyId: key,
  requestKey: id,
  requestDigest: digest,
  now,
}: RequestIdentity): NewChallenge {
  const token = tokenHash(named("token", hex(id), hex(digest)));
  tokens.push(token);
  if (tokens.length > KEYS) tokens.shift();
  return {
    tokenHash: token,
    codeHash: codeHash(named("code", hex(key))),
    secret: named("secret"),
    expiresAt: later(600, now),
    network: random.once(2) ? null : networkHmac(named("network", random.below(3))),
  };
}

const delay = () => (random.once(3) ? 1 : 0);
const share = () => shareId(named("share", random.below(SHARES)));

/** How often each comes, and what it is. The choices are made here, so that the order of the answers changes none. */
const CALLS: readonly (readonly [times: number, name: string, make: (request: RequestIdentity) => Call])[] = [
  [
    30,
    "storeShare",
    (request) => {
      // As long as 4 bytes are, encrypted.
      const data = { shareId: share(), data: named("data"), size: 4 };
      return () => storeShare(sql, request, data, ROOMY);
    },
  ],
  [
    10,
    "retrieveShares",
    (request) => {
      const asked = { shareIds: random.once(2) ? null : [share()], lenient: random.once(2) };
      return () => retrieveShares(sql, request, asked);
    },
  ],
  [
    8,
    "deleteShares",
    (request) => {
      const ids = random.once(2) ? null : [share(), share()];
      return () => deleteShares(sql, request, ids);
    },
  ],
  [
    12,
    "updateFallback",
    (request) => {
      const change = random.once(5)
        ? null
        : { contact: random.pick(contacts), challenge: challengeOf(request) };
      return () => updateFallback(sql, request, change, LIMITS);
    },
  ],
  [2, "retrieveFallback", (request) => () => retrieveFallback(sql, request)],
  [
    12,
    "fallbackTransfer",
    (request) => {
      const contact = random.pick(contacts);
      const challenge = challengeOf(request);
      return () => fallbackTransfer(sql, request, contact, challenge, LIMITS);
    },
  ],
  [2, "lookUpTransfer", (request) => async () => ({ outcome: await lookUpTransfer(sql, request) })],
  [
    14,
    "verifyFallback",
    (request) => {
      const code = codeHash(named("code", random.once(4) ? "wrong" : hex(request.keyId)));
      const limits = { maxTries: 5, transferDelaySeconds: delay() };
      return () => verifyFallback(sql, request, code, limits);
    },
  ],
  [
    10,
    "confirmByToken",
    ({ now }) => {
      const token = random.pick(tokens.length > 0 ? tokens : [tokenHash(named("no token"))]);
      const seconds = delay();
      return () => confirmByToken(sql, token, now, seconds);
    },
  ],
  [
    10,
    "updatePublicKey",
    (request) => {
      const next: KeyId = random.pick(keys);
      return () => updatePublicKey(sql, request, next);
    },
  ],
  [8, "deleteAccount", (request) => () => deleteAccount(sql, request)],
  [
    4,
    "claimMessages",
    ({ now }) => {
      const fails = random.once(3);
      return async () => {
        const claim = { ...EVERYTHING, codes: 5, notices: 5, decoys: 5 };
        const { messages } = await claimMessages(sql, now, claim);
        for (const { id } of messages) {
          await (fails ? failMessage(sql, id, now, now) : finishMessage(sql, id));
        }
        return { outcome: "done" };
      };
    },
  ],
  [
    1,
    "prune",
    ({ now }) => {
      return async () => {
        await prune(sql, now, { limit: 50 });
        return { outcome: "done" };
      };
    },
  ],
];
const MIX = CALLS.flatMap((call) => Array.from({ length: call[0] }, () => call));

/** One that is new, or the last one of its key over again. */
function anyCall(index: number): Asked {
  const key = random.pick(keys);
  const before = latest.get(hex(key));
  const isOver = random.once(SAME_REQUEST);
  const request = newRequest(key, index);
  const [, name, make] = random.pick(MIX);
  const asked = { request, name, call: make(request) };
  if (isOver && before !== undefined) return before;
  latest.set(hex(key), asked);
  return asked;
}

async function makeCall({ request, name, call }: Asked): Promise<void> {
  const told = await call().catch((error: unknown) => {
    if (!(error instanceof StoreError)) throw error;
    return { outcome: `failed: ${error.message}: ${String(error.cause)}` };
  });
  if ("account" in told && told.account instanceof Uint8Array) accounts.set(hex(request.keyId), told.account);
  const kind = `${name}: ${told.outcome}`;
  outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
}

let made = 0;
async function makeCalls(): Promise<void> {
  while (made < Number(count)) await makeCall(anyCall(made++));
}
await Promise.all(Array.from({ length: AT_ONCE }, makeCalls));
await database.close();
process.stdout.write(`${JSON.stringify(Object.fromEntries([...outcomes].sort()))}\n`);
