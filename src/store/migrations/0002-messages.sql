-- Which messages go first, how many go, and by which mailbox they are counted.

-- What a message is to whoever waits for it: the code that brings an account back, the code for a new contact, news, or
-- nothing. Channels are served in this order, each for itself.
alter table store.outbox add column class text check (class in ('transfer', 'validation', 'notice', 'decoy'));
update store.outbox set class = case
  when xid is null then 'decoy'
  when topic in ('transfer', 'validation') then topic
  else 'notice'
end;
alter table store.outbox alter column class set not null;
drop index store.outbox_due;
create index outbox_due on store.outbox (contact_kind, class, next_attempt_at);

-- How often what a notice tells has happened: notices that wait are gathered.
alter table store.outbox add column times integer not null default 1 check (times > 0);

-- When contacts are told news of accounts. Rows are counted for an hour, and hold nothing beside hashes.
create table store.notice (
  message_id uuid primary key,
  xid bytea not null check (octet_length(xid) = 32),
  mailbox_hmac bytea not null check (octet_length(mailbox_hmac) = 32),
  due_at timestamptz not null
);
create index notice_account on store.notice (xid, due_at);
create index notice_mailbox on store.notice (mailbox_hmac, due_at);
create index notice_due on store.notice (due_at);

-- Messages handed to senders, by the minute. Failures are taken off again, maybe in a later minute.
create table store.message_count (
  minute timestamptz not null,
  class text not null,
  count integer not null,
  primary key (minute, class)
);

-- Sub-addresses of one mailbox are different contacts, but one reader: limits count the mailbox.
alter table store.contact add column mailbox_hmac bytea check (octet_length(mailbox_hmac) = 32);
update store.contact set mailbox_hmac = contact_hmac;
alter table store.contact alter column mailbox_hmac set not null;
alter table store.challenge add column mailbox_hmac bytea check (octet_length(mailbox_hmac) = 32);
update store.challenge set mailbox_hmac = contact_hmac;
alter table store.challenge alter column mailbox_hmac set not null;
drop index store.challenge_contact;
create index challenge_mailbox on store.challenge (mailbox_hmac, created_at);
