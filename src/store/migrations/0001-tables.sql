-- What the store keeps. Every invariant is a constraint here, so that no function has to check before it
-- writes.
--
-- Everything secret arrives encrypted or hashed: share data and contacts as ciphertext, contacts, codes and
-- tokens to be looked up as keyed hashes. Times are the caller's `now`; nothing in here asks the database for
-- the time. User data leads its key with the account, so that it can be distributed by account.

-- The current key stands here, so that whoever has locked the account knows it. It is proven once its owner has
-- signed for this account; a key that update_public_key was merely told of may be a stranger's.
create table store.account (
  xid bytea primary key check (octet_length(xid) = 32),
  key_id bytea not null check (octet_length(key_id) = 32),
  key_proven boolean not null,
  opened_at timestamptz not null,
  share_count integer not null default 0 check (share_count >= 0),
  share_bytes integer not null default 0 check (share_bytes >= 0),
  last_ordinal integer not null default 0
);

-- From a key to its account: the current one, and all that were retired. The key that opened the account has the
-- account's XID for its id, and its row lives as long as the account. Both references are deferred, because taking the
-- key is what decides a race to open the account: the key is written first.
create table store.account_key (
  key_id bytea primary key check (octet_length(key_id) = 32),
  xid bytea not null references store.account on delete cascade deferrable initially deferred,
  since timestamptz not null,
  unique (xid, key_id)
);
alter table store.account add constraint account_current_key
  foreign key (xid, key_id) references store.account_key (xid, key_id) deferrable initially deferred;

create table store.share (
  xid bytea not null references store.account on delete cascade,
  share_id bytea not null check (octet_length(share_id) = 32),
  ordinal integer not null,
  data bytea not null,
  size integer not null check (size >= 0),
  stored_at timestamptz not null,
  primary key (xid, share_id)
);
-- Ciphertext does not compress; trying would only cost time.
alter table store.share alter column data set storage external;

-- What was asked under an ID, and the outcome: a code and nothing more, because it outlives the account.
create table store.seen_request (
  request_key bytea primary key check (octet_length(request_key) = 32),
  digest bytea not null check (octet_length(digest) = 32),
  outcome text not null,
  expires_at timestamptz
);
create index seen_request_expiry on store.seen_request (expires_at) where expires_at is not null;

-- At most one contact that counts and one claim per account. A claim blocks nobody.
create table store.contact (
  xid bytea not null references store.account on delete cascade,
  validated boolean not null,
  contact_hmac bytea not null check (octet_length(contact_hmac) = 32),
  ciphertext bytea not null,
  kind text not null,
  since timestamptz not null,
  primary key (xid, validated)
);
create unique index contact_validated on store.contact (contact_hmac) where validated;

-- A challenge to a contact. `xid` is null for a decoy (a transfer asked for a contact that nobody has) and once the
-- account is gone; the row outlives the account for a day because the limits per contact count it.
create table store.challenge (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  code_hash bytea not null check (octet_length(code_hash) = 32),
  xid bytea references store.account on delete set null,
  purpose text not null check (purpose in ('validation', 'transfer')),
  state text not null default 'open' check (state in ('open', 'confirmed', 'done', 'void')),
  key_id bytea not null check (octet_length(key_id) = 32),
  contact_hmac bytea not null check (octet_length(contact_hmac) = 32),
  network_hmac bytea check (octet_length(network_hmac) = 32),
  request_key bytea not null check (octet_length(request_key) = 32),
  tries integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  effective_at timestamptz,
  check (state <> 'confirmed' or effective_at is not null)
);
create index challenge_account on store.challenge (xid);
create index challenge_contact on store.challenge (contact_hmac, created_at);
create index challenge_key on store.challenge (key_id, created_at);
create index challenge_network on store.challenge (network_hmac, created_at) where network_hmac is not null;
create index challenge_request on store.challenge (request_key);
create index challenge_expiry on store.challenge (expires_at);
create index challenge_due on store.challenge (effective_at) where state = 'confirmed';
-- A typed code finds its challenge by the key that signs, so only one per key can be open.
create unique index challenge_open on store.challenge (key_id, purpose) where state = 'open';

-- Messages to send, written with the change they tell of. `xid` has no reference: the notice of a deletion
-- outlives the account. A row without account is a decoy: due like any other, and not to be sent.
create table store.outbox (
  message_id uuid primary key default gen_random_uuid(),
  xid bytea,
  topic text not null,
  contact_hmac bytea not null,
  contact_ciphertext bytea not null,
  contact_kind text not null,
  token_hash bytea,
  secret_ciphertext bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null
);
create index outbox_due on store.outbox (next_attempt_at);
create index outbox_account on store.outbox (xid);
create index outbox_challenge on store.outbox (token_hash);
create index outbox_expiry on store.outbox (expires_at);

-- One row: which storage key the ciphertexts in here were made with. The fingerprint tells nothing about the key.
create table store.server (
  one boolean primary key default true check (one),
  storage_key_fingerprint bytea not null check (octet_length(storage_key_fingerprint) = 32)
);

-- What the functions hand one another. Types cannot be replaced as functions can, so they stand with the tables.

-- What a request got, for which account (null: nobody's business), and whether a transfer of it is pending.
create type store.answer as (outcome text, account bytea, transfer_pending boolean);

-- The account that a key speaks for, or why it does not.
create type store.caller as (xid bytea, refusal text);
