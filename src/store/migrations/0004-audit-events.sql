-- What has happened to accounts, for the operator.

-- Events of one kind and account within one hour are one row, so that no account can fill the table. Accounts are named as in
-- the log, by a part of a hash: rows outlive the account. An empty name: it is about nobody's account.
create table store.audit_event (
  account text not null,
  event text not null,
  hour timestamptz not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  times integer not null check (times > 0),
  -- How many of these the log has told.
  logged integer not null default 0,
  primary key (account, event, hour)
);
create index audit_event_time on store.audit_event (last_at, account, event);
create index audit_event_unlogged on store.audit_event (last_at) where times > logged;

-- When a server last forgot what is over.
alter table store.server add column pruned_at timestamptz;
