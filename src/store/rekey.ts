/**
 * What a rekey asks of the database, as the role that owns the tables. `data-keys.sql` says how it fits together.
 *
 * Bytes travel as hexadecimal digits in JSON: drivers differ in how they write arrays of bytes.
 */
import { bytesToHex as hex } from "#bc/dcbor";
import { callForRow } from "./answer.ts";
import type { DataKeysInUse } from "./data-keys.ts";
import type { SharePlace } from "./next-shares.ts";
import type { Sql, SqlValue } from "./sql.ts";
import {
  type AccountXid,
  accountXid,
  type ContactHmac,
  contactHmac,
  type ShareId,
  shareId,
} from "./types.ts";

/** A data key under a storage key. */
export interface NewWrapping {
  readonly id: number;
  readonly wrapped: Uint8Array;
}

/** Lets another storage key open the data keys too, and takes it for the newest. `former` are the same keys under the present one. */
export async function addStorageKey(
  sql: Sql,
  added: { readonly fingerprint: Uint8Array; readonly keys: readonly NewWrapping[] },
  former: { readonly fingerprint: Uint8Array; readonly keys: readonly NewWrapping[] },
): Promise<void> {
  const asJson = (keys: readonly NewWrapping[]) =>
    JSON.stringify(keys.map(({ id, wrapped }) => ({ id, wrapped: hex(wrapped) })));
  await sql(
    `select store.add_storage_key(
       p_fingerprint => $1, p_former_fingerprint => $2, p_keys => $3, p_former_keys => $4
     )`,
    [added.fingerprint, former.fingerprint, asJson(added.keys), asJson(former.keys)],
  );
}

/** Whether this storage key is the one that came last. */
export async function isNewestStorageKey(sql: Sql, fingerprint: Uint8Array): Promise<boolean> {
  const [row] = await sql<{ is_newest: boolean }>(
    "select storage_key_fingerprint = $1 as is_newest from store.server",
    [fingerprint],
  );
  return row?.is_newest === true;
}

/** Makes a data key the newest, unless a rekey is under way. @returns whether it did. */
export async function beginRekey(sql: Sql, key: NewWrapping, fingerprint: Uint8Array): Promise<boolean> {
  return await ask(sql, "begin_rekey(p_data_key => $1, p_fingerprint => $2, p_wrapped => $3)", [
    key.id,
    fingerprint,
    key.wrapped,
  ]);
}

/** Marks the present, for {@link areOlderOver}. */
export async function markTransactions(sql: Sql): Promise<string> {
  return await ask(sql, "mark_transactions()", []);
}

/** Whether all transactions are over that had written something before this mark: then whoever looks sees what they wrote. */
export async function areOlderOver(sql: Sql, mark: string): Promise<boolean> {
  return await ask(sql, "are_older_over(p_mark => $1)", [mark]);
}

/** A part of a table that is not under the newest data key, whose ciphertexts begin with `header`. */
export interface Portion<Place> {
  readonly header: Uint8Array;
  /** Undefined: from the first on. */
  readonly after: Place | undefined;
  readonly limit: number;
}

/** Bytes of shares that are read at once, and the one share more with which they are reached. */
const PORTION_BYTES = 1_000_000;

export interface ShareToRekey extends SharePlace {
  /** Ciphertext. */
  readonly data: Uint8Array;
}

export async function nextSharesToRekey(
  sql: Sql,
  { header, after, limit }: Portion<SharePlace>,
): Promise<readonly ShareToRekey[]> {
  const rows = await sql<{ xid: Uint8Array; share_id: Uint8Array; data: Uint8Array }>(
    `with next as (
       select xid, share_id, octet_length(data) as size from store.share
       where (xid, share_id) > ($1::bytea, $2::bytea) and substring(data from 1 for octet_length($3::bytea)) <> $3::bytea
       order by xid, share_id limit $4::int
     ), measured as (
       select xid, share_id, sum(size) over (order by xid, share_id) - size as before from next
     )
     select xid, share_id, data from measured join store.share using (xid, share_id)
     where before < $5::int order by xid, share_id`,
    [after?.account ?? NOTHING, after?.shareId ?? NOTHING, header, limit, PORTION_BYTES],
  );
  return rows.map(({ xid, share_id, data }) => ({
    account: accountXid(xid),
    shareId: shareId(share_id),
    data,
  }));
}

export interface RekeyedShare extends SharePlace {
  readonly newShareId: ShareId;
  readonly data: Uint8Array;
}

/** Shares that are gone, or were stored again meanwhile, are passed over. */
export async function writeRekeyedShares(sql: Sql, shares: readonly RekeyedShare[]): Promise<void> {
  const rows = shares.map(({ account, shareId: id, newShareId, data }) => {
    return { xid: hex(account), name: hex(id), new_name: hex(newShareId), data: hex(data) };
  });
  await sql("select store.rekey_shares(p_shares => $1)", [JSON.stringify(rows)]);
}

export interface ContactPlace {
  readonly account: AccountXid;
  readonly validated: boolean;
}

export interface ContactToRekey extends ContactPlace {
  readonly hmac: ContactHmac;
  readonly ciphertext: Uint8Array;
  readonly kind: string;
}

export async function nextContactsToRekey(
  sql: Sql,
  { header, after, limit }: Portion<ContactPlace>,
): Promise<readonly ContactToRekey[]> {
  const rows = await sql<{
    xid: Uint8Array;
    validated: boolean;
    contact_hmac: Uint8Array;
    ciphertext: Uint8Array;
    kind: string;
  }>(
    `select xid, validated, contact_hmac, ciphertext, kind from store.contact
     where (xid, validated) > ($1::bytea, $2::boolean)
       and substring(ciphertext from 1 for octet_length($3::bytea)) <> $3::bytea
     order by xid, validated limit $4::int`,
    [after?.account ?? NOTHING, after?.validated ?? false, header, limit],
  );
  return rows.map(({ xid, validated, contact_hmac, ciphertext, kind }) => {
    return { account: accountXid(xid), validated, hmac: contactHmac(contact_hmac), ciphertext, kind };
  });
}

export interface RekeyedContact extends ContactPlace {
  readonly hmac: ContactHmac;
  readonly newHmac: Uint8Array;
  readonly mailbox: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export async function writeRekeyedContacts(sql: Sql, contacts: readonly RekeyedContact[]): Promise<void> {
  const rows = contacts.map(({ account, validated, hmac, newHmac, mailbox, ciphertext }) => ({
    ...{ xid: hex(account), validated, name: hex(hmac), new_name: hex(newHmac) },
    ...{ mailbox: hex(mailbox), ciphertext: hex(ciphertext) },
  }));
  await sql("select store.rekey_contacts(p_contacts => $1)", [JSON.stringify(rows)]);
}

export interface MessageToRekey {
  readonly id: string;
  readonly hmac: ContactHmac;
  readonly ciphertext: Uint8Array;
  readonly kind: string;
  readonly secret: Uint8Array | null;
}

/** Messages by their IDs. */
export async function nextMessagesToRekey(
  sql: Sql,
  { header, after, limit }: Portion<string>,
): Promise<readonly MessageToRekey[]> {
  const rows = await sql<{
    id: string;
    contact_hmac: Uint8Array;
    contact_ciphertext: Uint8Array;
    contact_kind: string;
    secret_ciphertext: Uint8Array | null;
  }>(
    `select message_id::text as id, contact_hmac, contact_ciphertext, contact_kind, secret_ciphertext from store.outbox
     where ($1::text is null or message_id > $1::text::uuid)
       and substring(contact_ciphertext from 1 for octet_length($2::bytea)) <> $2::bytea
     order by message_id limit $3::int`,
    [after ?? null, header, limit],
  );
  return rows.map(({ id, contact_hmac, contact_ciphertext, contact_kind, secret_ciphertext }) => ({
    ...{ id, hmac: contactHmac(contact_hmac), ciphertext: contact_ciphertext },
    ...{ kind: contact_kind, secret: secret_ciphertext },
  }));
}

export interface RekeyedMessage extends Pick<MessageToRekey, "id" | "hmac" | "ciphertext" | "secret"> {
  readonly newHmac: Uint8Array;
}

export async function writeRekeyedMessages(sql: Sql, messages: readonly RekeyedMessage[]): Promise<void> {
  const rows = messages.map(({ id, hmac, newHmac, ciphertext, secret }) => ({
    ...{ message_id: id, name: hex(hmac), new_name: hex(newHmac) },
    ...{ ciphertext: hex(ciphertext), secret: secret && hex(secret) },
  }));
  await sql("select store.rekey_messages(p_messages => $1)", [JSON.stringify(rows)]);
}

/** What is not under the newest data key. */
export interface LeftToRekey {
  readonly shares: boolean;
  readonly contacts: boolean;
  readonly messages: boolean;
}

/** Reads whole tables. */
export async function leftToRekey(sql: Sql, header: Uint8Array): Promise<LeftToRekey> {
  return callForRow<LeftToRekey>(sql, {
    text: "select * from store.left_to_rekey(p_header => $1)",
    params: [header],
    values: {},
  });
}

/** Whether contacts may still give a code that was made with the former data key. */
export async function hasFormerCodes(sql: Sql, now: Date): Promise<boolean> {
  return await ask(sql, "has_former_codes(p_now => $1)", [now]);
}

export interface RekeyEnd {
  readonly newest: DataKeysInUse["newest"]["id"];
  readonly header: Uint8Array;
  readonly now: Date;
  /** Although something is left that cannot be read. */
  readonly giveUp: boolean;
}

/** Forgets the former data key, unless something is left that needs it. @returns whether it did. */
export async function endRekey(sql: Sql, { newest, header, now, giveUp }: RekeyEnd): Promise<boolean> {
  return await ask(sql, "end_rekey(p_data_key => $1, p_header => $2, p_now => $3, p_give_up => $4)", [
    newest,
    header,
    now,
    giveUp,
  ]);
}

/** Contacts that have a name under a former data key. @param after undefined: from the first on. */
export async function nextFormerNames(
  sql: Sql,
  after: ContactPlace | undefined,
  limit: number,
): Promise<readonly ContactPlace[]> {
  const rows = await sql<{ xid: Uint8Array; validated: boolean }>(
    `select xid, validated from store.contact
     where former_hmac is not null and (xid, validated) > ($1::bytea, $2::boolean)
     order by xid, validated limit $3::int`,
    [after?.account ?? NOTHING, after?.validated ?? false, limit],
  );
  return rows.map(({ xid, validated }) => ({ account: accountXid(xid), validated }));
}

/** Forgets them, unless another rekey has begun. */
export async function forgetFormerNames(sql: Sql, contacts: readonly ContactPlace[]): Promise<void> {
  const rows = contacts.map(({ account, validated }) => ({ xid: hex(account), validated }));
  await sql("select store.forget_former_names(p_contacts => $1)", [JSON.stringify(rows)]);
}

const NOTHING = new Uint8Array();

async function ask<Answer extends boolean | string = boolean>(
  sql: Sql,
  called: string,
  params: readonly SqlValue[],
): Promise<Answer> {
  const row = await callForRow<{ answer: Answer }>(sql, {
    text: `select store.${called} as answer`,
    params,
    values: {},
  });
  return row.answer;
}
