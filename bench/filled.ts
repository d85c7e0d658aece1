/**
 * A database filled with accounts that are known by their numbers, from 1: four shares each, a contact, and the IDs of the requests
 * that stored them. And what a server asks of it.
 */
import { bytesToHex } from "#bc/dcbor";
import type { NamedContact } from "../src/store/contact-challenge.ts";
import { deleteShares } from "../src/store/delete-shares.ts";
import { fallbackTransfer } from "../src/store/fallback-transfer.ts";
import { retrieveShares } from "../src/store/retrieve-shares.ts";
import type { Sql } from "../src/store/sql.ts";
import { storeShare } from "../src/store/store-share.ts";
import {
  accountXid,
  contactHmac,
  type KeyId,
  keyId,
  mailboxHmac,
  type RequestIdentity,
} from "../src/store/types.ts";
import { verifyFallback } from "../src/store/verify-fallback.ts";
import {
  later,
  NO_CHALLENGE_LIMITS,
  newChallenge,
  newKey,
  newShare,
  request,
} from "../test/store/fixtures.ts";

export const SHARES_PER_ACCOUNT = 4;
/** Bytes, encrypted: a SSKR share in its envelope. */
const SHARE_SIZE = 300;
/** Bytes, encrypted. */
const CONTACT_SIZE = 60;
const LIMITS = { maxShareBytes: 10_000, maxShares: 1_000, maxAccountBytes: 1_000_000 };

/** The number of an account. Its first key, and so its XID, is SHA-256 of `key NUMBER`. */
export type Account = number;

export type Step = (sql: Sql, account: Account) => Promise<{ readonly outcome: string }>;

/** The keys of accounts that have been transferred. */
const laterKeys = new Map<Account, KeyId>();

export const STEPS: Readonly<Record<string, Step>> = {
  "open an account": (sql) => {
    const key = newKey();
    return storeShare(sql, request(key), newShare(SHARE_SIZE), LIMITS);
  },
  "store one more": async (sql, account) =>
    storeShare(sql, await requestOf(account), newShare(SHARE_SIZE), LIMITS),
  "retrieve all": async (sql, account) =>
    retrieveShares(sql, await requestOf(account), { shareIds: null, lenient: false }),
  "delete all": async (sql, account) => deleteShares(sql, await requestOf(account), null),
  "transfer, in two calls": async (sql, account) => {
    const key = newKey();
    const challenge = newChallenge();
    const contact = await contactOf(account);
    const asked = await fallbackTransfer(sql, request(key), contact, challenge, NO_CHALLENGE_LIMITS);
    if (asked.outcome === "rate-limited") return asked;
    laterKeys.set(account, key);
    return verifyFallback(sql, request(key), challenge.codeHash, { maxTries: 5, transferDelaySeconds: 0 });
  },
};

async function firstKeyOf(account: Account): Promise<KeyId> {
  return keyId(await sha256(`key ${account}`));
}

async function requestOf(account: Account): Promise<RequestIdentity> {
  const first = await firstKeyOf(account);
  return request(laterKeys.get(account) ?? first, { senderXid: accountXid(first) });
}

async function contactOf(account: Account): Promise<NamedContact> {
  const hmac = await sha256(`contact ${bytesToHex(await firstKeyOf(account))}`);
  const ciphertext = new Uint8Array(CONTACT_SIZE);
  return { hmac: contactHmac(hmac), mailbox: mailboxHmac(hmac), ciphertext, kind: "email" };
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Goes through the accounts in large strides, and for a while meets each only once. */
export function anAccount(call: number, accounts: number): Account {
  return ((call * 7_919) % accounts) + 1;
}

/**
 * Adds the accounts from `from` + 1 to `to`. Where they lie on several nodes, what belongs to an account is made of its row, where
 * that lies.
 *
 * @param sql of one connection.
 */
export async function fill(sql: Sql, from: number, to: number): Promise<void> {
  const [layout] = await sql<{ has_directory: boolean; has_place: boolean }>(
    `select to_regclass('store.contact_owner') is not null as has_directory, exists (
       select 1 from pg_attribute where attrelid = 'store.seen_request'::regclass and attname = 'place'
     ) as has_place`,
    [],
  );
  const opened = `timestamptz '${later(from).toISOString()}'`;
  const key = "sha256(convert_to('key ' || n, 'UTF8'))";
  const named = (name: string) => `sha256(convert_to('${name} ' || encode(xid, 'hex'), 'UTF8'))`;
  const each = (name: string) => `sha256(convert_to('${name} ' || encode(xid, 'hex') || m, 'UTF8'))`;
  const accounts = `store.account where opened_at = ${opened}`;
  const shares = `store.account, generate_series(1, ${SHARES_PER_ACCOUNT}) m where opened_at = ${opened}`;
  const data = `decode(repeat(md5(xid || m::text::bytea), ${Math.ceil(SHARE_SIZE / 16)}), 'hex')`;
  const [placeColumn, itsPlace] = layout?.has_place === true ? ["place, ", "xid, "] : ["", ""];
  const statements = [
    `insert into store.account (xid, key_id, key_proven, opened_at, share_count, share_bytes, last_ordinal)
     select ${key}, ${key}, true, ${opened}, ${SHARES_PER_ACCOUNT}, ${SHARES_PER_ACCOUNT * SHARE_SIZE}, ${SHARES_PER_ACCOUNT}
     from generate_series(${from + 1}, ${to}) n`,
    `insert into store.account_key (key_id, xid, since) select xid, xid, now() from ${accounts}`,
    `insert into store.contact (xid, validated, contact_hmac, ciphertext, kind, since, mailbox_hmac)
     select xid, true, ${named("contact")}, decode(repeat('00', ${CONTACT_SIZE}), 'hex'), 'email', now(), ${named("contact")}
     from ${accounts}`,
    `insert into store.share (xid, share_id, ordinal, data, size, stored_at)
     select xid, ${each("share")}, m, ${data}, ${SHARE_SIZE}, now() from ${shares}`,
    `insert into store.seen_request (${placeColumn}request_key, digest, outcome, expires_at)
     select ${itsPlace}${each("request")}, ${each("digest")}, 'ok', now() from ${shares}`,
  ];
  const directory = `insert into store.contact_owner (contact_hmac, xid) select ${named("contact")}, xid from ${accounts}`;
  if (layout?.has_directory === true) statements.push(directory);
  // An account and its key refer to one another, which is looked at in the end.
  for (const statement of ["begin", ...statements, "commit"]) await sql(statement, []);
}
