/**
 * A rekey: makes a new data key, puts everything that is stored under it, and then forgets the former one.
 *
 * Servers go on meanwhile: they read the keys again when the store tells them to, write under the new key, and find by
 * both. A rekey that was cut off is taken up where it was, because each row tells its key. Any number may run at once.
 *
 *   new key → older transactions are over → shares, contacts, messages → nothing is left, no code is waited for → end
 *
 * Messages come after contacts: the store copies the contact of an account into its messages.
 */
import type { SharePlace } from "../store/next-shares.ts";
import * as store from "../store/rekey.ts";
import { type Sql, StoreError } from "../store/sql.ts";
import { shareId } from "../store/types.ts";
import { decryptContact, encryptContact } from "./contact-cipher.ts";
import { headerOf } from "./key-cipher.ts";
import { logName } from "./log-name.ts";
import { contextOf, openShare } from "./open-share.ts";
import { createStorageCipher, type StorageCipher } from "./storage-cipher.ts";
import { fingerprintOf, newDataKey, readStorageKeys, wrap } from "./storage-keys.ts";

export type RekeyOptions = {
  /** As the role that owns the tables. */
  readonly sql: Sql;
  /** 32 bytes. */
  readonly storageKey: Uint8Array;
  /** Rows a second at most. */
  readonly rate: number;
  /** Whether to forget the former key although something cannot be read. That stays as it is. */
  readonly giveUp: boolean;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly tell: (progress: string) => void;
};

export type RekeyReport = {
  /** The newest data key. */
  readonly dataKey: number;
  /** Whether the former key is forgotten. False: there is something that cannot be read, and both keys stay. */
  readonly ended: boolean;
  /** How many this run has put under the newest key. */
  readonly shares: number;
  readonly contacts: number;
  readonly messages: number;
  /** What cannot be read, by its names in the log. */
  readonly damaged: readonly Damaged[];
};

/** A share, or, without one, the contact of the account. A message has neither. */
export type Damaged = { readonly account?: string; readonly share?: string };

/** Rows that are read at once. */
const PORTION = 100;
/** Of waiting for older transactions, see {@link waitForOlder}. */
const ROUNDS = 3;
/** Milliseconds between two looks at what others have to finish. */
const LOOK_INTERVAL = 100;
/** Milliseconds between two looks at the codes that contacts still have. */
const CODES_INTERVAL = 1_000;

/**
 * @throws {StoreError} `storage-key` when the storage key is not the newest that the database knows: servers with that one
 *   could not read the new key.
 */
export async function rekey(options: RekeyOptions): Promise<RekeyReport> {
  const cipher = await begin(options);
  const header = headerOf(cipher.keyId);
  let total: Moved = { shares: 0, contacts: 0, messages: 0 };
  for (;;) {
    const { moved, damaged } = await pass(options, cipher, total);
    total = sum(total, moved);
    if (moved.shares + moved.contacts + moved.messages > 0) continue;
    const left = await store.leftToRekey(options.sql, header);
    const report = { dataKey: cipher.keyId, ...total, damaged };
    if ((left.shares || left.contacts || left.messages) && !options.giveUp)
      return { ...report, ended: false };
    await waitForCodes(options);
    if (await end(options, cipher)) return { ...report, ended: true };
  }
}

/** Makes a new data key the newest one, or takes up the rekey that is under way. */
async function begin(options: RekeyOptions): Promise<StorageCipher> {
  const { sql, storageKey } = options;
  const fingerprint = fingerprintOf(storageKey);
  for (;;) {
    if (!(await store.isNewestStorageKey(sql, fingerprint))) {
      throw new StoreError("storage-key", "the database has a newer storage key: run this with that one");
    }
    const { newest, former } = await readStorageKeys(sql, storageKey);
    if (former !== undefined) {
      await waitForOlder(options);
      return await createStorageCipher(newest, former);
    }
    // The last rekey may have been cut off at its very end.
    await forgetFormerNames(options);
    const wrapped = await wrap(storageKey, newDataKey(newest.id + 1));
    await store.beginRekey(sql, wrapped, fingerprint);
  }
}

async function end(options: RekeyOptions, { keyId: newest }: StorageCipher): Promise<boolean> {
  const { sql, now, giveUp } = options;
  if (!(await store.endRekey(sql, { newest, header: headerOf(newest), now: now(), giveUp }))) return false;
  await forgetFormerNames(options);
  return true;
}

async function forgetFormerNames(options: RekeyOptions): Promise<void> {
  const { sql, rate, sleep } = options;
  // A transaction that began before may write one.
  await waitForOlder(options);
  let last: store.ContactPlace | undefined;
  for (;;) {
    const contacts = await store.nextFormerNames(sql, last, Math.min(PORTION, rate));
    last = contacts.at(-1);
    if (last === undefined) return;
    const pace = sleep((1_000 * contacts.length) / rate);
    await store.forgetFormerNames(sql, contacts);
    await pace;
  }
}

/**
 * Resolves when all transactions are over that may not have seen what was committed before this call. On one node the first
 * round is enough. On several, a transaction has a part on each, and its parts are over one after the other. So the first round
 * waits until every node shows what was committed; the second, until whoever may have missed it has committed or failed; the
 * third, until all parts of theirs are over.
 */
async function waitForOlder({ sql, sleep, tell }: RekeyOptions): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const mark = await store.markTransactions(sql);
    while (!(await store.areOlderOver(sql, mark))) {
      tell("waiting for transactions that began before");
      await sleep(LOOK_INTERVAL);
    }
  }
}

/** A contact that has been sent a code shall not have to ask for another. */
async function waitForCodes({ sql, now, sleep, tell }: RekeyOptions): Promise<void> {
  while (await store.hasFormerCodes(sql, now())) {
    tell("waiting for the codes that contacts have been sent, half an hour at most");
    await sleep(CODES_INTERVAL);
  }
}

type Moved = Pick<RekeyReport, "shares" | "contacts" | "messages">;

function sum(one: Moved, other: Moved): Moved {
  return {
    shares: one.shares + other.shares,
    contacts: one.contacts + other.contacts,
    messages: one.messages + other.messages,
  };
}

/** Goes once through all that is not under the newest key. */
async function pass(options: RekeyOptions, cipher: StorageCipher, before: Moved) {
  const shares = await moveAll(options, cipher, before.shares, SHARES);
  const contacts = await moveAll(options, cipher, before.contacts, CONTACTS);
  const messages = await moveAll(options, cipher, before.messages, MESSAGES);
  return {
    moved: { shares: shares.moved, contacts: contacts.moved, messages: messages.moved },
    damaged: [...shares.damaged, ...contacts.damaged, ...messages.damaged],
  };
}

/** One kind of rows. */
type Kind<Row, Place, Rekeyed> = {
  readonly name: string;
  readonly next: (sql: Sql, portion: store.Portion<Place>) => Promise<readonly Row[]>;
  readonly placeOf: (row: Row) => Place;
  /** Rejects when the row cannot be read. */
  readonly reencrypt: (cipher: StorageCipher, row: Row) => Promise<Rekeyed>;
  readonly write: (sql: Sql, rows: readonly Rekeyed[]) => Promise<void>;
  readonly damaged: (row: Row) => Damaged;
};

async function moveAll<Row, Place, Rekeyed>(
  { sql, rate, sleep, tell }: RekeyOptions,
  cipher: StorageCipher,
  before: number,
  { name, next, placeOf, reencrypt, write, damaged: nameDamaged }: Kind<Row, Place, Rekeyed>,
): Promise<{ readonly moved: number; readonly damaged: readonly Damaged[] }> {
  const limit = Math.min(PORTION, rate);
  const damaged: Damaged[] = [];
  let moved = 0;
  let after: Place | undefined;
  for (;;) {
    const rows = await next(sql, { header: headerOf(cipher.keyId), after, limit });
    const last = rows.at(-1);
    if (last === undefined) return { moved, damaged };
    const pace = sleep((1_000 * rows.length) / rate);
    const rekeyed: Rekeyed[] = [];
    for (const row of rows) {
      try {
        rekeyed.push(await reencrypt(cipher, row));
      } catch {
        damaged.push(nameDamaged(row));
      }
    }
    if (rekeyed.length > 0) await write(sql, rekeyed);
    moved += rekeyed.length;
    after = placeOf(last);
    tell(`${before + moved} ${name}, ${damaged.length} damaged`);
    await pace;
  }
}

const SHARES: Kind<store.ShareToRekey, SharePlace, store.RekeyedShare> = {
  name: "shares",
  next: store.nextSharesToRekey,
  placeOf: ({ account, shareId }) => ({ account, shareId }),
  reencrypt: async (cipher, share) => {
    const { receipt, data } = await openShare(cipher, share);
    const newShareId = shareId(cipher.shareId(receipt.data));
    const context = contextOf(share.account, newShareId);
    const encrypted = await cipher.shares.encrypt({ data, receipt: receipt.data }, context);
    return { account: share.account, shareId: share.shareId, newShareId, data: encrypted };
  },
  write: store.writeRekeyedShares,
  damaged: ({ account, shareId }) => ({ account: logName(account), share: logName(shareId) }),
};

const CONTACTS: Kind<store.ContactToRekey, store.ContactPlace, store.RekeyedContact> = {
  name: "contacts",
  next: store.nextContactsToRekey,
  placeOf: ({ account, validated }) => ({ account, validated }),
  reencrypt: async (cipher, stored) => {
    const { account, validated, hmac } = stored;
    const contact = await encryptContact({ cipher }, await decryptContact({ cipher }, stored));
    const { hmac: newHmac, mailbox, ciphertext } = contact;
    return { account, validated, hmac, newHmac, mailbox, ciphertext };
  },
  write: store.writeRekeyedContacts,
  damaged: ({ account }) => ({ account: logName(account) }),
};

const MESSAGES: Kind<store.MessageToRekey, string, store.RekeyedMessage> = {
  name: "messages",
  next: store.nextMessagesToRekey,
  placeOf: ({ id }) => id,
  reencrypt: async (cipher, stored) => {
    const { id, hmac, secret } = stored;
    const contact = await encryptContact({ cipher }, await decryptContact({ cipher }, stored));
    const { hmac: newHmac, ciphertext } = contact;
    const plaintext = secret && (await cipher.secrets.decrypt(secret, hmac));
    const newSecret = plaintext && (await cipher.secrets.encrypt(plaintext, newHmac));
    return { id, hmac, newHmac, ciphertext, secret: newSecret };
  },
  write: store.writeRekeyedMessages,
  damaged: () => ({}),
};
